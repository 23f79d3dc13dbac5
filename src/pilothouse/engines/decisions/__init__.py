"""The computation behind decisions."""
