"""Tables of the learning plan and the library."""
