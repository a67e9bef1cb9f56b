"""An independent reference: the measurement model in plain Python, day by day, written from its text and not from SQL.

`history` says what a household's rows are, `days` and `spells` what they mean day by day, `cohort` who is enrolled and
placed, `household_metrics`, `stability` and `dwelling_metrics` one row per metric, `life_tables` the curves of
them all; `terms` says which terms of the outcome contracts bind on a day, `outcomes` and `claims` what is claimed under
them, `limits` what is left of it, and `payments` sets it beside what was computed. `diary` and `histories` invent
border cases, `invented_terms` contracts; `registers` reads histories from extracts, where `keys` and `description` say
which household a row is of and what it was at enrolment, and `warehouse` has dbt compute the same. Clarity goes before
speed here; no SQL is read for it.
"""
