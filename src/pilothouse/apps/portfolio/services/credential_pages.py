"""A page that checks one credential in the reader's browser, whole in one file.

Script and style stand in the file: it opens from a disk, asks no network, and goes to any host.
"""

from __future__ import annotations

import json
from base64 import b64encode
from functools import cache
from hashlib import sha256
from html import escape
from pathlib import Path

from django.contrib.staticfiles import finders

from pilothouse.apps.portfolio.services.credential_pictures import draw_badge
from pilothouse.apps.portfolio.services.credentials import CredentialView
from pilothouse.engines.portfolio import badges
from pilothouse.engines.portfolio.badges.baking import PAGE_MARK
from pilothouse.kernel.errors import DamagedError

SCRIPT, STYLE = "credential_verifier.js", "credential_verifier.css"


def write_page(view: CredentialView) -> bytes:
    """The page of a credential as one HTML file."""
    script, style = _read(SCRIPT), _read(STYLE)
    shown = json.dumps(json.loads(view.document), indent=2, ensure_ascii=False)
    # In a script element only "<" could end it.
    data = view.document.replace("<", "\\u003c")
    picture = draw_badge(view) if view.kind == "badge" else ""
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
script-src 'sha256-{_digest(script)}'; style-src 'sha256-{_digest(style)}'; base-uri 'none'; \
form-action 'none'">
<title>{escape(view.name)}</title>
<style>{style}</style>
</head>
<body>
<main>
<div class="picture">{picture}</div>
<h1>{escape(view.name)}</h1>
<p class="words">{escape(badges.HONEST_WORDS)}</p>
<section>
<h2>Checked in this browser</h2>
<ul id="checks" aria-live="polite"><li>Not checked yet: the check needs scripts.</li></ul>
<p class="quiet">This page came with the credential, so who made one could have made the other. To
be sure, check the document below with a program of your own choice, as told under “By hand”.</p>
</section>
<section>
<h2>By hand</h2>
<ol>
<li>Save the document below as a file. It is JSON; its text in the one form of RFC 8785 has the
SHA-256 <code>{view.digest}</code>.</li>
<li>Any verifier of Open Badges 3.0 or of W3C Data Integrity with the suite
<code>eddsa-jcs-2022</code> can check its proof. The key is in the issuer's id:
<code>{escape(view.issuer_did)}</code>.</li>
<li>Revocation: {_tell_revocation(view)}</li>
</ol>
</section>
<section>
<h2>The document</h2>
<pre tabindex="0">{escape(shown)}</pre>
</section>
</main>
{PAGE_MARK}{data}</script>
<script>{script}</script>
</body>
</html>
""".encode()


def _tell_revocation(view: CredentialView) -> str:
    if not view.list_url:
        return "this credential names no list, so it cannot be seen whether it was taken back."
    return f"look at the issuer's list at <code>{escape(view.list_url)}</code>."


@cache
def _read(name: str) -> str:
    path = finders.find(name)
    if not isinstance(path, str):
        raise DamagedError("a file of the verifier's page is missing.", value=name)
    return Path(path).read_text(encoding="utf-8").strip()


def _digest(text: str) -> str:
    return b64encode(sha256(text.encode()).digest()).decode()
