"""What English says."""

import pytest

from bot.rules.causes import CloudError
from bot.vod.errors import WireFault
from bot.words.english import ENGLISH
from tests.helpers.screen_samples import BUSY, QUIET, SPENT


@pytest.mark.parametrize(
    ("number", "words"), [(0, "0 files"), (1, "1 file"), (2, "2 files"), (1234, "1,234 files")]
)
def test_numbers_go_with_their_noun(number: int, words: str) -> None:
    assert ENGLISH.phrases.files(number) == words


def test_quota_says_whose_count_it_is_and_when_it_starts_anew() -> None:
    assert (
        ENGLISH.quota.left(QUIET)
        == "About *880 of 1,000 left today* (bot's count, resets 00:00 UTC+8)"
    )
    assert ENGLISH.quota.left(BUSY).startswith("About *296,299 of 1,000,000 left today*")
    assert ENGLISH.quota.left(SPENT) == (
        "*None left today*: the cloud says that the day's quota is used up (resets 00:00 UTC+8)"
    )


@pytest.mark.parametrize("fault", WireFault)
def test_what_broke_is_told_with_its_detail(fault: WireFault) -> None:
    cause = CloudError("OutcomeUnknown", "not told", wire=fault, detail="vod.example.com")

    told = ENGLISH.causes.cloud_error(cause, for_addresses=True)

    assert "vod.example.com" in told
    assert "not told" not in told
