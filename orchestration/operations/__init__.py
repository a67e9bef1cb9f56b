"""What an operator does besides the nightly run: look, check the installation, back up, be told. No Dagster in here."""
