"""Forms of case studies: their sections and what each asks."""
