"""When to call the cloud or Slack again, and when to give up."""

THROTTLED_WAIT_S = 60.0
"""The cloud's limits are per minute and its 429 carries no Retry-After that is documented."""

UNREACHABLE_WAIT_S = 5.0
UNREACHABLE_GIVE_UP_S = 1800.0

CARD_WAIT_S = 3.0
CARD_WAIT_AT_MOST_S = 60.0
POSTS_IN_CHANNEL = 5
"""Refusals of a kind that the bot does not know, before the card goes to the requester instead."""

POSTS_IN_ALL = 8
"""Refusals of a kind that the bot does not know, before no card is posted at all."""

EDITS_WITH_BLOCKS = 4
"""Refusals of the edit of a card, before the edit is tried with the words of the card alone."""

EDITS_IN_ALL = 6
"""Refusals of the edit of a card, before the last state is posted as a new card."""


def throttled_wait_s(retry_after_s: float | None) -> float:
    wait = THROTTLED_WAIT_S if retry_after_s is None else retry_after_s
    return min(max(wait, 1.0), 600.0)


def unreachable_wait_s(attempt: int) -> float:
    """The wait after `attempt`, from 1, reached no cloud: doubles from 5 s to 2 minutes."""
    return float(min(UNREACHABLE_WAIT_S * 2 ** (attempt - 1), 120.0))


def in_doubt_wait_s(attempt: int) -> float:
    """The wait after so many calls in a row without a clear answer; a single one is no outage."""
    return unreachable_wait_s(attempt - 1) if attempt > 1 else 0.0


def gives_up_unreachable(attempts: int) -> bool:
    """Whether the waits after so many attempts in a row add up to half an hour."""
    return sum(map(unreachable_wait_s, range(1, attempts + 1))) > UNREACHABLE_GIVE_UP_S


def next_poll_s(*, first_s: float, every_s: float, polls: int, jitter: float) -> float:
    """Seconds until a call is asked for again; `jitter`, 0 to 1, adds up to a fifth."""
    wait = first_s if polls == 0 else every_s
    return wait * (1 + jitter / 5)


def card_wait_s(attempt: int) -> float:
    """The wait before a card is posted or edited again: doubles from 3 s to a minute.

    `attempt` counts from 1 what Slack failed or refused in a row. The exponent is bounded, because
    `attempt` is not.
    """
    return float(min(CARD_WAIT_S * 2 ** min(attempt - 1, 10), CARD_WAIT_AT_MOST_S))
