"""The cloud behind the door: which call is this, is it allowed, what does it answer."""

import re
import secrets
from dataclasses import dataclass, field
from datetime import date, timedelta

from bot.sandbox.fakevod.assets import ERROR_BY_STATE, AssetShelf
from bot.sandbox.fakevod.board import FaultBoard
from bot.sandbox.fakevod.books import Books, Task
from bot.sandbox.fakevod.calls import CallLog, Ended
from bot.sandbox.fakevod.catalogue import answer_info, answer_list
from bot.sandbox.fakevod.errors import gateway_error, service_error, throttled
from bot.sandbox.fakevod.gate import Gate
from bot.sandbox.fakevod.levers import Levers
from bot.sandbox.fakevod.orders import AssetOrder, Order, read_order
from bot.sandbox.fakevod.throttle import Throttle
from bot.sandbox.fakevod.tokens import Account, TokenOffice
from bot.sandbox.fakevod.wire import (
    VOD_OPERATIONS,
    Answer,
    Heard,
    Operation,
    Reply,
    Verdict,
)

_PROJECT = r"/v1\.0/(?P<project>[^/]+)"
_ROUTES: tuple[tuple[Operation, str, re.Pattern[str]], ...] = (
    ("create", "POST", re.compile(rf"{_PROJECT}/asset/preheating")),
    ("query", "GET", re.compile(rf"{_PROJECT}/asset/preheating")),
    ("list", "GET", re.compile(rf"{_PROJECT}/asset/list")),
    ("info", "GET", re.compile(rf"{_PROJECT}/asset/info")),
    ("token", "POST", re.compile(r"/v3/auth/tokens")),
    ("projects", "GET", re.compile(r"/v3/projects")),
)
_NOT_EXAMINED = Verdict("not examined")


@dataclass(slots=True)
class Cloud:
    account: Account
    levers: Levers
    shelf: AssetShelf
    books: Books = field(default_factory=Books)
    board: FaultBoard = field(default_factory=FaultBoard)
    log: CallLog = field(default_factory=CallLog)
    office: TokenOffice = field(init=False)
    gate: Gate = field(init=False)
    _creates: Throttle = field(default_factory=Throttle)
    _queries: Throttle = field(default_factory=Throttle)

    def __post_init__(self) -> None:
        self.office = TokenOffice(self.account)
        self.gate = Gate(self.office)

    def hear(self, heard: Heard) -> Reply:
        """Decide and record one call; what is charged is charged when this returns."""
        operation, project = _route(heard)
        examined = operation not in ("unknown", "token")
        verdict = self.gate.examine(heard) if examined else _NOT_EXAMINED
        ended = self._end(operation, project, heard, verdict)
        self.log.add(heard, operation, verdict, ended)
        return ended.reply

    def _end(self, operation: Operation, project: str, heard: Heard, verdict: Verdict) -> Ended:
        refusal = verdict.refusal or self._throttled(operation, heard)
        if refusal is not None:
            return Ended(refusal)
        if operation == "unknown":
            return Ended(gateway_error(heard, "APIGW.0101"))
        if operation in VOD_OPERATIONS and not self._is_ours(project, heard, verdict):
            return Ended(service_error("VOD.10057"))
        instead = self.board.take_at("instead", operation)
        if instead is not None and instead.fault.act is not None:
            nothing = Answer(202, b"")
            return Ended(instead.fault.act(heard, self.levers, nothing), instead.name)
        return self._served(operation, heard)

    def _throttled(self, operation: Operation, heard: Heard) -> Answer | None:
        # Only these two: the others allow 1,500 calls a minute.
        levers, admitted = self.levers, True
        if operation == "create":
            admitted = self._creates.admits(heard.time, levers.creates_per_minute)
        if operation == "query":
            admitted = self._queries.admits(heard.time, levers.queries_per_minute)
        return None if admitted else throttled(heard, levers.retry_after_s)

    def _is_ours(self, project: str, heard: Heard, verdict: Verdict) -> bool:
        named = heard.header("x-project-id")
        return project == self.account.project_id == verdict.scope and named in (None, project)

    def _served(self, operation: Operation, heard: Heard) -> Ended:
        ended = self._serve(operation, heard)
        answer = ended.reply
        if not isinstance(answer, Answer) or answer.status >= 300:
            return ended
        after = self.board.take_at("after", operation)
        if after is None or after.fault.act is None:
            return ended
        return Ended(after.fault.act(heard, self.levers, answer), after.name)

    def _serve(self, operation: Operation, heard: Heard) -> Ended:
        match operation:
            case "create":
                return self._create(heard)
            case "query":
                return Ended(self._query(heard))
            case "list":
                return Ended(answer_list(heard, self.shelf))
            case "info":
                exists = self.levers.any_asset_exists
                return Ended(answer_info(heard, self.shelf, any_asset_exists=exists))
            case "projects":
                return Ended(self.office.answer_projects(heard))
            case _:
                lifetime = timedelta(seconds=self.levers.token_seconds)
                return Ended(self.office.answer_token(heard, lifetime))

    def _create(self, heard: Heard) -> Ended:
        order = read_order(heard)
        if isinstance(order, Answer):
            return Ended(order)
        urls = self._urls_of(order)
        if isinstance(urls, Answer):
            return Ended(urls)
        return self._charge(heard, order, urls)

    def _urls_of(self, order: Order) -> tuple[str, ...] | Answer:
        if not isinstance(order, AssetOrder):
            refused = self.levers.refuses(order.urls)
            return service_error(self.levers.refuse_code, "urls") if refused else order.urls
        asset = self.shelf.find(order.asset_id, any_asset_exists=self.levers.any_asset_exists)
        if asset.state in ERROR_BY_STATE:
            return service_error(ERROR_BY_STATE[asset.state])
        return asset.urls

    def _charge(self, heard: Heard, order: Order, urls: tuple[str, ...]) -> Ended:
        day = self._quota_day(heard)
        asset_id = order.asset_id if isinstance(order, AssetOrder) else None
        fixed_cost = self.levers.asset_cost if asset_id is not None else None
        cost = len(urls) if fixed_cost is None else fixed_cost
        limit = self.levers.daily_limit
        if self._is_exhausted(day):
            return Ended(service_error("VOD.10086", limit), "quota-exhausted")
        if self.books.spent(day) + cost > limit:
            return Ended(service_error("VOD.10086", limit))
        fault, failing, stuck = self._fate(urls)
        task_id = secrets.token_hex(16)
        task = Task(task_id, asset_id, urls, cost, heard.time, day, failing, stuck)
        self.books.charge(task)
        return Ended(Answer(202, {"task_id": task_id}), fault)

    def _quota_day(self, heard: Heard) -> date:
        return heard.time.astimezone(self.levers.quota_zone).date()

    def _is_exhausted(self, day: date) -> bool:
        ordered = self.board.active.get("quota-exhausted")
        if ordered is None or ordered.since.astimezone(self.levers.quota_zone).date() != day:
            return False
        return self.board.take("quota-exhausted") is not None

    def _fate(self, urls: tuple[str, ...]) -> tuple[str | None, frozenset[str], bool]:
        failing = {url for url in urls if self.levers.will_fail(url)}
        fails, stuck = self.board.take("vod-url-fails"), self.board.take("vod-stuck")
        if fails is not None:
            failing.update(urls[::2])
        ordered = stuck or fails
        return (None if ordered is None else ordered.name, frozenset(failing), stuck is not None)

    def _query(self, heard: Heard) -> Answer:
        task_ids = heard.values("task_id")
        task = self.books.task_by_id.get(task_ids[0]) if len(task_ids) == 1 else None
        if task is None:
            return service_error("VOD.10053", "task_id")
        self.books.queries[task.task_id] += 1
        is_early = self.books.queries[task.task_id] <= self.levers.empty_queries
        results = [] if is_early else task.results(heard.time, self.levers.task_seconds)
        if self.levers.lists is not None:
            results = self.levers.lists(results)
        return Answer(self.levers.query_status, {"preheating_results": results})


def _route(heard: Heard) -> tuple[Operation, str]:
    for operation, method, pattern in _ROUTES:
        found = pattern.fullmatch(heard.raw_path)
        if found is not None and heard.method == method:
            return operation, found.groupdict().get("project", "")
    return "unknown", ""
