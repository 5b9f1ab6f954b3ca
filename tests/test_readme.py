"""What the documents say is what there is: README, ARCHITECTURE, CONTRIBUTING, CHANGELOG."""

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from dotenv import dotenv_values

from bot.settings import Settings, SettingsWrong
from tests.helpers.running_bot import ROOT

README, ARCHITECTURE, CONTRIBUTING, CHANGELOG = (
    "README.md",
    "ARCHITECTURE.md",
    ".github/CONTRIBUTING.md",
    "CHANGELOG.md",
)
DOCUMENTS = (README, ARCHITECTURE, CONTRIBUTING, CHANGELOG)
WORDS = 1800
"""So many words a newcomer reads before the bot runs, tables and commands among them."""

PROXIES = {"HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY"}
READ_BY_TESTS = re.compile(r'(?:environ\.get\(|environ\[|getenv\()"([A-Z_]+)"|"([A-Z_]+)" in os')
OF_EVERY_PROCESS = {"PATH", "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_API_URL"}
"""Read by tests as well, and neither made nor meant for them."""

FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
MERMAID = re.compile(r"^```mermaid\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def text_of(document: str) -> str:
    return (ROOT / document).read_text("utf-8")


def settings_table() -> list[str]:
    """The rows that the README must hold, one for each setting."""
    return [
        f"| `{field.alias}` | {_default(field.default)} | {field.description} |"
        for field in Settings.model_fields.values()
    ]


def test_readme_is_short() -> None:
    assert len(text_of(README).split()) <= WORDS


def test_settings_table_lists_every_setting_as_it_is() -> None:
    table = text_of(README).split("<!-- settings -->\n")[1].split("\n\n")[0].splitlines()

    assert table[2:] == settings_table()


def test_example_environment_shows_each_setting_once_with_its_example() -> None:
    lines = text_of(".env.example").splitlines()
    shown = {}
    for before, line in zip(["", *lines], lines, strict=False):
        if assigned := re.match(r"(?:# )?([A-Z_]+)=(.*)", line):
            assert assigned[1] not in shown
            shown[assigned[1]] = f"{before.removeprefix('# ')}\n{assigned[2]}"

    examples = {str(field.alias): field.examples for field in Settings.model_fields.values()}
    assert shown.keys() == examples.keys()
    for name, (example,) in ((name, found or []) for name, found in examples.items()):
        assert example in shown[name], name


@pytest.mark.parametrize("how", ["Socket Mode", "HTTP"])
def test_example_environment_needs_only_what_the_steps_of_the_readme_bring(how: str) -> None:
    copied = {
        name: value
        for name, value in dotenv_values(ROOT / ".env.example").items()
        if value is not None
    }
    brought = {"SLACK_BOT_TOKEN": "xoxb-1", "HUAWEICLOUD_SDK_AK": "A", "HUAWEICLOUD_SDK_SK": "S"}
    heard = {"Socket Mode": {"SLACK_APP_TOKEN": "xapp-1"}, "HTTP": {"SLACK_SIGNING_SECRET": "s"}}

    settings = Settings.model_validate({**copied, **brought, **heard[how]})

    assert (settings.slack_app_token is None) == (how == "HTTP")
    assert settings.operators == frozenset()
    with pytest.raises(SettingsWrong):
        Settings.model_validate(copied)


def test_every_variable_of_the_environment_is_in_exactly_one_table() -> None:
    told = [name for document in DOCUMENTS for name in _variables(text_of(document))]

    settings = {str(field.alias) for field in Settings.model_fields.values()}
    assert sorted(told) == sorted(settings | PROXIES | _variables_of_tests())


@pytest.mark.parametrize("name", ["run", "tests"])
def test_command_is_one_line_that_sets_up_everything(name: str) -> None:
    after = text_of(README).split(f"<!-- {name} -->\n")[1].splitlines()

    assert after[0] == "```sh"
    assert after[1].startswith("python3 -m venv .venv && .venv/bin/pip install")
    assert after[2] == "```"


@pytest.mark.integration
def test_every_command_of_the_command_line_in_the_documents_exists() -> None:
    named = {
        name
        for document in DOCUMENTS
        for name in re.findall(r"prefetch-bot ([a-z]+)\b", text_of(document))
    }
    shown = subprocess.run(
        [sys.executable, "-m", "bot", "--help"], capture_output=True, text=True, check=True
    ).stdout

    assert named >= {"run", "demo", "migrate", "backup", "restored", "manifest"}
    assert {name for name in named if f" {name} " not in shown} == set()


def test_every_place_on_the_map_exists() -> None:
    section = text_of(ARCHITECTURE).split("\n## Map\n")[1].split("\n## ")[0]
    places = re.findall(r"^\| `([a-z_/.]+)` \|", section, re.MULTILINE)

    assert len(places) > 10
    assert [place for place in places if not Path(ROOT, place).exists()] == []


def test_every_part_of_the_bot_is_on_the_map() -> None:
    section = text_of(ARCHITECTURE).split("\n## Map\n")[1].split("\n## ")[0]
    parts = [path for path in (ROOT / "bot").iterdir() if (path / "__init__.py").exists()]
    parts += [path for path in (ROOT / "bot").glob("*.py") if path.name != "__init__.py"]

    names = [f"bot/{path.name}" + "/" * path.is_dir() for path in parts]
    assert [name for name in names if f"`{name}`" not in section] == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_file_and_folder_that_is_named_exists(document: str) -> None:
    """Names in code style that begin with one of the top folders; without their `::test`."""
    named = re.findall(r"`((?:bot|handlers|storage|tests)/[\w/.-]*)(?:::\w+)?`", text_of(document))

    assert [name for name in named if not Path(ROOT, name).exists()] == []


def test_every_test_and_section_that_the_code_names_exists() -> None:
    code = "".join(
        file.read_text("utf-8")
        for folder in ("bot", "handlers", "storage")
        for file in (ROOT / folder).rglob("*.py")
    )
    tests = re.findall(r"\btests/[\w/]+\.py", code)
    # A comment may break the name of a section over two lines.
    sections = re.findall(r'"([^"]+)" in ARCHITECTURE\.md', re.sub(r"\n\s*#?\s*", " ", code))

    assert len(tests) > 5
    assert [name for name in tests if not Path(ROOT, name).exists()] == []
    assert set(sections) == {"Facts that were measured"}
    assert all(f"\n## {section}\n" in text_of(ARCHITECTURE) for section in sections)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_name_stands_in_the_file_that_is_named_with_it(document: str) -> None:
    """Where a text says `name` in `file.py`, or `file.py` (`name`)."""
    text = text_of(document)
    pairs = re.findall(r"`(\w+)` (?:in|of) `([\w/]+\.py)`", text)
    pairs += [
        (name, file)
        for file, names in re.findall(r"`([\w/]+\.py)` \(([^)]*)\)", text)
        for name in re.findall(r"`(\w+)`", names)
    ]

    assert [(name, file) for name, file in pairs if not _defines(file, name)] == []


def test_missing_name_would_be_noticed() -> None:
    assert _defines("tests/test_readme.py", "_defines")
    assert _defines("tests/test_readme.py", "DOCUMENTS")
    assert not _defines("tests/test_readme.py", "pytest")


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_link_leads_somewhere(document: str) -> None:
    here = ROOT / document
    broken = [link for link in _links(text_of(document)) if not _leads_somewhere(here, link)]

    assert broken == []


def test_broken_links_would_be_noticed() -> None:
    for link in ("NOTHING.md", "#no-such-heading", "ARCHITECTURE.md#no-such-heading", "http://"):
        assert not _leads_somewhere(ROOT / README, link)


def test_each_document_leads_to_the_others() -> None:
    links = {document: set(_links(text_of(document))) for document in DOCUMENTS}

    assert {ARCHITECTURE, CONTRIBUTING, CHANGELOG} <= links[README]
    assert {README, CONTRIBUTING} <= links[ARCHITECTURE]
    assert {"../ARCHITECTURE.md", "../CHANGELOG.md"} <= links[CONTRIBUTING]


def test_drawings_are_well_formed() -> None:
    drawings = MERMAID.findall(text_of(ARCHITECTURE))

    assert [drawing.split("\n")[0] for drawing in drawings] == [
        "sequenceDiagram",
        "stateDiagram-v2",
    ]
    sequence, states = drawings
    assert _faults_of_sequence(sequence) == []
    assert _faults_of_states(states) == []


@pytest.mark.parametrize(
    "line",
    [
        "    Slack->Nobody: hello",
        "    Slack->>Nobody: hello",
        "    Slack->>Handler hello",
        "    Slack->>Handler: one; two",
        "    loop without an end",
        "    end",
    ],
)
def test_faults_of_a_sequence_would_be_noticed(line: str) -> None:
    sequence = MERMAID.findall(text_of(ARCHITECTURE))[0]

    assert _faults_of_sequence(f"{sequence}{line}\n")


@pytest.mark.parametrize("line", ["queued -> sent", "queued --> sent; x", "left alone"])
def test_faults_of_a_state_diagram_would_be_noticed(line: str) -> None:
    states = MERMAID.findall(text_of(ARCHITECTURE))[1]

    assert _faults_of_states(f"{states}    {line}\n")


def test_life_of_a_call_stands_between_its_markers() -> None:
    before, drawing, after = text_of(ARCHITECTURE).split("<!-- life of a call -->\n")

    assert len(MERMAID.findall(drawing)) == 1
    assert MERMAID.sub("", drawing).strip() == ""
    assert "## The life of a call" in before
    assert "## Marker, then POST" in after


def test_glossary_says_each_word_once() -> None:
    section = text_of(ARCHITECTURE).split("\n## Words\n")[1].split("\n## ")[0]
    words = re.findall(r"^\| ([^|]+) \| [^|]+ \|$", section, re.MULTILINE)[1:]

    assert 15 <= len(words) <= 25
    assert len(set(words)) == len(words)


def test_decisions_carry_their_dates() -> None:
    section = text_of(ARCHITECTURE).split("\n## Decisions\n")[1].split("\n## ")[0]
    decisions = re.findall(r"^\*\*[^*]+\*\*(.*)$", section, re.MULTILINE)

    assert len(decisions) >= 31
    assert [text for text in decisions if not re.match(r" \(\d{4}-\d\d-\d\d\)\. \S", text)] == []


def test_changelog_s_last_release_is_the_project_s_version() -> None:
    version = tomllib.loads(text_of("pyproject.toml"))["project"]["version"]
    headings = re.findall(r"^## \[(.+?)\]", text_of(CHANGELOG), re.MULTILINE)

    assert headings[:2] == ["Unreleased", version]


def test_changelog_has_the_categories_of_keep_a_changelog() -> None:
    unreleased = text_of(CHANGELOG).split("\n## ")[1]
    found = re.findall(r"^### (.+)$", unreleased, re.MULTILINE)

    known = ["Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"]
    assert found == [name for name in known if name in found]


def _default(default: object) -> str:
    if default is None:
        return "none"
    if isinstance(default, frozenset):
        return f"`{','.join(sorted(default))}`" if default else "empty"
    return f"`{default}`" if str(default) != "PydanticUndefined" else "needed"


def _variables(text: str) -> list[str]:
    """The first column of every table of variables."""
    tables = re.findall(r"^\| variable \|.*\n\|[-|]+\|\n((?:\|.*\n)+)", text, re.MULTILINE)
    rows = [row for table in tables for row in table.splitlines()]
    return [row.removeprefix("| `").split("`")[0].split("=")[0] for row in rows]


def _variables_of_tests() -> set[str]:
    found = [
        "".join(names)
        for file in (ROOT / "tests").rglob("*.py")
        for names in READ_BY_TESTS.findall(file.read_text("utf-8"))
    ]
    return set(found) - OF_EVERY_PROCESS


def _defines(file: str, name: str) -> bool:
    defined = rf"^(?:(?: {{4}})?(?:async )?def |class ){name}\b|^{name}(?::| =)"
    return bool(re.search(defined, text_of(file), re.MULTILINE))


def _links(text: str) -> list[str]:
    return LINK.findall(FENCE.sub("", text))


def _leads_somewhere(document: Path, link: str) -> bool:
    parts = urlsplit(link)
    if parts.scheme:
        return parts.scheme == "https" and bool(parts.hostname)
    target = (document.parent / parts.path).resolve() if parts.path else document
    if not target.exists() or not target.is_relative_to(ROOT):
        return False
    return not parts.fragment or parts.fragment in _anchors(target.read_text("utf-8"))


def _anchors(text: str) -> Iterator[str]:
    """As GitHub makes them of headings: small letters, blanks to hyphens, no other signs."""
    for heading in re.findall(r"^#+ (.+)$", FENCE.sub("", text), re.MULTILINE):
        yield re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def _faults_of_sequence(drawing: str) -> list[str]:
    """Lines that Mermaid would not read; blocks are opened and closed, each actor is declared."""
    actors, faults, depth = set(), [], 0
    for line in drawing.strip().splitlines()[1:]:
        words = line.strip()
        if declared := re.fullmatch(r"(?:actor|participant) (\w+)", words):
            actors.add(declared[1])
        elif re.fullmatch(r"loop [^;#]+", words):
            depth += 1
        elif words == "end":
            depth -= 1
        else:
            said = re.fullmatch(r"(\w+)-{1,2}>>(\w+): [^;#]+", words)
            if said is None or not {said[1], said[2]} <= actors:
                faults.append(words)
        if depth < 0:
            faults.append(words)
    return faults if depth == 0 else [*faults, "a block without an end"]


def _faults_of_states(drawing: str) -> list[str]:
    """Lines that are no arrow between two states with what happened."""
    lines = [line.strip() for line in drawing.strip().splitlines()[1:]]
    arrow = re.compile(r"(?:\[\*\]|[a-z_]+) --> (?:\[\*\]|[a-z_]+)(?:: [^:;#]+)?")
    return [line for line in lines if not arrow.fullmatch(line)]
