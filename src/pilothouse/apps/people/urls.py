"""Addresses of people, below /people/."""

from django.urls import path

from pilothouse.apps.people.views import (
    asking,
    brand,
    companies,
    contacts,
    events,
    files,
    habits,
    log,
    messages,
)

app_name = "people"
urlpatterns = [
    path("", contacts.home, name="home"),
    path("contacts/new/", contacts.new, name="contact-new"),
    path("contacts/<str:contact_id>/", contacts.contact, name="contact"),
    path("contacts/<str:contact_id>/edit/", contacts.edit, name="contact-edit"),
    path("contacts/<str:contact_id>/talks/", log.talk_new, name="talk-new"),
    path("contacts/<str:contact_id>/favours/", log.favour_new, name="favour-new"),
    path("contacts/<str:contact_id>/write/", messages.message_new, name="message-new"),
    path("contacts/<str:contact_id>/<str:act>/", contacts.contact_act, name="contact-act"),
    path("talks/<str:talk_id>/<str:act>/", log.talk_act, name="talk-act"),
    path("favours/<str:favour_id>/<str:act>/", log.favour_act, name="favour-act"),
    path("messages/<str:message_id>/", messages.message, name="message"),
    path("messages/<str:message_id>/<str:act>/", messages.message_act, name="message-act"),
    path("next/", asking.next_steps, name="next"),
    path("ask/", asking.ask, name="ask"),
    path("grid/", asking.grid, name="grid"),
    path("companies/", companies.companies, name="companies"),
    path("companies/<str:company_id>/", companies.company, name="company"),
    path("companies/<str:company_id>/<str:act>/", companies.company_act, name="company-act"),
    path("events/", events.events, name="events"),
    path("events/calendar.ics", events.calendar, name="calendar"),
    path("events/<str:event_id>/", events.event, name="event"),
    path("events/<str:event_id>/<str:act>/", events.event_act, name="event-act"),
    path("pitches/", brand.pitches, name="pitches"),
    path("pitches/<str:pitch_id>/", brand.pitch, name="pitch"),
    path("pitches/<str:pitch_id>/<str:act>/", brand.pitch_act, name="pitch-act"),
    path("posts/", brand.posts, name="posts"),
    path("posts/<str:post_id>/", brand.post, name="post"),
    path("posts/<str:post_id>/<str:act>/", brand.post_act, name="post-act"),
    path("files/", files.files, name="files"),
    path("files/all.<str:extension>", files.export, name="export"),
    path("files/<str:book_import_id>/", files.file, name="file"),
    path("files/<str:book_import_id>/<str:act>/", files.file_act, name="file-act"),
    path("duplicates/", files.duplicates, name="duplicates"),
    path("duplicates/<str:merge_id>/undo/", files.merge_undo, name="merge-undo"),
    path("habits/", habits.habits, name="habits"),
]
