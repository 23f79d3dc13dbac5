"""What may be asked of people, offered to them, and said at the table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pilothouse.engines.simulation.company.commands import (
    LOOK_MINUTES,
    Command,
    Commit,
    Communicate,
    DiagnoseCause,
    Forecast,
    Interview,
    Look,
    Negotiate,
    SendUpdate,
    SetCampaign,
    SetPrice,
    SetReferrals,
    Survey,
    UsabilityTest,
    WriteStory,
)
from pilothouse.engines.simulation.company.rule_parts import (
    Here,
    check_between,
    check_later,
    refuse,
)
from pilothouse.engines.simulation.company.schema import ISSUES
from pilothouse.engines.simulation.company.state import OFFERS
from pilothouse.kernel.errors import InvalidValueError


def _commit(here: Here, command: Commit) -> None:
    here.setting.stakeholder(command.to)
    idea = here.setting.idea(command.idea)
    check_between(command.probability, 0, 1, "a probability")
    check_later(here.setting, command.day, here.day, "the day of a promise")
    if idea in here.state.live:
        raise refuse("people have this already.", command.idea, "Promise something else.")


def _communicate(here: Here, command: Communicate) -> None:
    to, idea = here.setting.stakeholder(command.to), here.setting.idea(command.idea)
    check_later(here.setting, command.new_day, here.day, "a new day")
    if not any(p.to == to and p.idea == idea and p.kept is None for p in here.state.promises):
        raise refuse(
            "there is no open promise about this.", command.idea, "Commit to something first."
        )


def _update(here: Here, command: SendUpdate) -> None:
    for key in command.to:
        here.setting.stakeholder(key)
    for what, given in (("a stakeholder", command.to), ("a claim", command.claims)):
        if not any(text.strip() for text in given):
            raise InvalidValueError(f"an update has at least {what}.", value=list(given))


def _look(here: Here, command: Look) -> None:
    if command.at not in LOOK_MINUTES:
        known = ", ".join(LOOK_MINUTES)
        raise InvalidValueError(f"one looks at one of: {known}.", value=command.at)
    if command.at == "call":
        here.setting.stakeholder(command.about)


def _price(_here: Here, command: SetPrice) -> None:
    check_between(command.factor, 0.25, 4.0, "a factor on the price")


def _campaign(here: Here, command: SetCampaign) -> None:
    check_between(command.spend, 0, 1e7, "the spend of a day")
    check_between(command.days, 1, 365, "the days of a campaign")
    if command.offer not in OFFERS:
        known = ", ".join(repr(offer) for offer in OFFERS)
        raise InvalidValueError(f"an offer of a campaign is one of: {known}.", value=command.offer)
    channels = [channel.key for channel in here.setting.business.channels]
    if command.channel and command.channel not in channels:
        raise InvalidValueError(
            f"a channel of a campaign is one of: {', '.join(channels) or 'none in this world'}.",
            value=command.channel,
            remedy="Leave the channel out to buy visits under no name.",
        )


def _referrals(here: Here, command: SetReferrals) -> None:
    if here.setting.business.referrals is None:
        raise refuse(
            "nobody in this world invites others.", command.rewarded, "Buy visits with SetCampaign."
        )
    growth = here.state.growth
    if command.rewarded == (growth is not None and growth.inviting):
        now, other = ("are", "false") if command.rewarded else ("are not", "true")
        raise refuse(
            f"invitations {now} rewarded as it is.",
            command.rewarded,
            f"Set rewarded to {other} to change that.",
        )


def _interview(here: Here, command: Interview) -> None:
    check_between(command.people, 1, 30, "the people of a round of talks")
    known = [segment.key for segment in here.setting.pack.segments]
    if command.segment and command.segment not in known:
        raise InvalidValueError(f"a segment is one of: {', '.join(known)}.", value=command.segment)


def _survey(_here: Here, command: Survey) -> None:
    check_between(command.people, 1, 100_000, "the people of a survey")


def _usability(here: Here, command: UsabilityTest) -> None:
    here.setting.idea(command.idea)
    check_between(command.people, 1, 20, "the people of a usability test")


def _negotiate(here: Here, command: Negotiate) -> None:
    here.setting.stakeholder(command.to)
    here.setting.idea(command.idea)
    for issue, share in command.offer.items():
        if issue not in ISSUES:
            raise InvalidValueError(f"an issue is one of: {', '.join(ISSUES)}.", value=issue)
        check_between(share, 0, 1, "what is offered on an issue")
    _binding(here, command)


def _binding(here: Here, command: Negotiate) -> None:
    """A talk that binds goes on as it began, waits for its answer, and stands when it is over."""
    state, key = here.state, (here.setting.stakeholder(command.to), here.setting.idea(command.idea))
    lies = any((waiting.place, waiting.idea) == key for waiting in state.waiting)
    kinds = {t.binding for t in state.talks if (t.place, t.about) == (key[0], command.idea)}
    if kinds | ({True} if lies else set()) == {not command.binding}:
        raise refuse(
            "a talk binds from its first offer on, or not at all.",
            command.binding,
            f"Go on with binding {str(not command.binding).lower()}.",
        )
    if lies:
        raise refuse(
            "they have not answered your last offer yet.",
            command.idea,
            "Wait, or call them: whoever you have just spoken to answers in the evening.",
        )
    stands = state.settled.get(key, 0)
    if command.binding and here.day < stands:
        raise refuse(
            f"what was settled stands until {here.setting.date_of(stands)}.",
            command.idea,
            "Keep to it, or tell them early that you cannot.",
        )


def _story(here: Here, command: WriteStory) -> None:
    here.setting.idea(command.idea)


def _forecast(here: Here, command: Forecast) -> None:
    if (command.probability is None) == (not command.quantiles):
        raise InvalidValueError(
            "a forecast is a probability or quantiles, one of the two.", value=command.question
        )
    if command.probability is not None:
        check_between(command.probability, 0, 1, "a probability")
    for share in command.quantiles:
        check_between(share, 0.001, 0.999, "the share of a quantile")
    values = [command.quantiles[share] for share in sorted(command.quantiles)]
    if values != sorted(values):
        raise InvalidValueError(
            "quantiles of larger shares are not smaller.", value=dict(command.quantiles)
        )
    check_later(here.setting, command.day, here.day, "the day of a forecast")


def _diagnose(_here: Here, command: DiagnoseCause) -> None:
    for share in command.causes.values():
        check_between(share, 0, 1, "the share of a cause")
    if abs(sum(command.causes.values()) - 1.0) > 1e-6:
        raise InvalidValueError("the shares of causes sum to 1.", value=dict(command.causes))


PEOPLE: Mapping[type[Command], Callable[[Here, Any], None]] = {
    Commit: _commit,
    Communicate: _communicate,
    SendUpdate: _update,
    Look: _look,
    SetPrice: _price,
    SetCampaign: _campaign,
    SetReferrals: _referrals,
    Interview: _interview,
    Survey: _survey,
    UsabilityTest: _usability,
    Negotiate: _negotiate,
    WriteStory: _story,
    Forecast: _forecast,
    DiagnoseCause: _diagnose,
}
