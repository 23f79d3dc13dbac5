"""The computation behind backlog."""
