"""Pages of backlog."""
