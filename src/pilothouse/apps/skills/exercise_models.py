"""Tables of exercises."""
