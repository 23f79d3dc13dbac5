"""Addresses of people, below /people/."""

from django.urls import path

from pilothouse.apps.people.views import companies, contacts, files, habits

app_name = "people"
urlpatterns = [
    path("", contacts.home, name="home"),
    path("contacts/new/", contacts.new, name="contact-new"),
    path("contacts/<str:contact_id>/", contacts.contact, name="contact"),
    path("contacts/<str:contact_id>/edit/", contacts.edit, name="contact-edit"),
    path("contacts/<str:contact_id>/<str:act>/", contacts.contact_act, name="contact-act"),
    path("companies/", companies.companies, name="companies"),
    path("companies/<str:company_id>/", companies.company, name="company"),
    path("companies/<str:company_id>/<str:act>/", companies.company_act, name="company-act"),
    path("files/", files.files, name="files"),
    path("files/all.<str:extension>", files.export, name="export"),
    path("files/<str:book_import_id>/", files.file, name="file"),
    path("files/<str:book_import_id>/<str:act>/", files.file_act, name="file-act"),
    path("duplicates/", files.duplicates, name="duplicates"),
    path("duplicates/<str:merge_id>/undo/", files.merge_undo, name="merge-undo"),
    path("habits/", habits.habits, name="habits"),
]
