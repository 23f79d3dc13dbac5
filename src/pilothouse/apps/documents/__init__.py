"""Documents whose numbers stay true: templates, versions, live claims, lint."""
