"""What documents can do; the only door for other apps."""
