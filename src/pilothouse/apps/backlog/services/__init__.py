"""What backlog can do; the only door for other apps."""
