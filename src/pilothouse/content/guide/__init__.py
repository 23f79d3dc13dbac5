"""The role guide, in our own words: Markdown pages and the table of neighbouring roles."""
