"""The backlog: ideas, opportunities, features, stories, bugs and chores in one outline."""
