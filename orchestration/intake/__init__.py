"""From a dropped file to an accepted delivery: identify, read strictly, check, archive. No Dagster in here."""
