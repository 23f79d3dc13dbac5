"""Templates of side projects: stages, what each asks for, first items and documents."""
