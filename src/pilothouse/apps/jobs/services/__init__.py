"""What jobs can do; the only door for other apps."""
