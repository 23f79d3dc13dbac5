"""Addresses of applications."""

from django.urls import path

from pilothouse.apps.jobs.views import (
    application,
    application_imports,
    applications,
    letters,
    search,
)

ONE = "applications/<str:application_id>/"
urlpatterns = [
    path("applications/", applications.board, name="applications"),
    path("applications/list/", applications.listing, name="application-list"),
    path("applications/new/", applications.new, name="application-new"),
    path("applications/imports/", application_imports.imports, name="application-imports"),
    path("applications/imports/<str:application_import_id>/", application_imports.detail,
         name="application-import"),
    path("applications/imports/<str:application_import_id>/<str:act>/",
         application_imports.import_act, name="application-import-act"),
    path(ONE, application.application, name="application"),
    path(f"{ONE}moves/", application.moves, name="application-move"),
    path(f"{ONE}moves/<str:number>/", application.move, name="move"),
    path(f"{ONE}moves/<str:number>/<str:act>/", application.move_act, name="move-act"),
    path(f"{ONE}notes/", application.notes, name="application-note"),
    path(f"{ONE}notes/<str:note_id>/<str:act>/", application.note_act, name="note-act"),
    path(f"{ONE}people/", application.people, name="application-person"),
    path(f"{ONE}people/<str:person_id>/<str:act>/", application.person_act, name="person-act"),
    path(f"{ONE}files/", application.files, name="sent-new"),
    path(f"{ONE}files/<str:file_id>/", application.sent_file, name="sent-file"),
    path(f"{ONE}files/<str:file_id>/<str:act>/", application.file_act, name="sent-act"),
    path(f"{ONE}letters/", letters.new, name="letter-new"),
    path(f"{ONE}letters/<str:letter_id>/", letters.letter, name="letter"),
    path(f"{ONE}letters/<str:letter_id>/<str:act>/", letters.letter_act, name="letter-act"),
    path(f"{ONE}<str:act>/", application.application_act, name="application-act"),
    path("funnel/", search.funnel, name="funnel"),
    path("history/", search.history, name="history"),
    path("history/<str:kind>/", search.history_file, name="history-file"),
]  # fmt: skip
