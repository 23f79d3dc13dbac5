"""Interview questions in our own words, a file for each of eight types; and the rubric."""
