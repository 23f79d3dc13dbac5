"""People: one private book of contacts for network and stakeholders alike."""
