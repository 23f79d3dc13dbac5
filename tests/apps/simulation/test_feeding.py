"""What a store gets of a simulated day: channels only where somebody may have come by one."""

from __future__ import annotations

from datetime import date

from pilothouse.apps.simulation.services.feeding import to_batch
from pilothouse.apps.simulation.services.packs import load_pack
from pilothouse.engines.simulation.company.commands import SetCampaign
from pilothouse.engines.simulation.company.run import CompanyRun
from pilothouse.stores.batches import PROPERTY_PREFIX


def test_channels_are_properties_from_the_day_one_is_opened() -> None:
    run = CompanyRun(load_pack("saas"), seed=1, first_day=date(2026, 1, 5), users=3_000)
    run.give(SetCampaign(500.0, 20, channel="search"))
    run.advance(6)
    tables = [to_batch(day) for day in run.events()]
    channel, by = PROPERTY_PREFIX + "channel", PROPERTY_PREFIX + "invited_by"
    assert [channel in table.column_names for table in tables] == [False] * 2 + [True] * 4
    assert set(tables[-1][channel].to_pylist()) == {"direct", "search"}
    assert set(tables[-1][by].to_pylist()) == {None}
