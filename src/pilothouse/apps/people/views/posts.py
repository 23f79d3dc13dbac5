"""The plan of what one makes public."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from pilothouse.apps.http import with_access
from pilothouse.apps.people.forms import maybe_day
from pilothouse.apps.people.models import PostKind
from pilothouse.apps.people.services.book import get_habits
from pilothouse.apps.people.services.evidence import list_offers
from pilothouse.apps.people.services.posts import (
    PostDraft,
    PostView,
    change_post,
    create_post,
    get_post,
    list_loose_numbers,
    list_posts,
    publish_post,
    set_post_deleted,
    set_post_state,
)
from pilothouse.apps.people.views.written import Written
from pilothouse.apps.workspace.services.access import Access


def read_post(data: QueryDict) -> PostDraft:
    """A post as its form sends it."""
    return PostDraft(
        title=data.get("title", ""),
        kind=data.get("kind", "") or "post",
        text=data.get("text", ""),
        audience=data.get("audience", ""),
        evidence=tuple(data.getlist("evidence")),
        planned_on=maybe_day("the day planned", data.get("planned_on", "")),
        url=data.get("url", ""),
    )


def _around_all(access: Access) -> dict[str, Any]:
    found = list_posts(access)
    published = (each for each in found if each.state == "published")
    return {
        "open": [each for each in found if each.state in {"idea", "draft"}],
        "published": sorted(published, key=lambda each: str(each.published_on), reverse=True),
        "dropped": [each for each in found if each.state == "dropped"],
        "kinds": PostKind.choices, "today": get_habits(access).today(timezone.now()),
    }  # fmt: skip


def _around_one(access: Access, view: PostView) -> dict[str, Any]:
    offers = [offer for offer in list_offers(access) if offer.key != f"post:{view.public_id}"]
    known = {offer.key for offer in offers}
    return {
        "kinds": PostKind.choices, "offers": offers,
        "chosen": [each["key"] for each in view.evidence],
        "others": [each for each in view.evidence if each["key"] not in known],
        "loose": list_loose_numbers(access, view),
    }  # fmt: skip


def _do(access: Access, public_id: str, act: str, data: QueryDict) -> str:
    """Say that it is published, or what else became of it."""
    if act == "publish":
        day = maybe_day("the day", data.get("on", ""))
        publish_post(access, public_id, url=data.get("url", ""), on=day)
        return "Published: it can be offered now."
    return f"Written down: {set_post_state(access, public_id, act).state_label.lower()}."


POSTS = Written(
    one="post", all="posts", read=read_post, create=create_post, change=change_post, get=get_post,
    set_deleted=set_post_deleted, around_all=_around_all, around_one=_around_one,
    acts={"publish", "idea", "draft", "dropped"}, do=_do, out="It is out of the plan.",
    back="It is back in the plan.",
)  # fmt: skip


@require_http_methods(["GET", "POST"])
@with_access
def posts(request: HttpRequest, access: Access) -> HttpResponse:
    """The plan; something new in it."""
    return POSTS.show_all(request, access)


@require_http_methods(["GET", "POST"])
@with_access
def post(request: HttpRequest, access: Access, post_id: str) -> HttpResponse:
    """Something planned, with what it rests on."""
    return POSTS.show_one(request, access, post_id)


@require_POST
@with_access
def post_act(request: HttpRequest, access: Access, post_id: str, act: str) -> HttpResponse:
    """Say that it is published, or what else became of it."""
    return POSTS.act(request, access, post_id, act)
