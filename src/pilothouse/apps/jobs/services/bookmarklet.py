"""The bookmarklet: a bookmark that hands the page being looked at to the form of a new posting.

It carries title, address and text (what is selected, else all of it) behind the # of an address of
this server. Browsers do not send that part: nothing is fetched, and nobody but the person's own
page sees it. A page of this server takes it on to the form, since a browser keeps the cookie back
when another site opens a page.
"""

from __future__ import annotations

from pilothouse.apps.jobs.services.postings import MAX_TEXT

_CODE = (
    "javascript:(()=>{const s=String(getSelection()).trim();"
    "const d={text:(s||document.body.innerText).slice(0,LIMIT),"
    "title:document.title.slice(0,200),url:location.href.slice(0,2000)};"
    "open('PLACE#posting='+encodeURIComponent(JSON.stringify(d)),'_blank','noopener')})()"
)


def write_bookmarklet(place: str) -> str:
    """The bookmark's code; ``place`` is the whole address of the page that takes it on."""
    return _CODE.replace("LIMIT", str(MAX_TEXT)).replace("PLACE", place)
