"""The sixteen competencies with their behaviours, and the table from acts to evidence."""
