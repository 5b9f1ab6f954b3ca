"""Sentences that say the same in other words since a release: for what was stored before."""

import re
from typing import NamedTuple


class Changed(NamedTuple):
    """A sentence as it was (a pattern), and as it is on purpose since."""

    before: str
    since: str


# Each was changed for readers whose English is so-so: its subject is named, and it has no idiom.
CHANGED = (
    Changed(
        r"This answer stays as it is; the card itself goes on\.",
        "This answer is not updated. The card of the request is.",
    ),
    Changed(
        r"Holds files that are in (R-\w{5}) as well; they count in each\.",
        r"Some of these files are in \1 as well. They count in each request.",
    ),
    Changed(
        r"(Another card of this request may stand above), from a moment when Slack did not answer"
        r" or the bot was stopped\. This one is kept true; a click on the other removes it\.",
        r"\1: Slack did not answer once, or the bot was stopped. Only this card is updated. A click"
        r" on the other card removes it.",
    ),
    Changed(
        r"(No card of this request could be posted: Slack answers `\w+`\.) The request itself has"
        r" gone on; this is what became of it\.",
        r"\1 The request itself was carried out as shown here.",
    ),
    Changed(
        r"No card of it (could be posted: Slack answers `\w+`\.)",
        r"No card of this request \1",
    ),
    Changed(
        r"Slack took no card of it; Details tells more\.",
        "Slack took no card of this request. *Details* shows what became of it.",
    ),
    Changed(
        r"It stands on the card and in the audit trail, under your name\.",
        "Your reason stands on the card and in the audit trail, with your name.",
    ),
    Changed(
        r"so the bot has stopped asking\. Ask for its status to have the bot look again\.",
        "so the bot follows it no longer. Ask for its status, then the bot follows it again.",
    ),
    Changed(
        r"The service refused this; read its message before sending it again\.",
        "The cloud refused this; read its message before you retry.",
    ),
    Changed(
        r"(Correct what the message names), then send it again\.",
        r"\1, then make a new request.",
    ),
    Changed(
        r"(Publish the asset|Wait until the asset is ready) in the VOD console, then send it"
        r" again\.",
        r"\1 in the VOD console, then retry.",
    ),
    Changed(
        r"(The domain is being configured;) send it again (when that is finished\.)", r"\1 retry \2"
    ),
    Changed(r"(Nothing was sent;) send it again (when there is quota\.)", r"\1 retry \2"),
    Changed(
        r"(The day's prefetch quota is spent;) send the rest (after the next reset\.)",
        r"\1 what was not sent can be sent \2",
    ),
    Changed(r"(?m)^• (\d+ calls): ", r"• Each of \1: "),
    Changed(r"( \(scheduled\): .*\.) None of 1,000 left today\.", r"\1"),
    Changed(r"(?m)^(Cancel what is not sent\?\n)(\d+ files) will", r"\1Up to \2 will"),
    Changed(r"(?m)^Cancel them\nKeep them$", "Yes, cancel\nNo, keep"),
    Changed(r"(the day's quota is used up) \(bot's count, (resets .*)\)", r"\1 (\2)"),
    Changed(r"(?m)^\*Used\*$", "*Sent*"),
    Changed(r"(?m)^Why$", "Reason"),
    # Nothing of this request was sent, so there is no rest.
    Changed(
        r"(?s)(░ 0 of (\d+) ready, \2 not sent\n.*)Send the rest tomorrow$", r"\1Send tomorrow"
    ),
    Changed(r"\(what is sent again counts again\)", "(what this request sends counts again)"),
    Changed(
        r"(?m)^(.*) That is why this is here and not (?:in )?(<#\w+>)\.$",
        r"This card is here and not in \2. \1",
    ),
    Changed(
        r"(?m)^(.*) That is why this is here and not there\.$",
        r"This card is here and not in the conversation of the request. \1",
    ),
    # Of a call for addresses: an asset ID is nothing that was sent there.
    Changed(
        r"(The asset)( is blocked; ask whoever reviews media to release it\. The call before it)",
        r"\1 of the address\2",
    ),
)


def as_said_now(text: str) -> str:
    """What the bot once said, in lines, with each sentence as it is said now."""
    for changed in CHANGED:
        text = re.sub(changed.before, changed.since, text)
    return text
