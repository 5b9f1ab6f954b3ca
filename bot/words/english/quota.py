"""The quota of a day, in English."""

from datetime import UTC, datetime

from bot.rules.quota import Quota
from bot.words.english.grammar import number
from bot.words.mrkdwn import reset_clock

HEADING_LABEL = "Quota today"
OTHERS_SPEND_IT = (
    "_Uploads that prefetch by themselves and the console's own button spend the same"
    " quota without telling the bot._"
)


def left(quota: Quota) -> str:
    """`About *867 of 1,000 left today*`, with whose count that is and when it starts anew."""
    resets = f"resets {reset_clock(quota.day.ends_at)}"
    if quota.exhausted:
        return f"*None left today*: the cloud says that the day's quota is used up ({resets})"
    left = f"*{number(quota.left)} of {number(quota.limit)} left today*"
    return f"About {left} (bot's count, {resets})"


def spent(quota: Quota, now: datetime) -> str:
    return (
        f"{number(quota.settled)} sent · {number(quota.reserved)} reserved"
        f" · {number(quota.held)} in doubt"
        f" · reset at {reset_clock(quota.day.ends_at)}, in {until_reset(quota, now)}"
    )


def reset(quota: Quota, now: datetime) -> str:
    return (
        f"Reset at {reset_clock(quota.day.ends_at)}, in {until_reset(quota, now)}."
        " Others may spend the same quota without telling the bot."
    )


def fields(quota: Quota) -> list[str]:
    numbers = {
        "Sent": quota.settled,
        "Reserved": quota.reserved,
        "In doubt": quota.held,
        "Left": quota.left,
    }
    return [f"*{name}*\n{number(value)}" for name, value in numbers.items()]


def until_reset(quota: Quota, now: datetime) -> str:
    """Time until the reset, to the minute: `5 h 58 min`."""
    # Two moments of one zone are subtracted by their clocks, which may change in between.
    left = quota.day.ends_at.astimezone(UTC) - now
    hours, minutes = divmod(max(0, round(left.total_seconds() / 60)), 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min"
