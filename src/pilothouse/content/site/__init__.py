"""The published site: pages, style and the script that verifies them."""
