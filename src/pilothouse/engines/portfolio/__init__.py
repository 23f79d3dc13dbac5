"""The computation behind portfolio."""
