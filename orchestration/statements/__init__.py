"""Certified statements: what is frozen of a payment period, and what later knowledge adjusts. No Dagster here."""
