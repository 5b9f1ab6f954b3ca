"""One look for each draft, told to every modal of it, and nobody waits."""

import asyncio
from dataclasses import dataclass, field

import pytest

from bot.preflight.looking import AT_ONCE, KEPT, Looking
from bot.rules.draft import Draft
from bot.rules.plan import plan_prefetch
from bot.rules.policy import Actor
from bot.rules.preflight import AssetFinding, AssetState, Look
from bot.rules.target import Asset

ASSET = Asset("a" * 32)
LOOK = Look((AssetFinding(ASSET, AssetState.PUBLISHED),))


def draft(name: str = "d1") -> Draft:
    plan = plan_prefetch([ASSET], asset_cost=1)
    return Draft(name, Actor("U1", "T1"), "C1", plan, (), 0)


@dataclass
class Looker:
    """Finds what it was given, once it may."""

    may_end: asyncio.Event = field(default_factory=asyncio.Event)
    looked: list[str] = field(default_factory=list)
    worth: bool = True
    fails: bool = False
    finds: Look = LOOK

    def has_something(self, _draft: Draft) -> bool:
        return self.worth

    async def look(self, draft: Draft) -> Look:
        self.looked.append(draft.id)
        await self.may_end.wait()
        if self.fails:
            message = "no look is perfect"
            raise RuntimeError(message)
        return self.finds


@dataclass
class Modal:
    shown: list[Look] = field(default_factory=list)
    told: asyncio.Event = field(default_factory=asyncio.Event)

    async def show(self, look: Look) -> None:
        self.shown.append(look)
        self.told.set()


async def test_what_is_found_is_told_once_and_known_from_then_on() -> None:
    looker, modal = Looker(), Modal()
    looking = Looking(looker)

    looking.beside(draft(), modal.show)
    before = looking.found(draft())
    looker.may_end.set()
    await modal.told.wait()

    assert not before
    assert modal.shown == [LOOK]
    assert looking.found(draft()) == LOOK
    assert not looking.is_due(draft())


async def test_draft_that_is_shown_twice_is_looked_at_once_and_both_modals_are_told() -> None:
    looker, modals = Looker(), [Modal(), Modal()]
    looking = Looking(looker)

    for modal in modals:
        looking.beside(draft(), modal.show)
    looker.may_end.set()
    for modal in modals:
        await modal.told.wait()

    assert looker.looked == ["d1"]


async def test_modal_that_was_on_its_way_when_the_look_ended_is_told_as_well() -> None:
    looker, first, late = Looker(), Modal(), Modal()
    looking = Looking(looker)
    looking.beside(draft(), first.show)
    assert looking.is_due(draft())
    looker.may_end.set()
    await first.told.wait()

    looking.beside(draft(), late.show)
    await late.told.wait()

    assert late.shown == [LOOK]
    assert looker.looked == ["d1"]


async def test_draft_with_nothing_to_look_at_is_left_alone() -> None:
    assert not Looking(Looker(worth=False)).is_due(draft())


async def test_bot_without_a_looker_looks_at_nothing() -> None:
    looking = Looking()

    looking.beside(draft(), Modal().show)

    assert not looking.is_due(draft())
    assert not looking.found(draft())


async def test_among_very_many_drafts_the_last_is_shown_without_a_look() -> None:
    looker = Looker()
    looking = Looking(looker)

    for place in range(AT_ONCE + 1):
        looking.beside(draft(f"d{place}"), Modal().show)
    await asyncio.sleep(0)

    assert len(looker.looked) == AT_ONCE
    assert not looking.is_due(draft(f"d{AT_ONCE}"))
    await looking.close()


async def test_old_looks_are_forgotten_and_made_again() -> None:
    looker = Looker()
    looker.may_end.set()
    looking = Looking(looker)

    for place in range(KEPT + 1):
        modal = Modal()
        looking.beside(draft(f"d{place}"), modal.show)
        await modal.told.wait()

    assert looking.is_due(draft("d0"))
    assert not looking.is_due(draft("d1"))


async def test_look_that_fails_is_logged_and_made_again(caplog: pytest.LogCaptureFixture) -> None:
    looker, modal = Looker(fails=True), Modal()
    looking = Looking(looker)

    looking.beside(draft(), modal.show)
    looker.may_end.set()
    await asyncio.wait(looking._tasks)

    assert "no look is perfect" in caplog.text
    assert modal.shown == []
    assert looking.is_due(draft())


@pytest.mark.parametrize(
    "nothing", [Look(), Look(untried=3), Look((AssetFinding(ASSET, AssetState.NOT_TOLD),))]
)
async def test_look_that_has_found_nothing_is_told_and_made_again(nothing: Look) -> None:
    looker, modals = Looker(finds=nothing), [Modal(), Modal()]
    looker.may_end.set()
    looking = Looking(looker)

    for modal in modals:
        assert looking.is_due(draft())
        looking.beside(draft(), modal.show)
        await modal.told.wait()

    assert [modal.shown for modal in modals] == [[nothing], [nothing]]
    assert looker.looked == ["d1", "d1"]


async def test_modal_that_fails_takes_nothing_from_another(
    caplog: pytest.LogCaptureFixture,
) -> None:
    looker, modal = Looker(), Modal()
    looking = Looking(looker)

    async def refuse(_look: Look) -> None:
        message = "no modal any more"
        raise RuntimeError(message)

    looking.beside(draft(), refuse)
    looking.beside(draft(), modal.show)
    looker.may_end.set()
    await modal.told.wait()

    assert "no modal any more" in caplog.text
    assert modal.shown == [LOOK]


async def test_what_is_left_of_a_draft_is_known_from_the_look_at_all_of_it() -> None:
    looker, modal = Looker(), Modal()
    looker.may_end.set()
    looking = Looking(looker)
    looking.beside(draft(), modal.show)
    await modal.told.wait()

    looking.carry_over(draft(), draft("d2"), without={ASSET})
    looking.carry_over(draft("unknown"), draft("d3"), without={ASSET})

    assert not looking.is_due(draft("d2"))
    assert not looking.found(draft("d2"))
    assert looking.is_due(draft("d3"))


async def test_end_of_the_bot_does_not_wait_for_a_look() -> None:
    looking = Looking(Looker())
    modal = Modal()
    looking.beside(draft(), modal.show)
    await asyncio.sleep(0)

    await looking.close()

    assert modal.shown == []
