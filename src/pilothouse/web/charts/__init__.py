"""Renderers of ``ChartSpec``."""
