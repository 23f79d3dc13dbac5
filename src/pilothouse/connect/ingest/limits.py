"""What one request and one event may hold. Those of a single event follow ``stores.batches``."""

from __future__ import annotations

# The clients split their batches well below these; larger ones come from no honest client.
MAX_REQUEST_BYTES = 20 * 1024 * 1024
MAX_EVENT_BYTES = 1024 * 1024
MAX_EVENTS = 2_000

# Levels of objects and lists, the event itself being the first.
MAX_DEPTH = 20

# A small object takes thirty times the room of its text: memory is bounded by counting them
# before they are made. 2,000 events of 255 properties fit.
MAX_CONTAINERS = 100_000
MAX_VALUES = 600_000

MAX_GZIP_MEMBERS = 100
MAX_ID = 200
MAX_KEY = 200

# Doubles hold every whole number up to here and skip some beyond.
MAX_NUMBER = 2**53
