"""Questions for interviews, in our own words: one file for each of the eight types, and the rubric."""
