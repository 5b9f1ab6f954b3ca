"""Why a call stands where it stands, as values instead of the sentences of that time."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

Stored = dict[str, object]

TASK = sa.table(
    "task",
    sa.column("request_id", sa.String()),
    sa.column("position", sa.Integer()),
    sa.column("reason", sa.String()),
)

EARLIER_IN_DOUBT = (
    " The call before it may have been sent; look in the VOD console before sending it again."
)
COPY = (
    r"This database was restored from a copy of"
    r" (?P<copied_at>unknown age|[-0-9]{10} [:0-9]{5} UTC)\."
)
DECIDED_SINCE = re.compile(
    rf"(?P<before>.*?) ?{COPY} What was decided about this call after that is lost\.", re.DOTALL
)
TRIED_AGAIN = " Nothing was sent; the bot tries again by itself."
ADVICE = {
    "VodError": "Ask the operator of the bot to read its log.",
    "NotSent": "Nothing was sent; try again in a few minutes.",
    "Throttled": "Too many calls in a short time; wait a minute, then try again.",
    "DailyQuotaExhausted": "The day's prefetch quota is spent; send the rest after the next reset.",
    "TrialQuotaExhausted": (
        "The account's trial allowance is spent; ask the account's owner to raise it."
    ),
    "AuthenticationFailed": (
        "An operator has to check the access key, token or IAM user in the settings."
    ),
    "KeyLocked": "The key is locked; correct the setting, wait five minutes, then try again.",
    "Refused": "The service refused this; read its message before sending it again.",
    "BadRequest": "Correct what the message names, then send it again.",
    "TooManyUrls": "Send at most 10 URLs in one call.",
    "AssetNotFound": "Check the asset ID and that it belongs to this region's project.",
    "AssetNotPublished": "Publish the asset in the VOD console, then send it again.",
    "AssetBusy": "Wait until the asset is ready in the VOD console, then send it again.",
    "AssetBlocked": "The asset is blocked; ask whoever reviews media to release it.",
    "CdnNotEnabled": "Enable an acceleration domain for the asset in the VOD console.",
    "CdnConfiguring": "The domain is being configured; send it again when that is finished.",
    "Forbidden": "Ask an administrator to grant vod:asset:preheat and vod:asset:getPreheatTask.",
    "AccountProblem": "Ask the account's owner to settle the bill or the account's status.",
    "ProjectMismatch": "Check that project ID, region and key or token belong together.",
    "ProjectNotFound": (
        "Write the project ID in the settings; the console shows it under My Credentials."
    ),
    "WrongEndpoint": "Check the endpoint and the region in the settings.",
    "FeatureOffline": "The cloud has taken prefetch offline for now; ask its support until when.",
    "OutcomeUnknown": "It may have been sent; look in the VOD console before sending it again.",
}
CLOUD_ERROR = re.compile(
    r"(?P<message>.*?)(?: \((?P<error_code>[A-Za-z]+\.[0-9A-Za-z.]+)\))?\.", re.DOTALL
)
SENTENCES = {
    (
        "The bot was stopped while it was sending this. It may have been sent; look in the VOD"
        " console before sending it again."
    ): "interrupted",
    (
        "For half an hour the cloud could not be reached, or gave no clear answer. This was not"
        " sent; try again later."
    ): "unreachable",
    (
        "It was still waiting when the quota day ended, and the new day has no room for it."
        " Nothing was sent; send it again when there is quota."
    ): "next_day_full",
    "Sending it again was cancelled.": "sending_again_cancelled",
}


def _plain(code: str) -> Callable[[re.Match[str]], Stored]:
    return lambda found: {"code": code, **found.groupdict()}


def _timed(code: str) -> Callable[[re.Match[str]], Stored]:
    return lambda found: {
        "code": code,
        "seconds": int(found["number"]) * (60 if found["unit"] == "min" else 1),
    }


def _of_copy(code: str) -> Callable[[re.Match[str]], Stored]:
    return lambda found: {"code": code, "copied_at": _moment(found["copied_at"])}


def _moment(written: str) -> str | None:
    if written == "unknown age":
        return None
    return datetime.strptime(written, "%Y-%m-%d %H:%M UTC").replace(tzinfo=UTC).isoformat()


TIME = r"(?P<number>[0-9]+) (?P<unit>min|s)"
ASK_FOR_STATUS = r"so the bot has stopped asking\. Ask for its status to have the bot look again\."
PATTERNS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Stored]], ...] = (
    (
        re.compile(
            r"When its time came, (?P<setting>[A-Z_]+) no longer allowed the person who asked to"
            r" prefetch there\. Nothing was sent; ask an operator, then retry\."
        ),
        _plain("person_not_allowed"),
    ),
    (
        re.compile(
            r"When its time came, (?P<setting>[A-Z_]+) no longer allowed (?P<host>\S+)\. Nothing"
            r" was sent; ask an operator, then retry\."
        ),
        _plain("host_not_allowed"),
    ),
    (re.compile(rf"Still processing after {TIME}, {ASK_FOR_STATUS}"), _timed("still_processing")),
    (
        re.compile(rf"The cloud has not said for {TIME} how far it is, {ASK_FOR_STATUS}"),
        _timed("progress_unknown"),
    ),
    (
        re.compile(
            rf"{COPY} This call may have been sent after the copy was made; look in the VOD console"
            r" before sending it again\."
        ),
        _of_copy("sent_since_copy"),
    ),
    (
        re.compile(rf"{COPY} If this was cancelled after that, cancel it again\."),
        _of_copy("cancelled_since_copy"),
    ),
)


def upgrade() -> None:
    connection = op.get_bind()
    # In the order of the key, in which the bot takes the rows of a request: two writers that take
    # the same rows in two orders would wait for each other for ever.
    rows = connection.execute(
        sa.select(TASK)
        .where(TASK.c.reason.is_not(None))
        .order_by(TASK.c.request_id, TASK.c.position)
    ).all()
    for request_id, position, reason in rows:
        connection.execute(
            sa.update(TASK)
            # A replica of the earlier version may have written another sentence meanwhile.
            .where(
                TASK.c.request_id == request_id,
                TASK.c.position == position,
                TASK.c.reason == reason,
            )
            .values(reason=json.dumps(causes_in(reason), ensure_ascii=False))
        )


def causes_in(sentences: str) -> list[Stored]:
    """The values that the sentences were made of; what is not recognised for certain stays text."""
    if found := DECIDED_SINCE.fullmatch(sentences):
        before = causes_in(found["before"]) if found["before"] else []
        return [*before, _of_copy("decided_since_copy")(found)]
    if sentences.endswith(EARLIER_IN_DOUBT):
        before = causes_in(sentences.removesuffix(EARLIER_IN_DOUBT))
        return [*before, {"code": "earlier_in_doubt"}]
    return [_cause_in(sentences)]


def _cause_in(sentence: str) -> Stored:
    if sentence in SENTENCES:
        return {"code": SENTENCES[sentence]}
    for pattern, read in PATTERNS:
        if found := pattern.fullmatch(sentence):
            return read(found)
    if sentence.endswith(f".{TRIED_AGAIN}"):
        return _cloud_error("VodError", sentence, TRIED_AGAIN, is_tried_again=True)
    for kind, advice in ADVICE.items():
        if sentence.endswith(f". {advice}"):
            return _cloud_error(kind, sentence, f" {advice}", is_tried_again=False)
    return {"code": "text", "text": sentence}


def _cloud_error(kind: str, sentence: str, advice: str, *, is_tried_again: bool) -> Stored:
    found = CLOUD_ERROR.fullmatch(sentence.removesuffix(advice))
    if found is None:
        return {"code": "text", "text": sentence}
    return {
        "code": "cloud_error",
        "kind": kind,
        "message": found["message"],
        "error_code": found["error_code"] or "",
        "is_tried_again": is_tried_again,
    }
