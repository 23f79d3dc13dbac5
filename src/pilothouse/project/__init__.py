"""Settings, URLs and the server: where the rooms are put together."""
