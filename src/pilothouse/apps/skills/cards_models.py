"""Tables of study cards."""
