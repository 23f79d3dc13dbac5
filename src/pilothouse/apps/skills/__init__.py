"""Skills grown from acts: levels, learning, the role, what fits, and the path to it."""
