"""Simulated products: a pack lived by the engine, fed through the same services as real input."""
