"""The nightly pipeline: from dropped files to a published database."""
