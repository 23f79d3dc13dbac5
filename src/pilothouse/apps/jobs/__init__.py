"""Jobs: postings, applications with their history, offers. Private to the person who looks."""
