"""What a look has found, as the modal tells it."""

from bot.blocks import ids
from bot.blocks.preflight import findings
from bot.blocks.text import Block
from bot.rules.draft import Draft
from bot.rules.plan import plan_prefetch
from bot.rules.policy import Actor
from bot.rules.preflight import AddressFinding, AddressState, AssetFinding, AssetState, Look
from bot.rules.target import Asset, Target, Url
from bot.words.english import ENGLISH

ASSETS = [Asset(f"{place:032x}") for place in range(20)]
URLS = [Url(f"https://v.example.com/{place}.mp4?auth_key=secret") for place in range(200)]


def seen(place: int, state: AddressState, status: int = 200) -> AddressFinding:
    return AddressFinding(URLS[place], state, status, 1_500_000_000, "video/mp4", "no-store")


def blocks(look: Look, *targets: Target) -> list[Block]:
    plan = plan_prefetch(targets or URLS, asset_cost=1)
    return findings(ENGLISH, Draft("d1", Actor("U1", "T1"), "C1", plan, (), 0), look)


def test_summary_counts_what_warms_nothing_first() -> None:
    found = (
        seen(0, AddressState.FILE),
        seen(1, AddressState.NOT_CACHED),
        seen(2, AddressState.ERROR, 503),
        seen(3, AddressState.ERROR, 404),
        seen(4, AddressState.PAGE),
        seen(5, AddressState.ERROR, 404),
    )

    shown, _advice, _choice = blocks(Look(addresses=found, untried=3))
    first, *lines = shown["text"]["text"].splitlines()

    assert first == (
        "*Looked at beforehand*: 2 answer 404 · 1 answers 503 · 1 is a page, not a file"
        " · 1 forbids caching · 1 is a file · 3 not tried"
    )
    assert lines[0] == "• `https://v.example.com/2.mp4?…` answers 503"
    assert lines[-1] == "• `https://v.example.com/0.mp4?…` `video/mp4`, 1.5 GB"


def test_ten_are_shown_and_the_rest_is_counted() -> None:
    look = Look(addresses=tuple(seen(place, AddressState.FILE) for place in range(200)))

    shown, advice = blocks(look)

    lines = shown["text"]["text"].splitlines()
    assert len(lines) == 12
    assert lines[-1] == "and 190 more"
    assert "bring a file to the node" in advice["elements"][0]["text"]


def test_one_button_leaves_out_assets_and_addresses_that_fail() -> None:
    targets: list[Target] = [*ASSETS[:2], *URLS[:2]]
    assets = (
        AssetFinding(ASSETS[0], AssetState.PUBLISHED, "Film", "PUBLISHED"),
        AssetFinding(ASSETS[1], AssetState.MISSING, "", "NO_ASSET"),
    )
    addresses = (seen(0, AddressState.FILE), seen(1, AddressState.EMPTY))

    *_, choice = blocks(Look(assets, 0, addresses), *targets)
    (button,) = choice["elements"]

    assert (button["action_id"], button["value"]) == (ids.LEAVE_OUT_BUTTON, "d1:a")
    assert button["text"]["text"] == "Leave out the 2 that failed"


def test_where_all_has_failed_there_is_nothing_to_keep() -> None:
    look = Look(addresses=(seen(0, AddressState.ERROR, 404),))

    assert [it["type"] for it in blocks(look, URLS[0])] == ["section", "context"]


def test_button_that_would_be_too_long_is_left_out() -> None:
    many = [Url(f"https://v.example.com/{place}") for place in range(8_100)]
    failed = AddressFinding(many[-1], AddressState.ERROR, 404)

    assert [it["type"] for it in blocks(Look(addresses=(failed,)), *many)] == ["section", "context"]
    assert len(blocks(Look(addresses=(failed,)), *many[200:])) == 3


def test_title_of_an_asset_is_harmless_and_the_unknown_is_counted() -> None:
    assets = (
        AssetFinding(ASSETS[0], AssetState.PUBLISHED, "<!channel> *free*", "PUBLISHED"),
        AssetFinding(ASSETS[1], AssetState.NOT_TOLD),
        AssetFinding(ASSETS[2], AssetState.OTHER, "", "NEW_WORD"),
    )

    (shown,) = blocks(Look(assets, unasked=5), *ASSETS)

    first, *lines = shown["text"]["text"].splitlines()
    assert first == (
        "*Assets in VOD*: 1 published · 1 in a state that is new to the bot"
        " · 6 could not be looked up"
    )
    assert len(lines) == 2
    assert "*&lt;!channel&gt; ∗free∗* – published" in lines[0]
    assert lines[1].endswith("(`NEW_WORD`)")


def test_nothing_is_shown_where_nothing_was_found_out() -> None:
    assert blocks(Look()) == []
    assert blocks(Look((AssetFinding(ASSETS[0], AssetState.NOT_TOLD),), 3), *ASSETS) == []


def test_addresses_of_which_none_was_tried_are_counted() -> None:
    (section,) = blocks(Look(untried=3), Url("https://v.example.com/a.mp4"))

    assert section["text"]["text"] == "*Looked at beforehand*: 3 not tried"
