"""The computation behind skills."""
