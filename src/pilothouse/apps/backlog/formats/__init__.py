"""Files of other tools as work items, and work items as their files; nothing here needs Django."""
