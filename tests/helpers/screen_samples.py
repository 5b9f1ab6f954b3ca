"""Values at their most hostile and at their largest, for everything that people are shown."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import cycle, product
from zoneinfo import ZoneInfo

from bot.reading.targets import read_target
from bot.rules import playlists
from bot.rules.causes import (
    AnotherAccepted,
    CancelledSinceCopy,
    Cause,
    CloudError,
    CloudRefusesToTell,
    DecidedSinceCopy,
    EarlierInDoubt,
    FreeText,
    HostNotAllowed,
    Interrupted,
    NextDayFull,
    PersonNotAllowed,
    ProgressUnknown,
    ResultUnmatched,
    SendingAgainCancelled,
    SentSinceCopy,
    StayedRefused,
    StillProcessing,
    Unreachable,
    WaitsForOperator,
)
from bot.rules.draft import Draft, Overlap, Proposal
from bot.rules.looks import Fault, NotSeen
from bot.rules.plan import plan_prefetch
from bot.rules.playlists import (
    BeingRead,
    Looked,
    NoOffer,
    NothingNew,
    Offer,
    Outdated,
    Rendition,
    Track,
    Unread,
)
from bot.rules.policy import Actor, Denial, Denied
from bot.rules.preflight import (
    AddressFinding,
    AddressState,
    AssetFinding,
    AssetState,
    Look,
)
from bot.rules.quota import Quota, QuotaDay
from bot.rules.reading import ListShape, Places, Reading, Unit
from bot.rules.refusals import (
    DayFull,
    DraftGone,
    FarTime,
    HeldUp,
    ListTooLong,
    ListUnit,
    MayNotDecide,
    NotAllowed,
    NothingToDecide,
    NothingToSend,
    NotSentAgain,
    OwnCard,
    PastTime,
    PayloadUnreadable,
    PlanChanged,
    QuotaExceeded,
    Refusal,
    RequestUnknown,
    Undecidable,
)
from bot.rules.states import (
    CallState,
    CallStatus,
    Choice,
    Counts,
    Decision,
    RequestState,
    RequestStatus,
    TargetState,
    request_status,
)
from bot.rules.target import Asset, Reason, Rejected, Target, Url
from bot.vod.errors import WireFault

SECRET = "SIGNATURE"
"""Stands in the query string of every signed URL below, and must be shown nowhere."""

MEI, SAM = "U0MEI", "U0SAM"
LAUNCH = "C0LAUNCH"
COMMAND = "/prefetch"
NOW = datetime(2026, 11, 24, 10, 2, tzinfo=UTC)
TOMORROW = NOW + timedelta(days=1)
DAY = QuotaDay(date(2026, 11, 24), ZoneInfo("Asia/Shanghai"))

QUIET = Quota(DAY, 1000, settled=120)
BUSY = Quota(DAY, 1_000_000, settled=123_456, reserved=234_567, held=345_678)
SPENT = Quota(DAY, 1000, settled=996, exhausted=True)

HOST = "https://cdn.example.com"
LONGEST = 4096
SIGNED = f"?auth_key=1764000000-0-0-{SECRET}&Expires=1"
SINCE_A_COPY = (SentSinceCopy, DecidedSinceCopy, CancelledSinceCopy)
CALLS_OUT = "<!channel> <!here> <@U0SAM> <#C0LAUNCH> <https://evil.example|here>"

FILE_NAMES = {
    "plain": "a.mp4",
    "calls everybody": "<!channel> <!here> <@U0SAM>/a.mp4",
    "entities": "&lt;!channel&gt; &amp;&&<<>>.mp4",
    "backticks": "``` `a` *b* _c_ ~d~.mp4",
    "emoji": "\U0001f680\U0001f468\u200d\U0001f469\u200d\U0001f467.mp4",
    "right to left": "فيديو/ملف الإطلاق.mp4",
    "chinese": "视频点播 发布会_1.mp4",
}


def filled(alphabet: str) -> str:
    """An address of the greatest length that is accepted, signed as well."""
    room = LONGEST - len(f"{HOST}/") - len(SIGNED)
    return f"{HOST}/{(alphabet * room)[:room]}{SIGNED}"


def addresses() -> list[str]:
    short = [f"{HOST}/{name}{SIGNED}" for name in FILE_NAMES.values()]
    return [*short, *map(filled, FILLINGS.values())]


FILLINGS = {
    "a": "a",
    "ampersands": "&",
    "angles": "<>",
    "backticks": "`",
    "emoji": "\U0001f680",
    "chinese": "视",
    "right to left": "ف",
    "mentions": "<!channel>",
}


def urls(count: int, alphabet: str) -> list[Target]:
    """So many different addresses of the greatest length."""
    address = filled(alphabet)
    return [Url(f"{HOST}/{place:04}{address[len(HOST) + 5 :]}") for place in range(count)]


def signed(count: int) -> list[Target]:
    """So many addresses of each kind of signature: ended, ending, doubtful and unreadable."""
    now, tomorrow = (int(moment.timestamp()) for moment in (NOW, TOMORROW))
    queries = (
        f"Expires={now}&Signature=ab",
        f"Expires={tomorrow}&Signature=ab",
        f"auth_key={now - 3600}-0-0-ab",
        "auth_info=ab",
    )
    return [Url(f"{HOST}/{place}.mp4?{query}") for place in range(count) for query in queries]


def assets(count: int) -> list[Target]:
    return [Asset(f"{place:032x}") for place in range(count)]


def rejected_items() -> list[Rejected]:
    """Every reason once, then each address with something that makes it impossible."""
    of_itself = [reason for reason in Reason if reason is not Reason.FOREIGN_HOST]
    reasons = [Rejected(f"{CALLS_OUT} `x` & y", reason) for reason in of_itself]
    items = [address.replace("https://", "ftp://user:geheim@") for address in addresses()]
    read = [read_target(item) for item in (*items, f"{HOST}/{CALLS_OUT}/a.mp4#{SECRET}")]
    foreign = Rejected(
        f"{HOST}/a.mp4?…",
        Reason.FOREIGN_HOST,
        (f"{'a' * 63}.example.com", SAM),
    )
    nameless = Rejected("", Reason.FILE_NOT_READ)
    placed = [
        Rejected(f"x{it}", Reason.DIRECTORY, at=Places(unit, tuple(range(1, 9_000, it)), file))
        for unit in Unit
        for it, file in ((1, ""), (2, CALLS_OUT))
    ]
    return [
        nameless,
        Rejected("h/x", Reason.DIRECTORY, offered=f"https://h/{CALLS_OUT}"),
        *placed,
        *reasons,
        *(item for item in read if isinstance(item, Rejected)),
        foreign,
    ]


def proposal(
    targets: Sequence[Target],
    *,
    rejected: Sequence[Rejected] = (),
    duplicates: int = 0,
    quota: Quota = QUIET,
    channel_id: str = LAUNCH,
    asset_cost: int = 1,
    run_at: datetime | None = None,
    overlaps: Sequence[Overlap] = (),
    reading: Reading | None = None,
    readable: Sequence[int] = (),
) -> Proposal:
    plan = plan_prefetch(targets, asset_cost=asset_cost)
    actor = Actor(MEI, "T0TEAM")
    left_out = tuple(rejected)
    draft = Draft("5f" * 12, actor, channel_id, plan, left_out, duplicates, run_at, reading)
    return Proposal(draft, quota, NOW, tuple(overlaps), tuple(readable))


MASTER = Url("https://cdn.example.com/<!here>/*b*/index.m3u8?auth_key=1-2")


def looks_at_playlists() -> dict[str, Looked]:
    """What may come of a look at a playlist, by a name for it."""
    renditions = [
        Rendition(MASTER, Track.VIDEO, 5_000_000, "1920x1080"),
        *(
            Rendition(MASTER, track, name=CALLS_OUT + str(at))
            for at in range(20)
            for track in Track
        ),
    ]
    rejected = rejected_items()
    larger = proposal([MASTER, *urls(999, "a")])
    return {
        "going on": BeingRead(),
        "outdated": Outdated(),
        "no playlist": Unread(MASTER, None),
        **{
            f"unread: {fault}": Unread(MASTER, NotSeen(fault, CALLS_OUT, 1, 404)) for fault in Fault
        },
        "choice": playlists.Choice(MASTER, 0, renditions),
        "no choice": playlists.Choice(MASTER, 0, ()),
        "offer": Offer(MASTER, larger, 999, 0, is_live=False, lacks_signatures=False),
        "offer with notes": Offer(MASTER, larger, 999, 7, is_live=True, lacks_signatures=True),
        "offer of a bare rendition": Offer(
            MASTER, larger, 1, 7, is_live=True, lacks_signatures=True, is_cut=True, is_bare=True
        ),
        "choice of a file that is cut": playlists.Choice(
            MASTER, 0, renditions, rejected, is_cut=True
        ),
        "a master again": Unread(MASTER, None, is_master=True),
        "no segments": NothingNew(MASTER, 0, (), is_cut=True),
        "nothing new": NothingNew(MASTER, 3),
        "nothing that can be sent": NothingNew(MASTER, 0, rejected, is_cut=True),
        "the rest cannot be sent": NothingNew(MASTER, 3, rejected[:1]),
        "refused": NoOffer(MASTER, HeldUp()),
    }


def looks(targets: Sequence[Target]) -> dict[str, Look]:
    """Every state and fault, with texts that people and servers would not write."""
    titles = ["", *FILE_NAMES.values(), CALLS_OUT * 40, f"{HOST}/a.mp4{SIGNED}", "\n\u202e x"]
    assets = [
        AssetFinding(Asset(f"{place:032x}"), state, title, f"{state.upper()} {CALLS_OUT}")
        for place, (title, state) in enumerate(product(titles, AssetState))
    ]
    url = next(it for it in targets if isinstance(it, Url))
    seen = [
        AddressFinding(url, state, 404, size, CALLS_OUT, CALLS_OUT, CALLS_OUT)
        for state, size in zip(AddressState, cycle((None, 1, 2_000, 3_000_000, 4 * 10**9)))
    ]
    unseen = [AddressFinding(url, AddressState.UNSEEN, host="x", fault=it) for it in Fault]
    failed = AddressFinding(url, AddressState.ERROR, 404)
    return {
        "one asset": Look((AssetFinding(Asset("a" * 32), AssetState.PUBLISHED, "Film", "X"),)),
        "assets of every kind": Look(tuple(assets), unasked=800),
        "addresses of every kind": Look(addresses=(*seen, *unseen) * 9, untried=800),
        "one address failed": Look(addresses=(failed,)),
        "both": Look(tuple(assets), 0, tuple(seen)),
        **{f"an asset, {it.state}": Look((it,)) for it in assets[: len(AssetState)]},
        **{f"an address, {it.state}": Look(addresses=(it,)) for it in seen},
        **{f"an address, {it.fault}": Look(addresses=(it,)) for it in unseen},
    }


READINGS = [
    *(Reading(shape, 1, column) for shape in ListShape for column in ("", CALLS_OUT, "*url*")),
    Reading(ListShape.TABLE, 1, "url", "list.xlsx (*Films*)"),
    Reading(
        ListShape.LINES, 1, others=(Reading(ListShape.TABLE, 1, CALLS_OUT, CALLS_OUT * 4),) * 10
    ),
]


def overlaps(count: int) -> list[Overlap]:
    """Requests that hold files with every outcome."""
    return [
        Overlap(f"R-{place:05}", MEI, NOW, Counts(*range(123_450, 123_458)))
        for place in range(count)
    ]


def state(calls: Iterable[CallState], *, quota: Quota = QUIET) -> RequestState:
    every = tuple(calls)
    return RequestState("R-7F3K2", request_status(every), MEI, LAUNCH, NOW, every, quota)


def call(
    place: int,
    status: CallStatus,
    targets: Sequence[Target],
    *statuses: str,
    causes: tuple[Cause, ...] = (),
    files: int | None = None,
    followed_no_longer: bool = False,
) -> CallState:
    """The last of `statuses` goes on for the rest of the targets."""
    sent = status not in {CallStatus.QUEUED, CallStatus.SUBMITTING, CallStatus.REJECTED}
    known = [*statuses, *[statuses[-1]] * len(targets)]
    return CallState(
        place,
        status,
        len(targets) if files is None else files,
        tuple(map(TargetState, targets, known)),
        task_id=f"{place:032x}" if sent and status is not CallStatus.UNKNOWN else None,
        causes=causes,
        followed_no_longer=followed_no_longer,
    )


def long_causes(place: int) -> tuple[Cause, ...]:
    """As long as the cloud client lets a message be, and every one different."""
    message = f"{place} {CALLS_OUT} `x` & y " + "&" * 200
    return (CloudError("Forbidden", message[:200], "VOD.10053"),)


def causes() -> list[Cause]:
    """Each kind of cause, those with facts also without them."""
    copies = [kind(moment) for kind in SINCE_A_COPY for moment in (NOW, None)]
    return [
        *long_causes(0),
        *(
            CloudError("NotSent", "", is_tried_again=True, wire=fault, detail=CALLS_OUT)
            for fault in WireFault
        ),
        CloudError("Unheard", CALLS_OUT),
        Interrupted(),
        Unreachable(),
        NextDayFull(),
        WaitsForOperator("AccountProblem", CALLS_OUT, "VOD.10120"),
        StayedRefused("AuthenticationFailed", CALLS_OUT, "APIGW.0301", 86_400),
        PersonNotAllowed("PREFETCH_ALLOWED_USERS"),
        HostNotAllowed("PREFETCH_ALLOWED_DOMAINS", CALLS_OUT),
        *(kind(seconds) for kind in (StillProcessing, ProgressUnknown) for seconds in (59, 3600)),
        *copies,
        *(CloudRefusesToTell(CALLS_OUT, code) for code in ("", "VOD.10053")),
        *(ResultUnmatched(f"{HOST}/{CALLS_OUT}", others) for others in (0, 2)),
        SendingAgainCancelled(),
        EarlierInDoubt(),
        AnotherAccepted("5" * 32),
        FreeText(f"An old sentence of {CALLS_OUT} `x`."),
    ]


@cache
def states() -> dict[str, RequestState]:
    """A request in every status, with calls in every status, then the largest ones."""
    few = [Url(address) for address in addresses()]
    mixed = ("succeed", "failed", "processing", "pending", f"paused {CALLS_OUT} `x`")
    found = {
        f"only {status}": state([call(0, status, few, *_targets_of(status))])
        for status in CallStatus
    }
    found["every status"] = state(
        [
            *(
                call(place, status, few, *mixed, causes=long_causes(place))
                for place, status in enumerate(CallStatus)
            ),
            call(
                9,
                CallStatus.PROCESSING,
                few,
                *mixed,
                causes=(StillProcessing(3600),),
                followed_no_longer=True,
            ),
        ],
        quota=SPENT,
    )
    found["every status"] = replace(found["every status"], decisions=decisions(20))
    refused = (CloudError("AssetNotFound", CALLS_OUT, "VOD.10062"),)
    found["addresses refused alone"] = state(
        [
            call(place, CallStatus.REJECTED, [url], "pending", causes=refused)
            for place, url in enumerate(few)
        ]
    )
    found["asset of three outputs"] = state(
        [call(0, CallStatus.PARTLY_FAILED, few[:3], "succeed", "failed", "succeed")]
    )
    found["huge numbers"] = state(
        [
            call(
                place,
                CallStatus.PARTLY_FAILED,
                few,
                *mixed[:2],
                files=123_456,
                causes=long_causes(place),
            )
            for place in range(100)
        ],
        quota=BUSY,
    )
    found["every cause"] = state(
        call(place, CallStatus.UNKNOWN, few[:1], "pending", causes=(cause,))
        for place, cause in enumerate(causes())
    )
    found["several causes"] = state(
        [call(0, CallStatus.UNKNOWN, few[:1], "pending", causes=tuple(causes()[-2:]))]
    )
    found["scheduled"] = scheduled(few)
    found["asked for before"] = replace(
        found["only processing"], overlaps=("R-00001", "R-00002", "R-00003")
    )
    found["without a card"] = replace(found["every status"], no_card="ekm_access_denied")
    return {**found, **_largest()}


def decisions(count: int) -> tuple[Decision, ...]:
    """Every choice, each with a reason of the greatest length."""
    choices = [choice for choice, _ in zip(cycle(Choice), range(count), strict=False)]
    return tuple(
        Decision(choice, MEI, 123_456, NOW, f"{place} {CALLS_OUT} `x` " + "&" * 470)
        for place, choice in enumerate(choices)
    )


def scheduled(targets: Sequence[Target]) -> RequestState:
    waiting = state([call(0, CallStatus.QUEUED, targets, "pending")])
    return replace(waiting, status=RequestStatus.SCHEDULED, run_at=TOMORROW)


def _targets_of(status: CallStatus) -> tuple[str, ...]:
    return {
        CallStatus.PROCESSING: ("processing",),
        CallStatus.SUCCEEDED: ("succeed",),
        CallStatus.FAILED: ("failed",),
        CallStatus.PARTLY_FAILED: ("succeed", "failed"),
    }.get(status, ("pending",))


def _largest() -> dict[str, RequestState]:
    found = {}
    for name, alphabet in FILLINGS.items():
        plan = plan_prefetch(urls(1000, alphabet), asset_cost=1)
        found[f"1,000 URLs of {name}"] = state(
            call(
                place,
                CallStatus.PARTLY_FAILED,
                planned.targets,
                "succeed",
                "failed",
                causes=long_causes(place),
            )
            for place, planned in enumerate(plan.calls)
        )
    for status in CallStatus:
        found[f"1,000 assets {status}"] = state(
            call(place, status, [asset], *_targets_of(status), causes=long_causes(place))
            for place, asset in enumerate(assets(1000))
        )
    return found


def refusals() -> dict[str, Refusal]:
    denied = {
        why: Denied(
            "PREFETCH_ALLOWED_CHANNELS", why, LAUNCH if why is Denial.CHANNEL else "h.example.com"
        )
        for why in Denial
    }
    whom = (SAM, MEI, SAM)
    quotas = {"over": QUIET, "over a large limit": BUSY, "exhausted": SPENT}
    references = {
        "a mention": CALLS_OUT[:20],
        "code": "`x` <!here> & y",
        "a URL": f"{HOST}/a?{SECRET}",
    }
    return {
        **{f"not allowed: {name}": NotAllowed(why, ask=whom) for name, why in denied.items()},
        "may not decide": MayNotDecide(denied[Denial.NOT_AN_OPERATOR], ask=whom),
        "not sent again": NotSentAgain(denied[Denial.HOST], ask=whom),
        "nobody to ask": NotAllowed(denied[Denial.EXCLUDED], ask=()),
        "nothing found": NothingToSend(),
        **{f"{unit} too long": ListTooLong(unit, found=10_000, limit=1000) for unit in ListUnit},
        "own card": OwnCard(command=COMMAND),
        **{f"nothing to decide: {why}": NothingToDecide(why) for why in Undecidable},
        "held up": HeldUp(),
        "nothing accepted": NothingToSend(tuple(rejected_items())),
        "5,000 rejected": NothingToSend(tuple(rejected_items() * 200)),
        **{
            name: QuotaExceeded(files=999_999, quota=quota, now=NOW, ask=whom)
            for name, quota in quotas.items()
        },
        "past time": PastTime(NOW, DAY.zone),
        "far time": FarTime(NOW + timedelta(days=30), DAY.zone),
        "day full": DayFull(files=999_999, quota=QUIET),
        "day used up": DayFull(files=1, quota=SPENT),
        "draft gone": DraftGone(command=COMMAND),
        "plan changed": PlanChanged(command=COMMAND),
        **{
            f"no request: {name}": RequestUnknown(reference, command=COMMAND)
            for name, reference in references.items()
        },
        "no request to cancel": RequestUnknown("R-7F3K2", command=COMMAND, word="cancel"),
        "no request since": RequestUnknown("R-7F3K2", command=COMMAND, restored_at=NOW),
        "payload unreadable": PayloadUnreadable("view.state.values"),
    }


@cache
def latest() -> list[RequestState]:
    return [
        scheduled(assets(1000)),
        *(state([call(0, status, assets(1), "pending")], quota=BUSY) for status in CallStatus),
        *(found for name, found in states().items() if name.startswith("1,000")),
    ]


def statuses() -> set[RequestStatus]:
    """The statuses of requests that the specimens show."""
    return {found.status for found in states().values()}
