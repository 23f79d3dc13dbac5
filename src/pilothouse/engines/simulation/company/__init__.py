"""What surrounds the people of a world: a company that builds, and those it answers to."""
