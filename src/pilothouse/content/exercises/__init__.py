"""What exercises about words are made of: interview questions, stories, requirements."""
