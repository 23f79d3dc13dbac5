"""What decisions can do; the only door for other apps."""
