"""The pages of analytics. A view parses, calls services and renders."""
