"""One module a stage, in the order of the run: deliveries, raw, models, releases. Thin: the work is done elsewhere."""
