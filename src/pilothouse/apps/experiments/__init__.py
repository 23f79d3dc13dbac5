"""Experiments: briefs written down before the data, runs, readouts that stay."""
