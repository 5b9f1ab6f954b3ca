"""What is read as a target, what is rejected, and how a rejected text is shown."""

import pytest

from bot.reading.private_hosts import is_wellformed
from bot.reading.targets import read_target
from bot.rules.target import Asset, Reason, Rejected, Url
from bot.words.english import ENGLISH

ID = "5199337c31c8e4622f1590735b13a263"


@pytest.mark.parametrize("text", [ID, ID.upper(), f"\u3000{ID}\ufeff", f"{ID},", f"{ID};"])
def test_asset_id_is_kept_in_lower_case(text: str) -> None:
    assert read_target(text) == Asset(ID)


@pytest.mark.parametrize(
    "address",
    [
        "https://cdn.example.com/a.mp4",
        "HTTP://CDN.Example.com/A.MP4",
        "https://cdn.example.com:8443/a.mp4",
        "https://cdn.example.com./a.mp4",
        "https://cdn.example.com/asset/x/play_video/视频点播 VOD 视频_1.mp4",
        "https://cdn.example.com/a|b (1), c;d.mp4?auth_key=1-2&x=/",
        "https://视频.example.com/a.mp4",
        "https://1.cdn-vod.huaweicloud.com/a.m3u8",
        "https://8.8.8.8/a.mp4",
        "https://[2001:4860:4860::8888]:80/a.mp4",
        "https://localhost.example.com/a.mp4",
        "https://h/a@b:c.mp4",
        "https://h/a.mp4;jsess=x?next=http://h/b.mp4&more=https%3A%2F%2Fh",
        "https://h/" + "a" * (4096 - len("https://h/")),
    ],
)
def test_web_address_of_a_file_is_sent_as_typed(address: str) -> None:
    assert read_target(f" \u200b{address}\xa0\u3000\r\n") == Url(address)


@pytest.mark.parametrize(
    ("reason", "text"),
    [
        (Reason.NOT_A_TARGET, "hello"),
        (Reason.A_TIME, "at 18:00"),
        (Reason.A_TIME, "6.30PM"),
        (Reason.A_TIME, "tomorrow"),
        (Reason.A_TIME, "明天 18:00"),
        (Reason.NOT_A_TARGET, "the words before it are no address at all: 18:00"),
        (Reason.NOT_A_TARGET, "Sunday night show.mp4"),
        (Reason.LEFT_OUT, "https://h/a.mp4?…"),
        (Reason.LEFT_OUT, "https://h/a.mp4?..."),
        (Reason.LEFT_OUT, "https://h/a.mp4?… · cancelled"),
        (Reason.LEFT_OUT, "https://h/launch/fi…lm.mp4"),
        (Reason.CUT, "https://h/launch/fi..."),
        (Reason.NEARLY_AN_ID, ID[:31]),
        (Reason.NEARLY_AN_ID, ID + "0"),
        (Reason.NOT_A_TARGET, "@U123"),
        (Reason.NOT_HTTP, "ftp://cdn.example.com/a.mp4"),
        (Reason.NO_SCHEME, "cdn.example.com/a.mp4"),
        (Reason.NO_SCHEME, "cdn.example.com:8080/a b.mp4?x"),
        (Reason.NO_SCHEME, "//cdn.example.com/a.mp4"),
        (Reason.NOT_HTTP, "films/a.mp4"),
        (Reason.NOT_HTTP, "httpſ://cdn.example.com/a.mp4"),
        (Reason.TOO_LONG, "https://h/" + "a" * 4087),
        (Reason.CONTROL_CHARACTERS, "https://h/a\x00b"),
        (Reason.CONTROL_CHARACTERS, "https://h/a\tb"),
        (Reason.CONTROL_CHARACTERS, "https://h/\u202egpj.mp4"),
        (Reason.CONTROL_CHARACTERS, "https://h/\ud83d"),
        (Reason.CONTROL_CHARACTERS, "https://h/a\u200bb.mp4"),
        (Reason.CONTROL_CHARACTERS, "https://h/a\u200fb.mp4"),
        (Reason.CONTROL_CHARACTERS, "https://h/a\xadb.mp4"),
        (Reason.CONTROL_CHARACTERS, "https://h/a.mp4?auth_key=1\u200d2"),
        (Reason.CONTROL_CHARACTERS, "https://h/a.mp4\ufe0f"),
        (Reason.CORRECTED, "https://h/my—film.mp4"),
        (Reason.CORRECTED, "https://h/—film.mp4"),
        (Reason.CORRECTED, "https://h/film—.mp4"),
        (Reason.CORRECTED, "https://h/mei’s.mp4"),
        (Reason.CORRECTED, "https://h/‘a’.mp4"),
        (Reason.CREDENTIALS, "https://mei:secret@h/a.mp4"),
        (Reason.CREDENTIALS, "https://mei@h/a.mp4"),
        (Reason.CREDENTIALS, "https://good.example\\@evil.example/a.mp4"),
        (Reason.NO_HOST, "https://"),
        (Reason.NO_HOST, "https:///a.mp4"),
        (Reason.NO_HOST, "https://:80/a.mp4"),
        (Reason.BAD_PORT, "https://h:/a.mp4"),
        (Reason.BAD_PORT, "https://h:0/a.mp4"),
        (Reason.BAD_PORT, "https://h:65536/a.mp4"),
        (Reason.BAD_PORT, "https://h:８０/a.mp4"),
        (Reason.BAD_PORT, "https://h:+80/a.mp4"),
        (Reason.BAD_PORT, f"https://h:{'9' * 4000}/a.mp4"),
        (Reason.BAD_HOST, "https://two words/a.mp4"),
        (Reason.BAD_HOST, "https://a..b/a.mp4"),
        (Reason.BAD_HOST, "https://.a/a.mp4"),
        (Reason.BAD_HOST, "https://./a.mp4"),
        (Reason.BAD_HOST, "https://%6c/a.mp4"),
        (Reason.BAD_HOST, "https://a\u200bb/a.mp4"),
        (Reason.BAD_HOST, "https://h\\x/a.mp4"),
        (Reason.BAD_HOST, "https://1.2.3.4.5/a.mp4"),
        (Reason.BAD_HOST, "https://256.1.1.1/a.mp4"),
        (Reason.BAD_HOST, "https://1.2.3.08/a.mp4"),
        (Reason.BAD_HOST, "https://[::1::]/a.mp4"),
        (Reason.BAD_HOST, "https://[8.8.8.8]/a.mp4"),
        (Reason.BAD_HOST, f"https://{'a' * 64}/a.mp4"),
        (Reason.BAD_HOST, f"https://{'a.' * 127}/a.mp4"),
        (Reason.DIRECTORY, "https://h"),
        (Reason.DIRECTORY, "https://h/"),
        (Reason.DIRECTORY, "https://h?x=/a.mp4"),
        (Reason.DIRECTORY, "https://h/a/"),
        (Reason.DIRECTORY, "https://h/a/?x=1"),
        (Reason.DIRECTORY, "https://h/a/#b"),
        (Reason.DIRECTORY, "https://h/a/.."),
        (Reason.JOINED, "https://h/a.mp4https://h/b.mp4"),
        (Reason.JOINED, "https://h/a.mp4?k=1https://h/b.mp4"),
        (Reason.FRAGMENT, "https://h/a.mp4#t=10"),
        (Reason.BROKEN_QUERY, "https://h/a.mp4？k=1"),
        (Reason.BROKEN_QUERY, "https://h/a.mp4 k=1"),
        (Reason.WORDS_BEHIND, "https://h/a.mp4 at 18:00"),
        (Reason.WORDS_BEHIND, "https://h/my film.mp4 tomorrow"),
        (Reason.WORDS_BEHIND, "https://h/a.mp4 (the trailer)"),
        (Reason.WORDS_BEHIND, "https://h/a.mp4 |"),
        (Reason.WORDS_BEHIND, "https://h/a.mp4 at 18:00."),
        (Reason.WORDS_BEHIND, "https://h/a.m4v at 18:00"),
        (Reason.WORDS_BEHIND, "https://h/live/stream at 18:00"),
        (Reason.WORDS_BEHIND, "https://h/a.mp4?auth_key=1-abc at 18:00"),
        (Reason.WORDS_BEHIND, "https://h/a.mp4?auth_key=1-abc tomorrow"),
        (Reason.CUT, "https://h/launch/fi…"),
        (Reason.CUT, "https://h/a.mp4?auth_key=17-0-0-ab..."),
        (Reason.WORDS_BEHIND, "https://h/a.mp4, on 2026-11-25 18:00"),
        (Reason.FRAGMENT, "https://h/a.mp4?x=1#"),
    ],
)
def test_anything_else_is_rejected_with_its_reason(reason: Reason, text: str) -> None:
    verdict = read_target(text)

    assert isinstance(verdict, Rejected)
    assert verdict.reason is reason


@pytest.mark.parametrize(
    "name",
    [
        "localhost", "LOCALHOST.", "a.localhost", "printer.local", "vault.internal", "nas.lan",
        "local", "metadata.google.internal", "router.home.arpa", "ｌｏｃａｌｈｏｓｔ",
        "127.0.0.1", "127.1", "0177.0.0.1", "0x7f.0.0.1", "0x7F000001", "2130706433",
        "017700000001", "127.0.0.1.", "１２７。０。０。１", "0", "0x", "0.0.0.1", "10.1.2.3",
        "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "224.0.0.1", "240.0.0.1",
        "255.255.255.255", "192.0.2.1", "3232235777",
        "[::1]", "[::]", "[fe80::1]", "[fc00::1]", "[fd12::1]", "[fec0::1]",
        "[ff02::1]", "[2001:db8::1]", "[::ffff:127.0.0.1]", "[::FFFF:a00:1]", "[::127.0.0.1]",
        "[64:ff9b::7f00:1]", "[2002:7f00:1::]",
    ],
)  # fmt: skip
def test_private_host_is_rejected_however_it_is_written(name: str) -> None:
    verdict = read_target(f"https://{name}:8080/a.mp4")

    assert isinstance(verdict, Rejected)
    assert verdict.reason is Reason.PRIVATE_HOST


@pytest.mark.parametrize("reason", Reason)
def test_each_reason_is_one_plain_sentence(reason: Reason) -> None:
    told = ENGLISH.rejections.reason(Rejected("x", reason, ("Host.example", "U0SAM")))

    assert told[0].isupper()
    assert told.endswith(".") or reason is Reason.IN_WORDS
    told = told.replace("<@U0SAM>", "").replace("PREFETCH_ALLOWED_DOMAINS", "")
    assert not set(told) & set("*_`<>!\n")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://h/a/", "https://h/a/"),
        ("https://h/a/?auth_key=s3cret", "https://h/a/?…"),
        ("https://h/#s3cret", "https://h/#…"),
        ("https://h/a?s3cret#s3cret", "https://h/a?…"),
        ("https://h/a.mp4https://mei:s3cret@h/b.mp4", "https://h/a.mp4https://h/b.mp4"),
        ("https://mei:s3cret@h/a.mp4", "https://h/a.mp4"),
        ("https://mei:p@s3cret@h/a.mp4", "https://h/a.mp4"),
        ("ftp://mei:s3cret@h/a.mp4?s3cret", "ftp://h/a.mp4?…"),
        ("//mei:s3cret@h/a", "h/a"),
        ("https://mei:p/s3cret@h/a", "https://h/a"),
        ("https://mei:p?s3cret@h/a", "https://?…"),
        ("https://mei:p/q#s3cret@h/a", "https://#…"),
        ("ftp://a/ftp://mei:s3cret@h/a", "ftp://a/ftp://h/a"),
        ("https://h/\u202ea\x07", "https://h/\ufffda\ufffd"),
        ("@mei", "@mei"),
    ],
)
def test_rejected_text_shows_neither_password_nor_query(text: str, shown: str) -> None:
    verdict = read_target(text)

    assert isinstance(verdict, Rejected)
    assert verdict.text == shown


def test_rejected_text_is_cut_short() -> None:
    verdict = read_target("x" * 100_000)

    assert isinstance(verdict, Rejected)
    assert verdict.text == "x" * 199 + "…"


@pytest.mark.parametrize("zone", ["1", ".example.com", "<!channel>"])
def test_ipv6_zone_makes_no_host(zone: str) -> None:
    """It could end in an allowed domain, or hold markup."""
    assert not is_wellformed(f"[2606:4700::1%{zone}]")
