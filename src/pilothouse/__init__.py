"""Pilothouse: the product manager's workbench, where the work becomes the evidence."""

__version__ = "0.1.0"
