"""Strategies of the property tests: addresses, texts of any kind and payloads of messages."""

import re
from itertools import cycle

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from bot.reading.messages import CHILDREN, LEAVES

# Correctness is the subject here, and busy machines are slow; test_speed.py has the speed.
unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

# No `|`: Slack writes it as %7C, for in a link token it begins the label.
PIECES = [
    "视频点播", "é", "a", "VOD", " ", "  ", "\u3000", "&", "&&", "lt;", "amp;", "(1)", ")", "[",
    ",", ", ", ";", "=", "%20", "%7C", "'", '"', "`", "_", "~", "@", ":", "/",
    "。", "，", "!", "+", ".", "5199",
]  # fmt: skip
# In a query neither a blank nor a mark that ends a cell is certain to belong to it.
QUERY_PIECES = [
    "视频", "é", "a", "&", "&&", "=", "%20", "(1)", ")", "[", "'", "*", "_", "~", "@", ":", "/",
    "!", "+", ".", "5199",
]  # fmt: skip
HOSTS = ["cdn.example.com", "1.cdn-vod.huaweicloud.com", "视频.example.com", "h", "h:8080"]
SCHEMES = ["https", "http", "HTTPS"]

pieces = st.lists(st.sampled_from(PIECES), max_size=8).map("".join)
query_pieces = st.lists(st.sampled_from(QUERY_PIECES), max_size=8).map("".join)
queries = st.just("") | query_pieces.map(lambda inner: f"?auth_key={inner}z")


def is_doubtful(address: str) -> bool:
    """Whether a name seems to end before a parameter, or holds an entity, dots or a placeholder."""
    path = "/" + address.split("/", 3)[3].partition("?")[0]
    return re.search(r"\.[^/]*=|&(?:amp|lt);|/:\w+/|\.{3}\s", path) is not None


addresses = st.builds(
    lambda scheme, place, path, query: f"{scheme}://{place}/{path}x.mp4{query}",
    st.sampled_from(SCHEMES),
    st.sampled_from(HOSTS),
    pieces,
    queries,
).filter(lambda address: not is_doubtful(address))


def escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


FRAGMENTS = [
    "<", ">", "|", "https://", "http://", "://", "&amp;", "&amp", "[", "]", ":", "@", "/", "?", "#",
    "0x", "0", "9" * 12, "127", ".", "。", "\\", "%", " ", "\n", "\u2028", "\u200b", "\ud800",
    "\x00", ",", ";", "localhost", "视频", "ß", "℀", "a" * 70, "5199337c31c8e4622f1590735b13a263",
    "status ", "R-", "quota", "*", ")", "（", "）", "，", "'", '"', "`", "_", "film.mp4", "=https://",
]  # fmt: skip
any_text = st.text(st.characters(exclude_categories=())) | st.lists(
    st.sampled_from(FRAGMENTS), max_size=30
).map("".join)

# The keys and types that the reader knows, so that generated payloads go where it looks.
KINDS = [*{**CHILDREN, **LEAVES}, "plan", "unknown"]
KEYS = sorted(
    {key for keys in CHILDREN.values() for key in keys}
    | {key for leaves in LEAVES.values() for key, _ in leaves}
    | {"type", "blocks", "attachments", "actions", "tasks", "value", "from_url", "original_url"}
    | {"title_link", "fallback", "pretext", "message_blocks", "message", "files", "name", "mode"}
    | {"mimetype", "preview", "preview_is_truncated", "lines_more"}
)
any_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(KINDS) | any_text,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(KEYS) | any_text, inner, max_size=6)
    ),
    max_leaves=30,
)
any_payload = st.dictionaries(st.sampled_from(KEYS), any_json)


def block(kind: str, values: list[object]) -> dict[str, object]:
    """A block or an element of a kind, with a value at each key where the reader looks."""
    keys = [*CHILDREN.get(kind, ()), *(key for key, _ in LEAVES.get(kind, ())), "text"]
    return {"type": kind, **dict(zip(keys, cycle(values), strict=False))}


tokens_of_links = addresses.map(lambda address: f"<{escape(address)}|{address}>")
texts = any_text | addresses | addresses.map(escape) | tokens_of_links
blocks = st.recursive(
    texts,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.builds(block, st.sampled_from(KINDS), st.lists(inner, min_size=1, max_size=4))
    ),
    max_leaves=20,
)
snippets = st.fixed_dictionaries(
    {"mode": st.just("snippet"), "name": any_text, "preview": texts},
    optional={"lines_more": st.sampled_from([0, 1, None, False])},
)
attachments = st.dictionaries(st.sampled_from(KEYS), texts | st.lists(blocks, max_size=2))
messages = st.fixed_dictionaries(
    {},
    optional={
        "text": texts,
        "blocks": st.lists(blocks, max_size=3),
        "attachments": st.lists(attachments, max_size=2),
        "files": st.lists(snippets, max_size=2),
    },
)
"""Messages as Slack could send them, with any text at each place."""
