"""What Slack would refuse, said in Slack's own words."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One refusal; `pointer` is a JSON pointer into the payload that was checked."""

    message: str
    pointer: str
