"""The frame of every page: templates, components, static files, charts, middleware."""
