"""Sixty labelled answers: what the checks of answers are measured by."""
