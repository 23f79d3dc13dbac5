"""Study cards in our own words: one file for each competency and each industry."""
