"""Worlds a simulated product can live in: one TOML file for each industry pack."""
