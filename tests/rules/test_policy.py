"""Who may prefetch what, from where."""

import pytest

from bot.rules.policy import Actor, Denial, Denied, Policy

MEI = Actor("U0MEI", "T0TEAM")
HERE = "C0LAUNCH"
STAR = frozenset({"*"})
NOBODY: frozenset[str] = frozenset()


def policy(
    *,
    users: frozenset[str] = STAR,
    channels: frozenset[str] = STAR,
    denied_users: frozenset[str] = NOBODY,
    domains: frozenset[str] = STAR,
    operators: frozenset[str] = NOBODY,
) -> Policy:
    return Policy(users, channels, denied_users, domains, operators)


def refusing_setting(found: Policy, channel_id: str | None = HERE) -> str | None:
    denied = found.refusal(MEI, channel_id)
    return denied.setting if denied else None


@pytest.mark.parametrize(
    ("found", "setting"),
    [
        (policy(), None),
        (policy(users=frozenset({"U0MEI"}), channels=frozenset({"C0LAUNCH"})), None),
        (policy(users=NOBODY), "PREFETCH_ALLOWED_USERS"),
        (policy(users=frozenset({"U0SAM"})), "PREFETCH_ALLOWED_USERS"),
        (policy(users=frozenset({"u0mei"})), "PREFETCH_ALLOWED_USERS"),
        (policy(users=frozenset({"U0SAM", "*"})), None),
        (policy(channels=NOBODY), "PREFETCH_ALLOWED_CHANNELS"),
        (policy(channels=frozenset({"C0OTHER"})), "PREFETCH_ALLOWED_CHANNELS"),
        (policy(denied_users=frozenset({"U0MEI"})), "PREFETCH_DENIED_USERS"),
        (
            policy(users=frozenset({"U0MEI"}), denied_users=frozenset({"U0MEI"})),
            "PREFETCH_DENIED_USERS",
        ),
        (policy(denied_users=frozenset({"U0SAM"})), None),
        (policy(users=NOBODY, channels=NOBODY), "PREFETCH_ALLOWED_USERS"),
    ],
)
def test_refusal_names_the_setting_that_refuses(found: Policy, setting: str | None) -> None:
    assert refusing_setting(found) == setting


def test_star_on_the_list_of_the_denied_denies_everybody() -> None:
    assert refusing_setting(policy(denied_users=STAR)) == "PREFETCH_DENIED_USERS"


def test_channel_is_not_asked_for_while_it_is_still_to_be_chosen() -> None:
    closed = policy(channels=NOBODY)

    assert refusing_setting(closed, None) is None
    assert refusing_setting(closed, "") == "PREFETCH_ALLOWED_CHANNELS"


def test_refused_channel_is_named() -> None:
    denied = policy(channels=NOBODY).refusal(MEI, HERE)

    assert denied == Denied("PREFETCH_ALLOWED_CHANNELS", Denial.CHANNEL, HERE)


@pytest.mark.parametrize(
    ("domains", "host", "allowed"),
    [
        ("", "cdn.example.com", False),
        ("*", "cdn.example.com", True),
        ("cdn.example.com", "cdn.example.com", True),
        ("cdn.example.com", "cdn.example.com.evil.net", False),
        ("cdn.example.com", "xcdn.example.com", False),
        ("cdn.example.com", "cdnxexample.com", False),
        ("*.example.com", "cdn.example.com", True),
        ("*.example.com", "a.b.example.com", True),
        ("*.example.com", "example.com", False),
        ("*.example.com", "evil-example.com", False),
        ("*.example.com", "evilexample.com", False),
        ("*.example.com", "cdn.example.com.evil.net", False),
        ("*.example.com", "cdn.example.net", False),
        ("*.Example.COM", "cdn.example.com", True),
        ("CDN.example.com", "cdn.example.com", True),
        ("cdn.example.com.", "cdn.example.com", True),
        ("a.example.com b.example.com", "b.example.com", True),
        ("a.example.com *.example.net", "x.example.org", False),
        ("视频.example.com", "xn--cy2a840a.example.com", True),
        ("*.视频.example", "a.xn--cy2a840a.example", True),
        ("[2001:4860:4860::8888]", "2001:4860:4860::8888", True),
        ("2001:4860:4860::8888", "2001:4860:4860::8888", True),
    ],
)
def test_hosts_that_may_be_sent(*, domains: str, host: str, allowed: bool) -> None:
    assert policy(domains=frozenset(domains.split())).allows_host(host) is allowed


@pytest.mark.parametrize(
    ("operators", "denied_users", "is_operator"),
    [
        (NOBODY, NOBODY, False),
        (frozenset({"U0SAM"}), NOBODY, False),
        (frozenset({"U0MEI"}), NOBODY, True),
        (STAR, NOBODY, True),
        (STAR, frozenset({"U0MEI"}), False),
    ],
)
def test_operators(
    *, operators: frozenset[str], denied_users: frozenset[str], is_operator: bool
) -> None:
    found = policy(operators=operators, denied_users=denied_users)

    assert found.is_operator(MEI) is is_operator


@pytest.mark.parametrize(
    ("operators", "asked"),
    [
        (NOBODY, ()),
        (STAR, ()),
        (frozenset({"U2"}), ("U2",)),
        (frozenset({"U2", "U1", "*"}), ("U1", "U2")),
        (frozenset({"U4", "U3", "U2", "U1"}), ("U1", "U2", "U3")),
    ],
)
def test_whom_to_ask(operators: frozenset[str], asked: tuple[str, ...]) -> None:
    assert policy(operators=operators).whom_to_ask == asked


@pytest.mark.parametrize("domains", [{"*", "v.example.com"}, {"V.Example.com."}, {"*.example.com"}])
def test_list_names_a_host(domains: set[str]) -> None:
    assert policy(domains=frozenset(domains)).names_host("v.example.com")


@pytest.mark.parametrize("domains", [{"*"}, {"example.com"}, set()])
def test_bare_star_allows_every_host_and_names_none(domains: set[str]) -> None:
    assert not policy(domains=frozenset(domains)).names_host("v.example.com")
