"""One module a stage, in the order of the run: landing, deliveries, raw, models, releases.

Thin: the work is done elsewhere.
"""
