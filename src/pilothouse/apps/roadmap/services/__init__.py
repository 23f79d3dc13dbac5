"""What roadmap can do; the only door for other apps."""
