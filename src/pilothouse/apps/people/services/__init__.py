"""Use cases of people: the only door for other apps."""
