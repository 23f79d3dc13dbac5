"""The computation behind roadmap."""
