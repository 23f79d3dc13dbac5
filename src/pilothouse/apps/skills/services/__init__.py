"""What skills can do; the only door for other apps."""
