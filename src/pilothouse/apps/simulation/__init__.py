"""Simulated products. Stands above the other apps: it calls their services, none calls it."""
