"""Holding simulated worlds against the facts they must show; see ``tools.validate_simulation``."""
