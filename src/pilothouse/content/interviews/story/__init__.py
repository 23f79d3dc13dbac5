"""The parts of a story for interviews."""
