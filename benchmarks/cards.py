"""Fifty thousand ratings of study cards: stored in bulk, read back, replayed, and what pages cost.

    python -m benchmarks.cards --json

``store`` writes the rows as a restore does, ``read`` loads all of them as an export does,
``replay`` schedules every one of them anew, beside the ``fsrs`` package called directly with the
same history (both must end in the same states, which is checked). ``figures``, ``queue``, ``rate``
and ``pages`` are the use cases and pages with all of it in the database. Medians of several rounds
by the clock, in one process, SQLite; the data folder is thrown away.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

REVIEWS = 50_000
ROUNDS = 5
GOAL_S = 1.0
END = datetime(2026, 11, 23, 8, tzinfo=timezone.utc)
PAGES = ("", "study/", "figures/", "all/")

History = list[tuple[str, list[tuple[datetime, int]]]]


def make_history(keys: list[str], reviews: int, seed: int = 1) -> History:
    """So many ratings spread over the cards, each when about due, most of them good."""
    rng = random.Random(seed)
    each, rest = divmod(reviews, len(keys))
    history: History = []
    for n, key in enumerate(keys):
        at, gap, ratings = END - timedelta(days=1_500), 1.0, []
        for _ in range(each + (n < rest)):
            rating = rng.choices((1, 2, 3, 4), (1, 1, 8, 1))[0]
            ratings.append((at, rating))
            gap = 1.0 if rating == 1 else min(gap * 1.3, 30.0)
            at += timedelta(days=gap * rng.uniform(0.5, 1.5) * 0.6, minutes=rng.randint(0, 600))
        history.append((key, [pair for pair in ratings if pair[0] < END]))
    return history


def measure(reviews: int) -> dict[str, Any]:
    """All times in seconds."""
    folder = tempfile.mkdtemp(prefix="pilothouse-bench-")
    os.environ["PILOTHOUSE_DATA"] = folder
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pilothouse.project.settings")
    try:
        return _measure(reviews)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _measure(reviews: int) -> dict[str, Any]:
    import django

    django.setup()
    from django.core.management import call_command

    from pilothouse.apps.skills.services.cards_content import load_cards
    from pilothouse.apps.workspace.services.members import found_workspace

    call_command("migrate", verbosity=0)
    access = found_workspace("Benchmark", "Owner", "owner@example.org")
    history = make_history(list(load_cards()), reviews)
    told = {
        "replay": _time(lambda: replay_ours(history)),
        "package": _time(lambda: replay(history)),
    }
    assert replay_ours(history) == replay(history), "our states are not the package's"
    return {
        "reviews": sum(len(ratings) for _, ratings in history),
        "cards": len(history),
        **told,
        **_measure_stored(access, history),
        "goal_s": GOAL_S,
        "cores": os.cpu_count(),
        "python": platform.python_version(),
    }


def _measure_stored(access: Any, history: History) -> dict[str, Any]:
    from pilothouse.apps.skills.models import CardReview
    from pilothouse.apps.skills.services.reviews import get_queue, rate_card
    from pilothouse.apps.skills.services.reviews_figures import get_figures

    rows = _rows(access, history)
    stored: list[float] = []
    for _ in range(3):
        CardReview.objects.all().delete()
        for row in rows:
            row.pk = None
        started = time.perf_counter()
        CardReview.objects.bulk_create(rows, batch_size=2_000)
        stored.append(time.perf_counter() - started)
    _store_states(access, history)
    fields = ("card", "at", "rating", "seconds")
    keys = [key for key, _ in history][:ROUNDS]
    mine = CardReview.objects.filter(workspace_id=access.workspace_id, user_id=access.user_id)
    rate_card(access, keys[0], 3, now=END)  # closes the days before, once
    return {
        "store": statistics.median(stored),
        "read": _time(lambda: list(mine.order_by("at", "pk").values_list(*fields))),
        "figures": _time(lambda: get_figures(access, END, days=3_650)),
        "queue": _time(lambda: get_queue(access, END)),
        "rate": _time_each([lambda k=key: rate_card(access, k, 3, now=END) for key in keys]),
        "pages": _time_pages(access),
    }


def replay_ours(history: History) -> list[tuple[Any, ...]]:
    """The states after all ratings, by our engine."""
    from pilothouse.engines.skills.scheduling import replay as run

    ended = [run(ratings) for _, ratings in history]
    return [(m.stability, m.difficulty, m.due) for m in ended if m is not None]


def replay(history: History) -> list[tuple[Any, ...]]:
    """The same by the package directly."""
    from fsrs import Card, Rating, Scheduler

    scheduler, ended = Scheduler(enable_fuzzing=False), []
    for _, ratings in history:
        card = Card(card_id=1, due=ratings[0][0])
        for at, rating in ratings:
            card, _ = scheduler.review_card(card, Rating(rating), at)
        ended.append((card.stability, card.difficulty, card.due))
    return ended


def _rows(access: Any, history: History) -> list[Any]:
    from pilothouse.apps.skills.models import CardReview
    from pilothouse.apps.skills.services.cards_content import load_cards

    cards = load_cards()
    return [
        CardReview(
            workspace_id=access.workspace_id, user_id=access.user_id, card=key,
            deck=cards[key].deck, rating=rating, at=at, day=at.date(),
            stage="review" if n else "", retention=0.9, seconds=5.0,
        )
        for key, ratings in history
        for n, (at, rating) in enumerate(ratings)
    ]  # fmt: skip


def _store_states(access: Any, history: History) -> None:
    from pilothouse.apps.skills.models import CardState
    from pilothouse.apps.skills.services.cards_content import load_cards
    from pilothouse.engines.skills.scheduling import replay as run

    cards, rows = load_cards(), []
    for key, ratings in history:
        memory = run(ratings)
        assert memory is not None
        rows.append(
            CardState(
                workspace_id=access.workspace_id, user_id=access.user_id, card=key,
                deck=cards[key].deck, begun_on=ratings[0][0].date(), reps=len(ratings),
                **memory.__dict__,
            )
        )  # fmt: skip
    CardState.objects.bulk_create(rows, batch_size=500)


def _time_pages(access: Any) -> dict[str, float]:
    from django.conf import settings
    from django.test import Client

    from pilothouse.apps.workspace.models import User

    settings.ALLOWED_HOSTS.append("testserver")
    client = Client()
    client.force_login(User.objects.get(pk=access.user_id))

    def show(path: str) -> None:
        assert client.get(f"/skills/cards/{path}").status_code == 200

    return {path or "decks": _time(lambda path=path: show(path)) for path in PAGES}


def _time(act: Callable[[], Any]) -> float:
    act()
    return _time_each([act] * ROUNDS)


def _time_each(acts: list[Callable[[], Any]]) -> float:
    times = []
    for act in acts:
        started = time.perf_counter()
        act()
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reviews", type=int, default=REVIEWS)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    result = measure(given.reviews)
    if given.json:
        print(json.dumps(result, indent=2))
        return
    for name, value in result.items():
        print(f"{name:8} {value}")


if __name__ == "__main__":
    main()
