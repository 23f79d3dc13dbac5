"""English words that say nothing about a job: too common, or in every posting."""

from __future__ import annotations

_COMMON = """
    a about above across after again against all along also although always am among an and another
    any anyone anything are aren't around as at away back be became because become been before being
    below between beyond both but by can can't cannot could couldn't did do does doesn't doing don't
    done down during each either else end ends enough etc ever every everyone everything few for
    from further get gets getting give given go goes going got had has have having he help helping
    her here high him his how however i i'd i'll i'm i've if in including into is isn't it it's its
    itself just keep know least less let like ll lot made make makes making many may me might more
    most much must my need neither never new next no none nor not nothing now of off often on once
    one only onto or other others our ours out over own part per perhaps please put rather re really
    same see several shall she should since so some someone something soon still such take than that
    that's the their them then there these they they're thing this those three through throughout to
    together too toward towards two under until up upon us use used using ve very via want was way
    we we'll we're we've well were what what's when where whether which while who whom whose why
    will with within without won't would yes yet you you'd you'll you're you've your yours yourself
    """

_POSTINGS = """
    ability able applicant application apply background basis benefit best big bonus bring candidate
    career clear colleague come comfortable committed company competitive culture currently daily
    day degree deep demonstrate demonstrated description desirable disability drive driven dynamic
    e.g eg employee employer employment ensure environment equal equity equivalent essential
    example excellent exciting exceptional expect experience experienced fast-paced find full-time
    fun gender good great grow growing have hire hiring holiday ideal ideally impact include
    includes individual insurance interview job join key knowledge leading level life location look
    looking love mission month nice offer office ongoing open opportunity pay passion passionate
    paid people perk person place plus position preferred proven provide qualification race range
    real relevant remote religion report require required requirement responsibility responsible
    right role salary sexual skill small someone status strong success successful support team tech
    think thrive time title top track try understand understanding value veteran want week welcome
    work working world world-class year
    bring build building built daily define deliver drive ensure help lead lots manage matter own
    plan product read requirements run set turn trust write writing
"""

# They end like a plural and are no plural of the word without its s: *sales* are no *sale* day, a
# *canvas* is no Canva, *goods* are not *good*.
_NOT_PLURALS = "canvas customs goods means news odds premises sales"

# Fields of work end in -ics too: analytics, economics, logistics. These are plurals.
_PLURALS_IN_ICS = """
    basics characteristics clinics critics diagnostics epics fabrics graphics heuristics mechanics
    metrics statistics tactics topics
    """

# Their ending is none, or makes another word of them: a *customer* is nothing *custom*, a *story*
# no *store*, *marketing* no *market*.
_OWN_STEMS = """
    accounting career charter customer directory engineer factory formal former foundation general
    informal marketing objective officer party personal policy portal productive server signal
    story subjective
    """

STOP_WORDS = frozenset(_COMMON.split())
BOILERPLATE = frozenset(_POSTINGS.split())
NOT_PLURALS = frozenset(_NOT_PLURALS.split())
PLURALS_IN_ICS = frozenset(_PLURALS_IN_ICS.split())
OWN_STEMS = frozenset(_OWN_STEMS.split())
