"""What a proposal promises before anything is sent."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from bot.rules.draft import Draft, Proposal
from bot.rules.plan import plan_prefetch
from bot.rules.policy import Actor
from bot.rules.quota import Quota, QuotaDay
from bot.rules.target import Asset, Url


@pytest.mark.parametrize(("asset_cost", "left_after"), [(1, 877), (3, 875)])
def test_left_after_is_what_stays_when_all_of_it_is_sent(asset_cost: int, left_after: int) -> None:
    urls = [Url("https://cdn.example.com/a"), Url("https://cdn.example.com/b")]
    plan = plan_prefetch([Asset("0" * 32), *urls], asset_cost=asset_cost)
    draft = Draft("d", Actor("U0MEI", "T0TEAM"), "C0LAUNCH", plan, (), 0)
    day = QuotaDay(date(2026, 11, 24), ZoneInfo("Asia/Shanghai"))

    proposal = Proposal(draft, Quota(day, 1000, settled=100, reserved=15, held=5), day.ends_at)

    assert proposal.left_after == left_after
