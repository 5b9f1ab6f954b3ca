"""What was left out of a list, as a text file."""

from bot.blocks.left_out import file_of
from bot.rules.target import Reason, Rejected
from bot.words.english import ENGLISH


def test_each_reason_stands_once_above_all_that_it_is_for() -> None:
    rejected = [
        Rejected("first", Reason.NO_SCHEME),
        Rejected("ftp://v.example.com/a\nb", Reason.NOT_HTTP),
        Rejected("second", Reason.NO_SCHEME),
        Rejected("", Reason.FILE_KIND),
    ]

    assert file_of(ENGLISH, rejected) == (
        "The address lacks its beginning; put https:// before it.\n    first\n    second\n\n"
        "Only addresses that begin with http:// or https:// can be prefetched; give the one that"
        " viewers use.\n    ftp://v.example.com/a b\n\n"
        "This kind of file is not read; save the list as text in UTF-8, or as .xlsx.\n"
        "    a file without a name\n"
    )


def test_reason_is_plain_text() -> None:
    """A file shows the marks of mrkdwn, its entities and its mentions as they are written."""
    foreign = Rejected("x", Reason.FOREIGN_HOST, ("v.example.com", "U0SAM0001"))
    escaped = Rejected("x", Reason.ESCAPED, offered="https://v.example.com/a?b&c")

    text = file_of(ENGLISH, [foreign, escaped])

    assert "ask an operator of the bot." in text
    assert "(a backslash before a sign, &amp; for &)" in text
    assert "Perhaps https://v.example.com/a?b&c was meant." in text
    assert not {"`", "*", "<"} & set(text)
