"""What portfolio can do; the only door for other apps."""
