"""`python -m tests` itself: what it takes, and when it fails."""

from collections.abc import Callable, Sequence

import pytest

from tests.__main__ import (
    EVERYTHING,
    QUICK,
    STATIC,
    USAGE,
    WRONG_USAGE,
    Check,
    checks_of,
    main,
    run_at_once,
    run_in_turn,
    unknown_words,
)

PASSES = Check("passes", ("python", "-c", "print('fine')"))
FAILS = Check("fails", ("python", "-c", "raise SystemExit('broken')"))


@pytest.mark.parametrize(
    "arguments", [["quik"], ["quick", "quick"], ["everything"], ["tests/nowhere"]]
)
def test_word_that_means_nothing_is_wrong_usage_and_checks_nothing(
    arguments: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == WRONG_USAGE

    told = capfd.readouterr()
    assert arguments[-1] in told.err
    assert USAGE in told.err
    assert told.out == ""


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["-x"],
        ["-k", "quota"],
        ["--lf", "tests/rules"],
        ["tests/test_checks.py::test_name", "tests/rules"],
    ],
)
def test_options_and_paths_are_for_pytest(arguments: list[str]) -> None:
    assert unknown_words(arguments) == []
    assert checks_of(arguments)[-1] == Check("tests", (*EVERYTHING, *arguments))
    assert checks_of(["quick", *arguments])[-1] == Check("tests", (*QUICK, *arguments))


def test_quick_leaves_out_nothing_but_tests() -> None:
    assert checks_of(["quick"])[:-1] == checks_of([])[:-1] == list(STATIC)


@pytest.mark.integration
@pytest.mark.parametrize("run", [run_at_once, run_in_turn])
def test_every_check_runs_and_those_that_fail_are_named(
    run: Callable[[Sequence[Check]], list[str]], capfd: pytest.CaptureFixture[str]
) -> None:
    assert run([FAILS, PASSES]) == ["fails"]

    told = capfd.readouterr()
    assert "fine" in told.out
    assert "broken" in told.out + told.err


@pytest.mark.integration
@pytest.mark.parametrize("arguments", [[], ["quick"]])
def test_one_check_that_fails_fails_the_run(
    arguments: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments, lambda _: [PASSES]) == 0
    assert "all checks passed" in capfd.readouterr().out

    assert main(arguments, lambda _: [FAILS, PASSES]) == 1
    assert "failed: fails" in capfd.readouterr().out
