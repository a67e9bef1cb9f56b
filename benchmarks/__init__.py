"""What the pipeline costs, measured: `make bench`. `docs/performance.md` explains it and keeps the history."""
