"""Invented products and the steps of their users, so that variants do not read alike."""

from __future__ import annotations

PRODUCTS = (
    "a booking app for dance studios",
    "an invoice tool for craftspeople",
    "a meal planner for families",
    "a shop for second-hand bicycles",
    "a vocabulary trainer",
    "a parking app of a mid-sized town",
    "a shift planner for cafés",
    "a phone repair service",
    "an app for reading clubs",
    "a timetable tool for schools",
    "a diary for patients with migraine",
    "a plant shop",
    "a tool that turns meeting notes into tasks",
    "a marketplace for used instruments",
)
FUNNELS = (
    ("opened the sign-up", "confirmed the address", "made a first project", "invited a colleague"),
    ("looked at a product", "put it in the basket", "began the checkout", "paid"),
    ("downloaded the app", "opened it", "finished the first lesson", "came back the next day"),
    ("saw the offer", "started the trial", "connected a calendar", "chose a plan"),
    ("searched", "opened a result", "asked for a date", "booked"),
    ("received the invitation", "made an account", "filled in the profile", "sent a message"),
)
SEGMENTS = (
    ("phones", "computers"),
    ("new customers", "returning customers"),
    ("small companies", "large companies"),
    ("organic search", "paid adverts"),
    ("city", "countryside"),
)
FEATURES = (
    "Export to a spreadsheet", "Reminders by text", "Dark theme", "Group bookings",
    "Gift vouchers", "Offline mode", "Faster search", "Shared calendars", "Undo for deletions",
    "A waiting list", "Invoices in two languages", "Photo upload", "Weekly summary",
    "Single sign-on", "Import from the old tool", "Partial refunds", "Team roles",
    "Barcode scanner",
)  # fmt: skip
MONTHS = ("January", "February", "March", "April", "May", "June")
