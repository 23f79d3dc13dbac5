"""The day: the morning's briefing, the focus and the evening's reflection."""
