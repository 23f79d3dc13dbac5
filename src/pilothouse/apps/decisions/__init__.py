"""Decisions with what was expected of them, and forecasts that are scored."""
