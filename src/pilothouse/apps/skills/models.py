"""Tables of skills."""
