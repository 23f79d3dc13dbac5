"""Files of contacts in the formats that other tools write."""
