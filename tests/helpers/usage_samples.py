"""What the help has to know of people who may do different things."""

from dataclasses import replace

from bot.rules.policy import EVERYONE, Denial, Denied
from bot.rules.quota import Quota
from bot.rules.usage import Usage


def usages(command: str, quota: Quota) -> dict[str, Usage]:
    """By who asks; the settings of all but the operator are at their longest."""
    anybody = frozenset({EVERYONE})
    operator = Usage(
        command,
        denied=None,
        is_operator=True,
        ask=("U0SAM",),
        quota=quota,
        most_files=1000,
        channels=anybody,
        hosts=anybody,
    )
    person = replace(
        operator,
        is_operator=False,
        channels=frozenset({f"C0LAUNCH{place}" for place in range(1, 8)}),
        hosts=frozenset({"v.example.com", "*.<!here>.example.com", f"{'x' * 240}.example.com"}),
    )
    return {
        "operator": operator,
        "person": person,
        "not listed": replace(person, denied=Denied("PREFETCH_ALLOWED_USERS", Denial.NOT_LISTED)),
        "excluded": replace(
            person, denied=Denied("PREFETCH_DENIED_USERS", Denial.EXCLUDED), ask=()
        ),
        "in another channel": replace(
            person, denied=Denied("PREFETCH_ALLOWED_CHANNELS", Denial.CHANNEL, "C0LAUNCH9")
        ),
        "in no channel": replace(person, channels=frozenset(), hosts=frozenset()),
        "while the database is locked": replace(person, quota=None),
    }
