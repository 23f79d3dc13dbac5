"""The commands: each parses, calls a service or an engine, and prints."""
