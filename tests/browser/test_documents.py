"""Documents in Chromium: reading, writing, quoting numbers that go stale, two people at once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from pilothouse.apps.analytics.services.metrics import MetricDraft, save_metric
from pilothouse.apps.analytics.services.questions import parse_question
from pilothouse.apps.documents.services.claims import create_claim, list_claims
from pilothouse.apps.documents.services.comments import add_comment
from pilothouse.apps.documents.services.documents import (
    DocumentDraft,
    DocumentView,
    create_document,
    get_document,
    list_documents,
    save_document,
)
from pilothouse.apps.documents.services.templates import get_template
from pilothouse.apps.workspace.services.access import Access, ProductView
from tests.apps.makers import make_event, send
from tests.browser.living import live_in, log_in
from tests.browser.pages import OpenPage, check_in_both_themes, check_page
from tests.builders import make_lighthouse, make_product

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

BODY = """## Problem

Of all sign-ups only {claim} finish a first project. See [@Activation](mention:metric/{metric}) and
[@something lost](mention:item/bcdfghjkmnpq).

> [!NOTE]
> This counts people, not teams.

## Requirements

- R1: A new person finishes a first project within ten minutes.
  - Metric: [@Activation](mention:metric/{metric})
- [x] Talked with five people
- [ ] Looked at Android

| Step | Share |
| --- | ---: |
| signed up | 100 % |
| finished | less |

```
plain text stays plain
```
"""


@dataclass(frozen=True)
class Place:
    """A product with events, a metric, and a document that quotes it."""

    alice: Access
    product: ProductView
    metric_id: str
    document: DocumentView

    def come(self, count: int, finish: int, prefix: str) -> None:
        """``count`` people sign up, ``finish`` of them finish."""
        then = timezone.now() - timedelta(days=3)
        events = [make_event(f"{prefix}s{n}", "signed up", f"{prefix}{n}", then)
                  for n in range(count)]  # fmt: skip
        later = then + timedelta(minutes=5)
        events += [make_event(f"{prefix}f{n}", "finished", f"{prefix}{n}", later)
                   for n in range(finish)]  # fmt: skip
        send(self.alice, self.product, events, at=timezone.now())


@pytest.fixture
def place(tmp_path: Path, live_server: LiveServer) -> Iterator[Place]:
    with live_in(tmp_path):
        alice = make_lighthouse()
        product = make_product(alice)
        question = parse_question("funnel", {"steps": ["signed up", "finished"], "window": "1h"})
        metric = save_metric(alice, product, MetricDraft("Activation", question))
        document = create_document(
            alice, product, DocumentDraft("Faster first project", "", "prd", "plans/2027")
        )
        found = Place(alice, product, metric.public_id, document)
        found.come(80, 12, "a")
        claim = create_claim(
            alice, product, document.public_id, kind="metric",
            definition={"metric": metric.public_id, "part": {"step": 2}},
        )  # fmt: skip
        body = BODY.format(claim=claim.markdown, metric=metric.public_id)
        save_document(
            alice, product, document.public_id, title=document.title, body=body,
            base=document.digest, note="First text",
        )  # fmt: skip
        add_comment(alice, product, document.public_id, body="Which people?", quote="five people")
        yield Place(alice, product, metric.public_id, get_document(product, document.public_id))


def _addresses(place: Place) -> list[str]:
    home = f"/p/{place.product.public_id}/documents/"
    one = place.document.url
    return [
        home, f"{home}new/?template=prd", f"{home}claims/", one, f"{one}edit/", f"{one}versions/",
        f"{one}versions/1/", f"{one}print/", f"{one}claims/",
    ]  # fmt: skip


def test_pages_of_documents(place: Place, live_server: LiveServer, open_page: OpenPage):
    cookies = log_in(place.alice, live_server.url)
    for width in (1440, 390):
        page = open_page("about:blank", width=width, cookies=cookies)
        for address in _addresses(place):
            page.goto(live_server.url + address)
            check_in_both_themes(page)


def _edit(place: Place, live_server: LiveServer, open_page: OpenPage, **options: object) -> Page:
    cookies = log_in(place.alice, live_server.url)
    return open_page(f"{live_server.url}{place.document.url}edit/", cookies=cookies, **options)


def _type_at_end(page: Page, text: str) -> None:
    page.locator("#editor-body").focus()
    page.keyboard.press("Control+End")
    page.keyboard.type(text)


def test_writing_by_keyboard(place: Place, live_server: LiveServer, open_page: OpenPage):
    page = _edit(place, live_server, open_page)
    body = page.locator("#editor-body")
    preview = page.locator("[data-editor-preview]")
    _type_at_end(page, "\n/warn")
    expect(page.get_by_role("option", name="Warning")).to_be_visible()
    check_page(page)
    page.keyboard.press("Enter")
    page.keyboard.type("Mind the keyboard. ")
    expect(preview.locator(".callout[data-callout=warning]")).to_contain_text("Mind the keyboard.")
    page.keyboard.press("Control+b")
    page.keyboard.type("much")
    expect(preview.locator("strong")).to_have_text("much")
    page.keyboard.press("End")
    page.keyboard.type(" @Activ")
    expect(page.get_by_role("option", name="Activation")).to_be_visible()
    page.keyboard.press("Enter")
    expect(body).to_have_value(re.compile(rf"\[@Activation\]\(mention:metric/{place.metric_id}\)"))
    page.keyboard.type("/")
    expect(page.get_by_role("listbox", name="Insert")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox", name="Insert")).to_be_hidden()
    page.keyboard.press("Backspace")
    page.keyboard.press("Control+s")
    expect(page.locator("[data-editor-state]")).to_have_text("Saved as version 3")
    assert "> [!WARNING]" in get_document(place.product, place.document.public_id).body


def test_quoting_a_number_from_the_editor(
    place: Place, live_server: LiveServer, open_page: OpenPage
):
    page = _edit(place, live_server, open_page)
    _type_at_end(page, "\nAgain /funnel")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Quote a number")
    expect(dialog.get_by_label("What is quoted")).to_be_focused()
    expect(dialog.locator("#claim-value")).to_contain_text("15%")
    expect(dialog.locator("#claim-value")).to_contain_text("n 80")
    check_page(page)
    dialog.get_by_role("button", name="Quote it").click()
    expect(dialog).to_be_hidden()
    expect(page.locator("#editor-body")).to_have_value(re.compile(r"Again \[15%\]\(claim:\w{12}\)"))
    page.get_by_role("button", name="Save").first.click()
    expect(page.get_by_role("heading", name="Numbers in this document")).to_be_visible()
    assert len(list_claims(place.product)) == 2


def test_a_number_that_moved_says_so_and_is_accepted(
    place: Place, live_server: LiveServer, open_page: OpenPage
):
    place.come(200, 2, "b")
    cookies = log_in(place.alice, live_server.url)
    page = open_page(live_server.url + place.document.url, cookies=cookies)
    article = page.locator("[data-document-text]")
    expect(article.locator(".claim[data-state=stale]")).to_have_text("15%")
    expect(article.locator(".claim-now").first).to_contain_text("now 5.0%, n 280")
    check_page(page)
    page.get_by_role("link", name="Documents", exact=True).last.click()
    expect(page.get_by_text("1 stale")).to_be_visible()
    page.go_back()
    page.get_by_role("button", name="Quote 5.0%").click()
    expect(page.locator("[data-document-text] .claim[data-state=fresh]")).to_have_text("5.0%")
    page.goto(f"{live_server.url}{place.document.url}versions/")
    expect(page.locator(".diff ins")).to_have_text("5.0")
    check_page(page)


def test_drafts_survive_and_conflicts_lose_nothing(
    place: Place, live_server: LiveServer, open_page: OpenPage
):
    page = _edit(place, live_server, open_page)
    _type_at_end(page, "\nMine.")
    expect(page.locator("[data-editor-state]")).to_have_text("Draft kept, not saved yet")
    page.reload()
    expect(page.get_by_text("This is your unsaved draft")).to_be_visible()
    expect(page.locator("#editor-body")).to_have_value(re.compile(r"Mine\.$"))
    current = get_document(place.product, place.document.public_id)
    save_document(
        place.alice, place.product, current.public_id, title=current.title,
        body=current.body.replace("five people", "six people"), base=current.digest,
    )  # fmt: skip
    _type_at_end(page, " Still mine.")
    page.keyboard.press("Control+s")
    expect(page.get_by_role("heading", name="What stands now, and yours")).to_be_visible()
    expect(page.locator(".diff del")).to_contain_text(["six"])
    # The browser itself complains of the refused save, so the page is looked at anew.
    page = _edit(place, live_server, open_page)
    check_page(page)
    page.get_by_role("button", name="Save mine over it").click()
    expect(page.locator("[data-document-text]")).to_contain_text("Mine. Still mine.")
    assert get_document(place.product, current.public_id).version == 4


def test_without_script(place: Place, live_server: LiveServer, open_page: OpenPage):
    page = _edit(place, live_server, open_page, with_script=False)
    page.locator("#editor-body").fill("# Plain\n\n**bold**")
    page.get_by_role("button", name="Show as it will be read").click()
    expect(page.locator("[data-editor-preview] strong")).to_have_text("bold")
    page.get_by_role("button", name="Save").first.click()
    expect(page.locator("[data-document-text] h2")).to_have_text("Plain")


def test_narrow_shows_one_side_at_a_time(
    place: Place, live_server: LiveServer, open_page: OpenPage
):
    page = _edit(place, live_server, open_page, width=390)
    expect(page.locator("#editor-body")).to_be_visible()
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("#editor-body")).to_be_hidden()
    expect(page.locator("[data-editor-preview]")).to_be_visible()


def test_selected_words_become_a_comment(
    place: Place, live_server: LiveServer, open_page: OpenPage
):
    cookies = log_in(place.alice, live_server.url)
    page = open_page(live_server.url + place.document.url, cookies=cookies)
    page.get_by_text("This counts people, not teams.").click(click_count=3)
    page.get_by_role("button", name="Comment on this").click()
    expect(page.locator("#comment-quote")).to_have_value("This counts people, not teams.")
    page.keyboard.type("Why not teams?")
    page.get_by_role("button", name="Comment", exact=True).click()
    expect(page.locator(".thread").last).to_contain_text("Why not teams?")
    page.locator(".thread").first.get_by_role("button", name="Resolve").click()
    expect(page.get_by_text("· resolved")).to_be_visible()


def test_beginning_from_a_template(place: Place, live_server: LiveServer, open_page: OpenPage):
    cookies = log_in(place.alice, live_server.url)
    address = f"{live_server.url}/p/{place.product.public_id}/documents/new/"
    page = open_page(address, cookies=cookies)
    page.get_by_role("textbox", name="Title").fill("Calmer mornings")
    page.get_by_role("radio", name="Strategy").check()
    page.get_by_role("button", name="Begin writing").click()
    expect(page.locator("#editor-body")).to_have_value(get_template("strategy").body)
    expect(page.locator("[data-editor-preview] .guidance").first).to_be_visible()
    assert [d.kind for d in list_documents(place.product, kind="strategy")] == ["strategy"]
