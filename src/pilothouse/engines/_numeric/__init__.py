"""Numerical tools that engines share. Knows nothing of products."""
