"""The workspace's pages. A view parses, calls one service and renders; rules live in services."""
