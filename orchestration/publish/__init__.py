"""From a build to the published file: disclosure control, the release candidate, the verdict, the swap. No Dagster."""
