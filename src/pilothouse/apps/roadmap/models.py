"""Tables of roadmap."""
