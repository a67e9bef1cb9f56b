"""The auditor of what is published, independent of what chose it: run by `judge`, nothing here writes."""
