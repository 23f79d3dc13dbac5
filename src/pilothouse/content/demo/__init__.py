"""The work that lies on the desk of the demo, as TOML and Markdown."""
