"""Signs in the wording of an answer, by what they tell. Each is a pattern over one sentence.

They were written against the answers in ``content/interviews/examples/tuning.toml``. A sign shows
that something is *said*, never that it is right.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from pilothouse.engines.jobs.answers_text import AnswerText


def _any(*parts: str, flags: int = re.IGNORECASE) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{part})" for part in parts), flags)


_TEST = r"\b(?:trials?|pilots?|prototypes?|(?:a |one )?tests?\b(?! the)|tried|try)\b"
CUES: Mapping[str, re.Pattern[str]] = {
    # Clarify and frame
    "goal": _any(
        r"\b(?:goal|aim|objective|purpose|good outcome)\b", r"\bsuccess (?:for|means|is)\b",
        r"\bwhat (?:we|i|it|they) (?:really )?(?:want|need)\b", r"\bwhat (?:really )?matters\b",
        r"\b(?:want|wants) (?:to|people|members|that)\b(?=.*\b(?:who|and|quickly|know|renew)\b)",
        r"\b(?:is|are) (?:really )?after\b", r"\bmust never happen\b",
        r"\b(?:is|are) good when\b", r"\bproblem (?:that )?i want to solve\b",
        r"\bi count \w+ .*\bnot\b", r"\bbegin with whether\b", r"\bwhat we want\b",
        r"\bmust be something that\b", r"\bi take the (?:first|second|third)\b",
    ),
    "ask": _any(
        r"\bi(?: would|'d)? (?:first )?(?:ask|want to (?:know|hear|find out))\b",
        r"\bfirst(?:,)? i (?:would )?ask\b", r"\bwhat does\b.*\?", r"\bwho is\b.*\?",
        r"\bfind out\b", r"\bi would (?:begin|start) with (?:whether|what|who)\b",
    ),
    "limit": _any(
        r"\bassum\w+\b", r"\bi take it\b", r"\blet (?:me|us) (?:say|assume|suppose)\b",
        r"\blimits?\b", r"\bconstraints?\b", r"\bbudget\b", r"\bmay cost\b", r"\bdeadline\b",
        r"\bcannot (?:be )?chang", r"\bno money\b", r"\bwhat is fixed\b", r"\bwill not move\b",
        r"\bsuppose\b", r"\bfor one quarter\b", r"\bhave money for\b", r"\bstaff are few\b",
        r"\bif \d[\d.,]* ?% of\b", r"\bnot those\b",
    ),
    "reframe": _any(
        r"\b(?:real|actual|underlying) (?:problem|question|issue|need)\b",
        r"\bis another problem than\b", r"\bis an answer, (?:so|not)\b",
        r"\bwhat (?:really )?hurts is\b", r"\bis (?:only )?(?:a|the) symptom\b",
        r"\band not \w+ as such\b", r"\bthe request says\b",
        r"\bthe (?:question|problem) (?:behind|underneath)\b",
    ),
    # User insight
    "segment": _any(
        r"\b(?:people|those|customers|guests|members|somebody|someone|patients|users|ones|"
        r"students|parents|visitors|sellers|buyers|teachers|firms|hotels) (?:who|over|under|with|"
        r"whose|from|that do)\b",
        r"\b(?:nurses|bakers|students?|carpenters?|beginners|relatives|couriers|riders|women|"
        r"doctors|pharmacists|freelancers|commuters|tradespeople|first-time \w+|regular \w+|"
        r"older \w+|young \w+|night \w+|ten-year-olds?|pensioners|retailers|landlords|tenants)\b",
    ),
    "need": _any(
        r"\b(?:needs?|wants?|because|afraid|cannot|can't|hard(?:er|est)?|hurts?|trusts?|feels?|"
        r"hit|worr\w+|trouble|stuck|overslept|late|got in the way|in spite of|do not|wonder)\b"
    ),
    "known": _any(
        r"\b(?:talks?|interview\w*|told|tell|said|say|data|observ\w+|records?|watched|survey|"
        r"exit|calls?|list|visits)\b"
    ),
    "unserved": _any(
        r"\bnobody (?:designs?|speaks?|serves?|thinks?|ever)\b", r"\bno one (?:designs?|serves?)\b",
        r"\bunder-?served\b", r"\bhave nobody\b", r"\bnobody to\b", r"\bleft out\b",
        r"\b(?:does|do) nothing for\b", r"\boverlooked\b",
    ),
    # Options
    "option-word": _any(
        r"\b(?:ideas?|options?|ways?|roads?|alternatives?|candidates?|choices?)\b"
    ),
    "criteria": _any(
        r"\bcriteri(?:on|a)\b", r"\b(?:judge|compare|weigh|rate|choose|decide|rank|chosen)\w*"
        r"(?: (?:them|it|each|all))? by\b", r"\bhold each against\b",
        r"\bwhat each (?:would )?costs?\b", r"\brule for me\b",
        r"\bin that order\b", r"\bby (?:cost|margin|safety|calls|reach|effort|value)\b",
    ),
    "nothing": _any(
        r"\bdo(?:ing)? nothing\b", r"\bleav(?:e|ing) (?:all|it|things|everything) as\b",
        r"\bnot to (?:move|act)(?: at all)?\b", r"\baccept(?:ing)? it\b(?=.*\bor\b|.*\.)",
        r"\bstay(?:ing)? as (?:it|we)\b",
    ),
    "cheap-test": _any(
        rf"{_TEST}.*\b(?:week|cheap\w*|next|tomorrow|by hand|\d+)\b",
        rf"\b(?:cheap\w*|almost nothing|for free)\b.*{_TEST}", r"\bcheapest trial\b",
    ),
    # Trade-offs
    "choice": _any(
        r"\band chose\b",
        r"\bi (?:would )?(?:go for|chose|choose|take|pick|prefer|start with|begin with|"
        r"went back)\b",
        r"\bi would (?:do that|not choose|launch|run it|not ship)\b", r"\bwins\b",
        r"\bcomes first\b", r"\bwould (?:begin|start) with\b", r"\bwe do (?:that|it) first\b",
        r"\bso i would\b", r"\bno, i would not\b",
    ),
    "reason": _any(r"\b(?:because|since|as it|as they|so that|therefore)\b"),
    "given-up": _any(
        r"\bgiv(?:e|en|ing|es) up\b", r"\bgave up\b", r"\baccept(?:ed|s)? (?:that|it|less|the)\b",
        r"\bi leave out\b", r"\bwe left out\b", r"\bdropped\b", r"\bthat is the price\b",
        r"\bwaiting costs\b", r"\bcosts? (?:us|support|the team|days|weeks)\b",
        r"\btakes \w+ \w+ more\b", r"\bat the price of\b",
        r"\bslower than\b", r"\binstead of\b.*\bbut\b", r"\basks for no\b",
        r"\blos(?:e|ing) (?:what|some|the)\b", r"\bi left out\b",
    ),
    "sensitivity": _any(
        r"\bwould (?:have )?chang\w*\b", r"\bchoose otherwise\b", r"\bthink again\b",
        r"\bgo the other way\b", r"\bhad (?:the|it|we|they)\b.*\bwould have\b",
        r"\b(?:if|should|were)\b.*\bi would (?:instead |then )?(?:stop|think|begin|choose|keep|"
        r"go)\b",
    ),
    # Metrics and evidence
    "vanity": _any(
        r"\b(?:downloads?|registered users|page views|likes|followers|sign up|impressions|"
        r"clicks on)\b"
    ),
    "measure": _any(
        r"\b(?:measur\w+|metrics?|count(?:ed|ing)?|share of|rate of|return rate|number of|"
        r"proportion|median|payments that succeed|contribution)\b",
        r"\b(?:watch|track|follow|look at|look for)\b.*\b(?:number|share|rate|per|orders|sign-ups|"
        r"days|how many|minutes)\b",
        r"\b\d[\d.,]* ?%", r"\b(?:per|a) (?:month|week|hundred)\b", r"\bof \d[\d,]* requests\b",
        r"\b\d[\d,]* users\b", r"\bfrom (?:around )?\d[\d.,]* (?:%|\w+ )?to \d",
    ),
    "baseline": _any(
        r"\bbaseline\b", r"\b(?:today|now|normally|currently)\b(?=.*\d)|\d[\d.,]* ?%?,? "
        r"(?:now|today|currently)\b", r"\bcompared? (?:with|to)\b", r"\bagainst (?:the |last )",
        r"\b(?:against|than) \d+ before\b", r"\b\w+ before\b(?=\.)", r"\bthe month before\b",
        r"\blast (?:week|month|season|year)\b", r"\ba year ago\b", r"\bfrom (?:around )?\d[\d.,]* "
        r"(?:%|\w+ )?to (?:around )?\d", r"\bnormal (?:week|day|variation)\b", r"\bthey sell now\b",
        r"\bin the (?:long|short) trial and\b", r"\bthe plan said\b",
    ),
    "guardrail": _any(
        r"\bguardrails?\b", r"\bmust not (?:rise|fall|drop|turn|be|get)\b",
        r"\b(?:must|should) stay\b", r"\bmake sure that\b.*\b(?:do|does|is) not\b",
        r"\bkeep (?:an eye|\w+ \w+ in sight)\b", r"\bwhile\b.*\b(?:stay|must|under)\b",
        r"\bwithout (?:harming|fewer|losing|hurting)\b", r"\bgot worse\b", r"\bnothing fell\b",
        r"\bnever a false\b", r"\bthe one that must\b", r"\bcomplaints about\b.*\bstay\b",
    ),
    "sample": _any(
        r"\b(?:interval|sample|too few|fewer than|per group|below \d+|random\w*|control group|"
        r"stay out|\d+ texts|held? back)\b", r"\b\d[\d,]* sign-ups with\b", r"\bby chance\b",
        r"\bfalse alarms?\b", r"\b\d+ weeks\b.*\byear ago\b", r"\bwe see \d+\b",
    ),
    "mislead": _any(
        r"\bmislead\w*\b", r"\bgamed?\b", r"\bgaming\b", r"\bseason\b", r"\bmay fool\b",
        r"\blook good just because\b", r"\bmust not rise by\b", r"\bcould be (?:just|only)\b",
        r"\b(?:stopping|looking) (?:early|when)\b", r"\bloses? events\b", r"\bweekend\b",
    ),
    "rule": _any(
        r"\bi (?:would )?stop (?:it )?if\b", r"\b(?:if|under|below|over|above)\b.*\b(?:we|i) "
        r"(?:would )?(?:stop|switch back|end|keep|kept|have kept)\b", r"\bunless a guardrail\b",
        r"\bread it once\b", r"\bat least \d+ ?% right\b", r"\bsays nothing\b",
        r"\bor asks? for\b.*\bi would stop\b", r"\bcould be ruled out\b", r"\bi would stop\b",
        r"\bdecide by numbers\b", r"\broll it back for half\b",
    ),
    # Business and strategy
    "money": _any(
        r"\b(?:revenue|costs?|price[sd]?|pricing|profit\w*|income|margins?|pay(?:s|ing)?|"
        r"licen[cs]es?|"
        r"contribution|euros?|dollars?|budget|sales)\b"
    ),
    "model": _any(
        r"\b(?:margins?|contribution|profit of|unit economics|cost to serve|renew\w*|"
        r"churn|lifetime|euros? (?:a|an|per) (?:piece|order|user|month))\b"
    ),
    "position": _any(
        r"\b(?:rivals?|competitors?|brands?|position\w*|channel|shelves|what we can do that|"
        r"distribution|others cannot|loyal)\b"
    ),
    "second-order": _any(
        r"\b(?:rivals?|competitors?|they|others) (?:may|might|would|will|could) (?:answer|react|"
        r"lower|copy|follow|write|match|reply)\b", r"\bcannibali\w+\b", r"\bmoats?\b",
        r"\bget used to\b", r"\bin (?:three|five) years\b.*\bbecause\b", r"\bgain \w+ and time\b",
        r"\bwhat lasts\b", r"\bswitching costs?\b",
    ),
    # Execution and risk
    "task": _any(
        r"\b(?:i|we) (?:would |will |also |always )*(?:build|built|write|wrote|plan|hold|"
        r"talk(?:ed)?|"
        r"inform|tell|told|put|visit|sort|test|work(?:ed)?|sit|look|let|offer(?:ed)?|begin)\b"
    ),
    "sequence": _any(
        r"\bfirst\b.*\bthen\b", r"\bsequence\b", r"\border:", r"\bsteps?:", r"\bstart with\b.*"
        r"\bthen\b", r"\btoday\b.*\btomorrow\b", r"\bthen (?:the|come|writes|10|all|one)\b",
        r"\bon (?:monday|tuesday|wednesday|thursday|friday)\b", r"\bafter (?:each|that|four)\b",
        r"\bbefore the (?:meeting|end)\b", r"\bcopy in parallel\b", r"\bdays? later\b",
    ),
    "owner": _any(
        r"\b(?-i:[A-Z][a-z]+)(?: from \w+)? (?:owns|is on duty|leads|decides|runs|watches|wrote|"
        r"built)\b",
        r"\brun by (?-i:[A-Z])", r"\bi told (?:him|her|them) myself\b",
        r"\b(?:is|be) responsible\b",
        r"\bfrom me\b", r"\bin charge\b", r"\bmy task was\b", r"\bwho (?:owns|decides)\b",
        r"\bhead \w+ decides\b",
    ),
    "risk": _any(
        r"\brisks?\b", r"\bdanger\b", r"\bcharged twice\b", r"\bworst\b", r"\bcould go wrong\b",
        r"\bwhat can go wrong\b", r"\bdelay the\b", r"\bfault then\b", r"\bharm of\b",
    ),
    "stop": _any(
        r"\bwe (?:stop|switch back|end|go back|abort)\b", r"\bswitch back\b", r"\bkill\b",
        r"\broll(?:ed)? (?:it )?back\b", r"\bwithout a meeting\b",
    ),
    "rollout": _any(
        r"\b1 ?%", r"\b10, 50\b", r"\bstages?\b", r"\bfirst (?:fifteen|ten|twenty|five|one)\b",
        r"\bone (?:ward|district|shop|firm|studio)\b", r"\bnew customers only\b", r"\brolls? out\b",
        r"\bfor \d+ ?% of\b", r"\bpilot\b",
    ),
    "learn": _any(
        r"\bwe write down\b", r"\bchange the next\b", r"\blearn(?:ed|t|ing)?\b", r"\breview\b",
        r"\blooking back\b", r"\bsince then i\b", r"\bwhat i took from\b", r"\bi now \w+\b",
    ),
    # Communication
    "signpost": _any(
        r"\b(?:first|second|third|then|next|finally|so|because|since|instead|while|though|but)\b",
        r":", r"\b(?:two|three|four) (?:ways?|ideas?|groups?|options?|things?)\b",
    ),
    "yields": _any(
        r"\bi (?:would |will )?(?:now )?change(?:d)? (?:my|our|that|it|the)\b",
        r"\byou are right\b", r"\bthat changes\b", r"\bchanged my (?:mind|view)\b",
        r"\bi was wrong\b", r"\bbetter than mine\b",
    ),
    # Parts of a story
    "situation": _any(
        r"\b(?:last|in) (?:year|autumn|spring|summer|winter|month|march|june|january|20\d\d)\b",
        r"\b(?:years?|months?) ago\b", r"\bat my (?:last|former|first)\b",
        r"\bwhen (?:we|i) (?:built|"
        r"was|were|had|ran)\b", r"\bwe had\b", r"\bi ran\b", r"\bin (?:my|our) (?:team|company)\b",
        r"\b(?:january|february|march|april|may|june|july|august|september|october|november|"
        r"december) 20\d\d\b",
    ),
    "task-own": _any(
        r"\bmy (?:task|job|role|part)\b", r"\bi (?:was|were) (?:responsible|in charge|asked)\b",
        r"\bwanted (?:to|me|us|a)\b", r"\bhad to\b", r"\bwe had a deadline\b", r"\bi ran\b",
        r"\bi had argued\b", r"\bhad the \w+ to\b",
    ),
    "action": _any(
        r"\bi (?:\w+ )?(?:put|told|chose|asked|showed|offered|built|wrote|talked|kept|called|made|"
        r"went|decided|dropped|sat|proposed|agreed)\b", r"\bwe (?:agreed|ran|put|built|did)\b",
    ),
    "result": _any(
        r"\b(?:signed|was two days late|went (?:live|from)|moved from|resulted?|in the end|"
        r"afterwards|compared|fell|rose|grew|paid|was stopped|got worse)\b",
    ),
    "reflection": _any(
        r"\blooking back\b", r"\bi (?:should|would) (?:have|now)\b", r"\bi learn(?:ed|t)\b",
        r"\bsince then\b", r"\bwhat i took\b", r"\bnext time\b", r"\bi now\b",
        r"\bi would not claim\b", r"\bi had been wrong\b",
    ),
    # Estimates
    "range": _any(
        r"\bbetween \d[\d.,]*\b.*\band \d", r"\brange\b", r"\bat (?:least|most)\b",
        r"\b\d[\d.,]* (?:to|–|-) \d", r"\bwith (?:two|three|five|\d+) it would\b",
    ),
    "crosscheck": _any(
        r"\bcheck from\b", r"\bcross-?check\b", r"\bas a check\b", r"\bsecond route\b",
        r"\bfrom the other side\b", r"\bthe other way round\b", r"\b(?:weakest|least sure|most "
        r"uncertain)\b",
    ),
}  # fmt: skip


def find_cue(answer: AnswerText, name: str) -> str:
    """The first sentence in which a sign stands, or an empty text."""
    pattern = CUES[name]
    return next((each for each in answer.sentences if pattern.search(each)), "")


def count_cue(answer: AnswerText, name: str) -> int:
    """In how many sentences a sign stands."""
    return sum(bool(CUES[name].search(each)) for each in answer.sentences)


def distinct_cue(answer: AnswerText, name: str) -> int:
    """How many different wordings of a sign stand in the answer."""
    return len({match[0].lower() for match in CUES[name].finditer(answer.text)})
