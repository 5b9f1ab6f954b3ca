"""The project's own tables against the facts that they were written from."""

import json
import re
from collections.abc import Awaitable, Callable
from pathlib import Path

import jsonschema
import pytest
import yaml

from bot.manifest import manifest_for
from bot.sandbox.fakeslack import LAUNCH, MEI, Delivery, FakeSlack, Person
from bot.sandbox.fakevod import CODE_FAULTS
from bot.vod.error_codes import ERROR_BY_CODE

ROOT = Path(__file__).parent.parent
MANIFEST = yaml.safe_load((ROOT / "manifest.yml").read_text("utf-8"))


@pytest.mark.parametrize("address", [None, "https://bot.example.com"])
def test_manifest_satisfies_slacks_own_schema(facts: Path, address: str | None) -> None:
    schema = json.loads((facts / "slack-manifest.schema.json").read_text("utf-8"))

    jsonschema.validate(manifest_for(MANIFEST, command="/prefetch", address=address), schema)


def test_golden_signatures_are_the_collected_ones(facts: Path) -> None:
    collected = json.loads((facts / "sign-vectors.json").read_text("utf-8"))["vectors"]
    ours = json.loads((ROOT / "tests/vod/sign_vectors.json").read_text("utf-8"))

    assert [(one["input"], one["output"]) for one in ours] == [
        (one["input"], one["output"]) for one in collected
    ]


def test_every_error_code_with_a_known_remedy_is_in_the_table(facts: Path) -> None:
    collected = json.loads((facts / "vod-error-codes.json").read_text("utf-8"))["vod"]
    remedied = {row["code"] for row in collected if row["class_inferred"]}

    assert remedied <= set(ERROR_BY_CODE)


def test_stand_in_gives_every_code_that_the_facts_call_important(facts: Path) -> None:
    errors = (facts / "vod-api.md").read_text("utf-8").split("## 4. Errors")[1].split("## 5.")[0]
    of_vod = {f"VOD.{number}" for number in re.findall(r"(?<!\d)1\d{4}(?!\d)", errors)}
    gateway, iam = errors.split("\nIAM ", 1)
    of_gateway = {f"APIGW.{number}" for number in re.findall(r"(?<!\d)0\d{3}(?!\d)", gateway)}
    of_iam = {f"IAM.{number}" for number in re.findall(r"(?<!\d)0\d{3}(?!\d)", iam)}

    assert min(map(len, (of_vod, of_gateway, of_iam))) > 10
    assert of_vod | of_gateway | of_iam <= set(CODE_FAULTS)


Gesture = Callable[[Person], Awaitable[Delivery]]


async def _says_and_chooses(mei: Person) -> Delivery:
    message = await mei.say(LAUNCH, "https://cdn.example.com/a.mp4")
    return await mei.message_shortcut("prefetch_message", LAUNCH, message.ts)


GESTURES: dict[str, Gesture] = {
    "slash_command__slash_command__slash_command_body": lambda mei: mei.command(
        LAUNCH, "/prefetch", "quota"
    ),
    "shortcut__shortcut__global_shortcut_body": lambda mei: mei.global_shortcut("prefetch_files"),
    "message_action__shortcut__message_shortcut_body": _says_and_chooses,
}


@pytest.mark.parametrize("recorded", GESTURES)
async def test_stand_in_sends_every_key_that_slack_sent(facts: Path, recorded: str) -> None:
    real = json.loads((facts / "slack-payloads" / f"{recorded}.json").read_text("utf-8"))

    async with FakeSlack(MANIFEST) as slack:
        delivery = await GESTURES[recorded](slack.person(MEI))

    assert not set(real) - set(delivery.envelope["payload"])
