"""The library: facts about what to read, hear, join and pass, and the act that comes after."""
