"""An independent reference: the measurement model in plain Python, day by day, written from its text and not from SQL.

`history` says what a household's rows are, `days` and `spells` what they mean day by day, `cohort` who is enrolled and
placed, `household_metrics`, `stability` and `dwelling_metrics` one row per metric, `life_tables` the curves of
them all; `diary` and `histories` invent border cases, and `warehouse` has dbt compute the same. Clarity goes before
speed here; no SQL is read for it.
"""
