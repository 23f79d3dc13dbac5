"""The portfolio: side projects, case studies whose every claim has evidence, credentials."""
