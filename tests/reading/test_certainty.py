"""Whatever people give to the bot: nothing breaks it, and only what is certain is sent."""

import json
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.reading.commands import Command, Prefetch, parse_command
from bot.reading.link_tokens import decode
from bot.reading.lists import parse_arguments, parse_list
from bot.reading.messages import parse_message
from bot.reading.references import request_id, task_id
from bot.reading.targets import read_target
from bot.rules.redaction import without_query
from bot.rules.refusals import ListTooLong
from bot.rules.target import Asset, Rejected, Target, Targets, Url, host
from tests.helpers.reading_strategies import (
    FRAGMENTS,
    any_payload,
    any_text,
    messages,
    texts,
    unhurried,
)

FILM = "https://v.example.com/a.mp4"


def in_a_link_element(address: str) -> Targets:
    link = {"type": "link", "url": address}
    section = {"type": "rich_text_section", "elements": [link]}
    return parse_message({"blocks": [{"type": "rich_text", "elements": [section]}]})


def sent_by(command: Command) -> Targets:
    return command.targets if isinstance(command, Prefetch) else Targets()


DOORS: dict[str, Callable[[str], Targets]] = {
    "command": lambda text: sent_by(parse_command(text)),
    "arguments": parse_arguments,
    "list": parse_list,
    "message": lambda text: parse_message({"text": text}),
    "link": in_a_link_element,
    "snippet": lambda text: parse_message(
        {"files": [{"mode": "snippet", "preview": text, "lines_more": 0}]}
    ),
}
by_each_door = pytest.mark.parametrize("read", DOORS.values(), ids=DOORS.keys())


def is_certain(target: Target) -> bool:
    """Whether a target is plainly one file; told without the code that is tested."""
    if isinstance(target, Asset):
        return re.fullmatch("[0-9a-f]{32}", target.id) is not None
    address = target.address
    scheme, _, rest = address.partition("://")
    path, _, query = rest.partition("?")
    authority, slash, name = path.partition("/")
    return (
        scheme.lower() in {"http", "https"}
        and bool(authority and slash and name)
        and not set("@#") & set(authority)
        and "#" not in rest
        and not path.endswith("/")
        and not re.search("https?://", path, re.IGNORECASE)
        and not re.search("(?<!=)https?://", query, re.IGNORECASE)
        and address == address.strip()
        and not {unicodedata.category(character) for character in address} & {"Cc", "Cs"}
        and len(address) <= 4096
    )


def stands_in(text: str, target: Target) -> bool:
    """Whether the text holds the target as it is sent: an asset ID as a word of its own."""
    if isinstance(target, Asset):
        alone = rf"(?<![0-9a-z]){target.id}(?![0-9a-z])"
        return re.search(alone, text, re.IGNORECASE | re.ASCII) is not None
    return target.address in text or target.address in decode(text)


@by_each_door
@unhurried
@given(text=texts)
def test_any_text_is_read_and_only_what_is_certain_is_sent(
    read: Callable[[str], Targets], text: str
) -> None:
    for given_text in (text, f"https://{text}", f"<https://{text}|{text}>\n{text}"):
        for target in read(given_text).accepted:
            assert is_certain(target)
            assert stands_in(given_text, target)


@pytest.mark.parametrize("read", [parse_arguments, parse_list])
@unhurried
@given(text=texts)
def test_no_words_are_passed_over_in_silence(read: Callable[[str], Targets], text: str) -> None:
    assume(any(character.isalnum() for character in decode(text)))

    assert read(text) != Targets()


def strings(node: object) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, Mapping):
        for value in node.values():
            yield from strings(value)
    elif isinstance(node, list):
        for value in node:
            yield from strings(value)


@unhurried
@given(message=messages | any_payload)
def test_any_payload_is_read_and_only_what_stands_in_it_is_sent(
    message: dict[str, object],
) -> None:
    try:
        targets = parse_message(message)
    except ListTooLong as refused:
        assert refused.found > refused.limit  # noqa: PT017 - the one error that is allowed
        return

    assert targets.duplicates == 0
    assert len(set(targets.accepted)) == len(targets.accepted)
    for target in targets.accepted:
        assert is_certain(target)
        assert any(stands_in(text, target) for text in strings(message))


DAMAGES: dict[str, Callable[[str], str]] = {
    "another scheme": lambda film: film.replace("https", "ftp"),
    "no scheme": lambda film: film.partition("://")[2],
    "masked scheme": lambda film: film.replace("https", "hxxps"),
    "wide colon": lambda film: film.replace("://", "：//"),
    "no host": lambda film: film.replace("cdn.example.com", ""),
    "user and password": lambda film: film.replace("://", "://mei:secret@"),
    "port that is none": lambda film: film.replace(".com", ".com:0"),
    "host that is none": lambda film: film.replace("cdn.", "cdn..", 1),
    "private host": lambda film: film.replace("cdn.example.com", "127.0.0.1"),
    "host of Slack": lambda film: film.replace("cdn.example.com", "files.slack.com"),
    "directory": lambda film: film.partition(".mp4")[0] + "/",
    "fragment": lambda film: f"{film}#t=10",
    "left out": lambda film: film.replace("/", "/…", 3).replace("/…/…", "//"),
    "shortened": lambda film: film.partition("?")[0] + "?auth_key=17958…",
    "hidden query": lambda film: film.partition("?")[0] + "?…",
    "control character": lambda film: film.replace(".mp4", "\x07.mp4"),
    "direction override": lambda film: film.replace(".mp4", "\u202e4pm.mp4"),
    "invisible blank": lambda film: film.replace(".mp4", "\u200b.mp4"),
    "half of a pair": lambda film: film.replace(".mp4", "\ud83d.mp4"),
    "two in one": lambda film: film + film,
    "too long": lambda film: film.replace(".mp4", "a" * 4096 + ".mp4"),
    "corrected dashes": lambda film: film.replace(".mp4", "x—cut.mp4"),
}
films = st.builds(
    lambda name, query: f"https://cdn.example.com/{name}.mp4{query}",
    st.text("abcXYZ019_-~视频", min_size=1, max_size=12),
    st.sampled_from(["", "?v=2", "?auth_key=1795829000-0-0-7d1c9f"]),
)


@pytest.mark.parametrize("damage", DAMAGES)
@settings(unhurried, max_examples=20)
@given(film=films)
def test_damaged_address_is_never_sent(damage: str, film: str) -> None:
    for read in DOORS.values():
        assert read(film).accepted == (Url(film),)

        assert read(DAMAGES[damage](film)).accepted == ()


CLOCKS = [
    "{hour}:{minute:02}", "{hour:02}:{minute:02}", "{hour}：{minute:02}", "{hour:02}.{minute:02}",
    "{hour}h{minute:02}", "{half}:{minute:02}pm", "{half} pm", "{half}am", "{hour}点",
    "{hour} o'clock",
]  # fmt: skip
DAYS = ["", "today ", "tomorrow ", "tonight ", "monday ", "2026-11-28 ", "明天 ", "11月28日 "]
PREPOSITIONS = ["", "at ", "At ", "at: ", "on ", "by ", "@ ", "around ", "— "]
PLACES = [
    "{film} {time}",
    "{film}\n{time}",
    "{time} {film}",
    "{film}, {time}.",
    "{film} {time} please",
]
times = st.builds(
    lambda day, preposition, clock, hour, minute: (
        f"{day}{preposition}{clock.format(hour=hour, half=hour % 11 + 1, minute=minute)}"
    ),
    st.sampled_from(DAYS),
    st.sampled_from(PREPOSITIONS),
    st.sampled_from(CLOCKS),
    st.integers(0, 23),
    st.integers(0, 59),
)


@unhurried
@given(time=times, place=st.sampled_from(PLACES))
def test_time_never_becomes_at_once(time: str, place: str) -> None:
    command = parse_command(place.format(film=FILM, time=time))

    is_at_once = isinstance(command, Prefetch) and command.at is None
    assert not (is_at_once and sent_by(command).accepted)


@unhurried
@given(text=any_text)
def test_no_text_breaks_the_small_readers(text: str) -> None:
    assert host(Url(f"https://{text}")) == host(Url(f"https://{text}")).lower()
    assert without_query(without_query(text)) == without_query(text)
    assert len(request_id(text) or "R-00000") == len("R-00000")
    assert len(task_id(text) or "0" * 32) == 32


@unhurried
@given(text=any_text)
def test_what_is_accepted_can_be_sent_and_what_is_rejected_can_be_shown(text: str) -> None:
    verdict = read_target(f"https://{text}")

    if isinstance(verdict, Rejected):
        assert len(verdict.text) <= 200
        json.dumps(verdict.text).encode()
        verdict.text.encode()
    elif isinstance(verdict, Url):
        verdict.address.encode()
        assert read_target(verdict.address) == verdict


@unhurried
@given(
    before=st.sampled_from(["", "p/", "p?", "p#", "p:", "p@", "p/q?", "视频 "]),
    after=st.sampled_from(["", "/", "?", "#", ":", "@"]),
    rest=st.lists(st.sampled_from(FRAGMENTS), max_size=8).map("".join),
)
def test_no_password_and_no_query_is_shown(before: str, after: str, rest: str) -> None:
    verdicts = [
        read_target(f"https://mei:{before}s3cret{after}@h/{rest}"),
        read_target(f"ftp://h/{rest.replace('://', '')}?s3cret={rest}"),
    ]

    for verdict in verdicts:
        assert isinstance(verdict, Rejected)
        assert "s3cret" not in verdict.text
