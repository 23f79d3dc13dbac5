"""Addresses of the learning plan and the library, below /skills/."""

from __future__ import annotations

from django.urls import URLPattern, path

from pilothouse.apps.skills.views import learn, learn_feeds, learn_library, learn_steps

urlpatterns: list[URLPattern] = [
    path("learn/", learn.plan, name="learn"),
    path("learn/everything.json", learn.export, name="learn-export"),
    path("learn/goals/", learn.goal_new, name="learning-goal-new"),
    path("learn/goals/<str:learning_goal_id>/", learn.goal, name="learning-goal"),
    path("learn/goals/<str:learning_goal_id>/<str:act>/", learn.goal_act, name="learning-goal-act"),
    path("learn/steps/new/", learn_steps.step_new, name="step-new"),
    path("learn/steps/<str:learning_step_id>/", learn_steps.step, name="step"),
    path("learn/steps/<str:learning_step_id>/proofs/", learn_steps.proof_new, name="proof-new"),
    path("learn/steps/<str:learning_step_id>/<str:act>/", learn_steps.step_act, name="step-act"),
    path("learn/proofs/<str:proof_id>/", learn_steps.proof, name="proof"),
    path("learn/proofs/<str:proof_id>/<str:act>/", learn_steps.proof_act, name="proof-act"),
    path("library/", learn_library.library, name="library"),
    path("library/new/", learn_library.entry_new, name="library-new"),
    path("library/import/", learn_library.entries_import, name="library-import"),
    path("library/mine.<str:extension>", learn_library.entries_export, name="library-export"),
    path("library/feeds/", learn_feeds.feeds, name="feeds"),
    path("library/feeds/import/", learn_feeds.feeds_import, name="feeds-import"),
    path("library/feeds/feeds.opml", learn_feeds.feeds_export, name="feeds-export"),
    path("library/feeds/read/", learn_feeds.feeds_read, name="feeds-read"),
    path("library/feeds/<str:feed_id>/<str:act>/", learn_feeds.feed_act, name="feed-act"),
    path("library/texts/<str:feed_item_id>/<str:act>/", learn_feeds.item_act, name="feed-item-act"),
    path("library/<str:library_entry_id>/", learn_library.entry, name="library-entry"),
    path("library/<str:library_entry_id>/edit/", learn_library.entry_edit, name="library-edit"),
    path("library/<str:library_entry_id>/<str:act>/", learn_library.entry_act, name="library-act"),
]
