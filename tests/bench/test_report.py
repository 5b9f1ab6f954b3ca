"""What a benchmark says of its aims, and which aim that is missed fails it."""

import pytest

from tests.helpers.bench_report import Aim, AimMissed, at_least, at_most, check

REACHED = [at_most("ratio", 1.5, 1.5), at_most("ratio", 0, 1.5), at_least("rate", 40, 40)]
MISSED = [
    (at_most("ratio", 1.65, 1.5), "aim MISSED by 10%: ratio 1.65, at most 1.5"),
    (at_most("ratio", 2.25, 1.5), "aim MISSED by 50%: ratio 2.25, at most 1.5"),
    (at_least("rate", 20, 40), "aim MISSED by 50%: rate 20, at least 40"),
]
FAR = [at_most("ratio", 2.26, 1.5), at_least("rate", 19.9, 40), at_least("rate", 0, 40)]


@pytest.mark.parametrize("aim", REACHED, ids=str)
def test_aim_that_is_reached_is_told(aim: Aim, capsys: pytest.CaptureFixture[str]) -> None:
    check(aim)

    assert capsys.readouterr().out.startswith("aim reached: r")


@pytest.mark.parametrize(("aim", "said"), MISSED)
def test_aim_that_is_missed_by_half_or_less_is_told_and_fails_nothing(
    aim: Aim, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    check(aim)

    assert capsys.readouterr().out == f"{said}\n"


@pytest.mark.parametrize("aim", FAR, ids=str)
def test_aim_that_is_missed_by_more_than_half_fails_once_all_aims_are_told(
    aim: Aim, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(AimMissed, match=aim.what):
        check(aim, REACHED[0])

    assert "aim reached" in capsys.readouterr().out
