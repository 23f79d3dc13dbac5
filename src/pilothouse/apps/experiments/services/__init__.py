"""What experiments can do; the only door for other apps."""
