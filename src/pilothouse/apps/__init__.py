"""One Django app a noun, all of one shape. ``services`` is an app's only door for the others."""
