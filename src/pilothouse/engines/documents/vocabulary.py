"""The words by which the heuristics of lint judge requirements, stories and criteria."""

from __future__ import annotations

import re

from pilothouse.engines.documents.words import any_of, words_in

# A number in words is a number.
NUMBERS = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|zero|no|none|once|twice)\b", re.I
)
# Somebody uses what is asked for.
PEOPLE = any_of(
    words_in(
        "user users customer customers member members admin admins person people visitor visitors"
        " buyer buyers shopper patient patients student students teacher teachers owner owners"
        " viewer viewers reader readers page screen form button view list dashboard inbox menu"
        " dialog sees show shows click clicks sign-up checkout"
    )
)
# Nobody sees it, whoever else is named.
BEHIND = any_of(["background job", "nightly job", "cron", "migration", "schema", "backfill"])
CASES = {
    "case-error": any_of(
        words_in(
            "error errors fail fails failed failure invalid offline timeout unavailable reject"
            " rejected rejects refuse refused refuses retry retries wrong declined cannot missing"
        )
    ),
    "case-empty": any_of(
        words_in(
            "empty nothing zero blank",
            *("no results", "none yet", "no data", "first time", "first use", "not yet"),
            *("no items", "no rows", "without any"),
        )
    ),
    "case-permission": any_of(
        words_in(
            "permission permissions role roles forbidden access signed-in logged-in unauthorised"
            " unauthorized viewers everyone anybody owners admins editors",
            *("not allowed", "signed in", "logged in", "only members", "may not"),
        )
    ),
}
CASE_SECTIONS = {
    "case-error": re.compile(r"\b(?:errors?|failures?)\b", re.I),
    "case-empty": re.compile(r"\bempty\b", re.I),
    "case-permission": re.compile(r"\b(?:permissions?|access|roles?)\b", re.I),
}
OTHER_STORIES = re.compile(
    r"\b(?:depends on|blocked by"
    r"|(?:after|requires|once|together with|needs|as in) (?:the )?story)\b",
    re.I,
)
SOLUTIONS = any_of(
    words_in(
        "button dropdown drop-down modal popup pop-up checkbox radio sidebar tooltip tab toggle"
        " endpoint database sql json api react table column pixel pixels font css webhook"
        " microservice"
    )
)
OPEN_POINTS = re.compile(
    r"\b(?:tbd|todo|tbc|to be (?:decided|defined|determined|confirmed)|etc)\b|\?\?+", re.I
)
INSIDERS = any_of(
    words_in("developer engineer system database team backend", "product owner", "product manager")
)
JOINED = re.compile(
    r"(?<=\w)(?:,?\s+and(?:\s+also)?|;|,?\s+as well as|\s*&)\s+(?:to\s+)?(\w+)", re.I
)
VERBS = frozenset(
    words_in(
        "add archive assign browse buy cancel change chart check choose click clone close collect"
        " comment compare configure connect copy create customise customize delete download"
        " duplicate edit email export filter find follow get give group hide import invite join"
        " like link list make manage merge move open order organise pay pin plan post print"
        " publish rate read receive remove rename reorder reply report request reset restore"
        " review save schedule search see select send set share show sort start subscribe sync tag"
        " track translate undo unsubscribe update upload use view vote watch write"
    )
)
AMOUNTS = any_of(
    words_in(
        "latency throughput performance many few several most some maximum minimum limit timeout"
        " within slow faster slower frequently often rarely",
        *("response time", "load time", "large file", "large files", "at most", "at least"),
        *("a while", "long time", "short time", "high load"),
    )
)
# What goes on inside a person, where no test can look.
INNER_STATES = re.compile(
    r"\b(?:understands?|knows?|feels?|likes?|trusts?|enjoys?|believes?|remembers?"
    r"|is (?:happy|satisfied|delighted|confident|aware))\b",
    re.I,
)
