"""What the project knows, as TOML and Markdown. No code."""
