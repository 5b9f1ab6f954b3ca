"""What is read as a target, what is rejected, and how a rejected text is shown."""

import pytest

from bot.reading.private_hosts import is_wellformed
from bot.reading.targets import read_target
from bot.rules.target import Asset, Reason, Rejected, Url
from bot.words.english import ENGLISH
from bot.words.mrkdwn import escape

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
        (Reason.NEARLY_HTTP, "httpſ://cdn.example.com/a.mp4"),
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
        (Reason.CUT, "https://h/fi... soon"),
        (Reason.CUT, "https://h/fi… soon"),
        (Reason.STORE, "s3://bucket/a.mp4"),
        (Reason.STORE, "obs://bucket/a.mp4"),
        (Reason.PAGE, "https://www.youtube.com/watch?v=AAAAAAAAAAA"),
        (Reason.PAGE, "https://youtu.be/AAAAAAAAAAA"),
        (Reason.PAGE, "https://h/play.php?id=7"),
        (Reason.PAGE, "https://h/show.JSP"),
        (Reason.PAGE, "https://h/watch.aspx?n=2"),
        (Reason.SLACKS_OWN, "https://files.slack.com/files-pri/T1-F1/cut.mp4"),
        (Reason.JOINED, "https://h/1.m3u8#https://h/2.m3u8"),
    ],
)
def test_anything_else_is_rejected_with_its_reason(reason: Reason, text: str) -> None:
    verdict = read_target(text)

    assert isinstance(verdict, Rejected)
    assert verdict.reason is reason


@pytest.mark.parametrize(
    "tail",
    [
        " 1.5 GB", " 720p", " (12,5 MB)", " 2026/11/28", " 2026-11-28 18:00", " 2026年11月28日",
        " HTTP/1.1\" 206 88310", " -O film.mp4", " --output film.mp4", " -o x", "$1080P", "|12",
        "| Lantern |", ",1234", ",Kite two", ";720p", ",k1.mp4", ",/img/k1.jpg", "</loc>", "<br>",
        "\">Film</a>", ">", "\"", "'", " old/a.mp4", ".", "。", "!", ":12", " # the trailer",
        "第一集", "（第一集）",
    ],
)  # fmt: skip
def test_text_behind_a_name_is_never_sent(tail: str) -> None:
    for address in ("https://h/a.mp4", "https://h/my film.m3u8", "https://h/x/seg-1.ts"):
        assert isinstance(read_target(address + tail), Rejected)


@pytest.mark.parametrize(
    "tail",
    [
        " 12 MB", " (v1.2)", " HTTP/1.1", " -O a.mp4", ",90", ",Kite", ";720p", "|12", "$1080P",
        "</loc>", "\"", "\">Film</a>", "，谢谢", "。", " 18:00",
    ],
)  # fmt: skip
def test_text_behind_a_query_is_never_sent(tail: str) -> None:
    for query in ("?auth_key=1900000000-0-0-ab", "?v=2", "?t=71400000&sign=ab12"):
        assert isinstance(read_target(f"https://h/a.mp4{query}{tail}"), Rejected)


@pytest.mark.parametrize("address", ["https://h/a.mp4?ids=1,2", "https://h/a.mp4?key=a|b"])
def test_address_whose_ends_are_certain_keeps_its_commas(address: str) -> None:
    assert read_target(address, is_exact=True) == Url(address)
    assert isinstance(read_target(address), Rejected)


@pytest.mark.parametrize(
    "path",
    [
        "all/*", "all/*.mp4", "seg_{1..20}.ts", "seg_[001-100].ts", "seg_[a-z].ts", "[1-9:2].ts",
        "$RepresentationID$/$Number$.m4s", "$Time%05d$.m4s", "${VERSION}/a.mp4", "{{ id }}/a.mp4",
        "{asset_id}/a.mp4", "{a,b}.mp4", "<asset_id>/play.mp4", "[asset_id]/a.mp4", ":id/a.mp4",
        "seg-%05d.ts", "seg-%d.ts", "seg-1..9.ts", "seg-?.ts", "seg-???.ts", "YOUR_ID/a.mp4",
        "%VERSION%/a.mp4", "a.mp4?key={{token}}", "a.mp4?key=<key>",
        "a.mp4?key=${KEY}",
    ],
)  # fmt: skip
def test_pattern_and_placeholder_are_named_as_such(path: str) -> None:
    verdict = read_target(f"https://h/{path}")

    assert isinstance(verdict, Rejected)
    assert verdict.reason is Reason.PATTERN


@pytest.mark.parametrize("host", ["{host}", "<domain>", "*.example.com", "${HOST}"])
def test_placeholder_of_a_host_is_named_as_such(host: str) -> None:
    verdict = read_target(f"https://{host}/a.mp4")

    assert isinstance(verdict, Rejected)
    assert verdict.reason is Reason.PATTERN


@pytest.mark.parametrize(
    "address",
    [
        "https://h/x/index.m3u8?hdnts=st=1~exp=2~acl=/*~hmac=7d1c9f&audio=1",
        "https://h/hdntl=exp=2~acl=/*~data=hdntl~hmac=ab12cd/v/index.m3u8",
        "https://h/hdnea=exp=2~acl=/a/*!/b/*~hmac=ab12cd/v/index.m3u8",
        "https://h/i/720,480,360,_web.mp4.csmil/master.m3u8",
        "https://h/i/a.mp4,b.mp4,.urlset/master.m3u8",
        "https://h/live/channel(7)/smil:c7.smil/index.m3u8",
        "https://h/reel [2026] (v3).mp4",
        "https://h/sale/100% wool.mp4",
        "https://h/mix/a+b%2Bc~d%20e.mp4?x=1+2%2F3~4",
        "https://h/Episode 04 v1.5 of 2.mp4",
        "https://h/Artist - Song.mp4",
        "https://h/$5 shake.mp4",
        "https://h/a.mp4?k=Kq3yV+H/ChA9zQ==.0f4016a4&vhost=1.h",
    ],
)
def test_odd_but_whole_address_is_sent_as_it_stands(address: str) -> None:
    assert read_target(address) == Url(address)


@pytest.mark.parametrize(
    ("text", "reason", "offered"),
    [
        ("https：//h/a.mp4", Reason.NEARLY_HTTP, "https://h/a.mp4"),
        ("hxxps://h/a.mp4", Reason.NEARLY_HTTP, "https://h/a.mp4"),
        ("hxxp://cdn[.]example[.]com/a.mp4", Reason.NEARLY_HTTP, "http://cdn.example.com/a.mp4"),
        ("https:/h/a.mp4", Reason.NEARLY_HTTP, "https://h/a.mp4"),
        ("htps://h/a.mp4", Reason.NEARLY_HTTP, "https://h/a.mp4"),
        ("https;//h/a.mp4", Reason.NEARLY_HTTP, "https://h/a.mp4"),
        ("https//h/a.mp4", Reason.NEARLY_HTTP, "https://h/a.mp4"),
        ("https:\\\\h/a.mp4", Reason.ESCAPED, ""),
        ("cdn.example.com/a.mp4", Reason.NO_SCHEME, "https://cdn.example.com/a.mp4"),
        ("//cdn.example.com/a.mp4", Reason.NO_SCHEME, "https://cdn.example.com/a.mp4"),
        ("https://h/a.mp4?x=1&amp;y=2", Reason.ESCAPED, ""),
        ("https://h/a&amp;b.mp4", Reason.ESCAPED, "https://h/a&b.mp4"),
        ("https://h/a.jpg&quot;", Reason.ESCAPED, "https://h/a.jpg"),
        ("https://h/a.mp4?a=1%26amp%3Bb=2", Reason.ESCAPED, ""),
        ("https://h/b\\b.mp4", Reason.ESCAPED, "https://h/b/b.mp4"),
        ("https://h/my\\_film.mp4", Reason.ESCAPED, "https://h/my_film.mp4"),
        ("https://h/a\\u0026b.mp4", Reason.ESCAPED, "https://h/a&b.mp4"),
        ("https:\\/\\/h\\/a.mp4", Reason.ESCAPED, "https://h/a.mp4"),
        ("https://h/in\u200bside.mp4", Reason.CONTROL_CHARACTERS, "https://h/inside.mp4"),
        (
            "4c0de9b2-7a6f-4d1c-8e53-a1f07b92d6e4",
            Reason.UUID,
            "4c0de9b27a6f4d1c8e53a1f07b92d6e4",
        ),
    ],
)
def test_repaired_address_is_offered_and_not_sent(text: str, reason: Reason, offered: str) -> None:
    verdict = read_target(text)

    assert isinstance(verdict, Rejected)
    assert (verdict.reason, verdict.offered) == (reason, offered)
    assert escape(offered) in ENGLISH.rejections.reason(verdict)


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


@pytest.mark.parametrize("host", ["v．example.com", "v。example.com", "ｖ.example.com"])
def test_host_in_full_width_letters_is_to_be_written_anew(host: str) -> None:
    verdict = read_target(f"https://{host}/a.mp4")

    assert isinstance(verdict, Rejected)
    assert verdict.reason is Reason.BAD_HOST
