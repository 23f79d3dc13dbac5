"""Tables of backlog."""
