"""Value types shared by every room. Standard library only; imports nothing of ours."""
