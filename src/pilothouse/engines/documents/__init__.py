"""The computation behind documents."""
