"""The councillor's report: what was promised and what came out, from the published file alone."""
