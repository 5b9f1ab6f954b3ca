"""What the cloud says of a call is kept and shown without what signs, proves or formats."""

import json
import logging

import pytest
from sqlmodel import select

from bot.sandbox.fakeslack import LAUNCH
from bot.sandbox.fakevod.codes import EVERY_FAULT
from bot.sandbox.fakevod.faults import Fault
from bot.sandbox.fakevod.wire import Answer
from storage.tables import AuditRow, CallRow
from tests.helpers.workflow_harness import BotParts, urls

pytestmark = pytest.mark.integration

MD5 = "0123456789abcdef" * 2
QUOTED = {
    "query": "no file at https://v.example.com/a.mp4?auth_key=170-0-0-HUSH",
    "lonely pair": "auth_key=170-0-0-HUSH is over",
    "header": "X-Auth-Token: MIIHUSH7 is refused",
    "header in JSON": '{"X-Auth-Token": "MIIHUSH7"}',
    "password": "https://me:HUSH@v.example.com/a.mp4",
    "keys": "AccessKey: AKHUSH7, SK=HUSH",
    "Akamai": "https://v.example.com/hdntl=exp=17~acl=/*~data=HUSH~hmac=0a1b2c/a.mp4",
    "path": f"https://v.example.com/202611291200/{MD5}/a.mp4",
    "path turned round": f"https://v.example.com/{MD5}/65f0a1b2/a.mp4",
    "marks": "*bold* _slanted_ ~gone~ `code` <https://evil.example|click> <!channel> a\u202eb",
}
SECRET = ("HUSH", MD5, "0a1b2c")
FORMATTED = ("\u202e", "*bold*", "_slanted_", "~gone~", "`code`", "<https://e", "<!channel>")


@pytest.mark.parametrize("status", [403, 500])
@pytest.mark.parametrize("quoted", QUOTED.values(), ids=QUOTED.keys())
async def test_error_of_the_cloud_tells_nobody_what_it_quotes(
    parts: BotParts,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    quoted: str,
    status: int,
) -> None:
    caplog.set_level(logging.DEBUG, "bot")
    answer = Answer(status, {"error_code": "VOD.10053", "error_msg": quoted})
    fault = Fault("quotes", "instead", lambda _heard, _levers, _answer: answer)
    monkeypatch.setitem(EVERY_FAULT, "quotes", fault)
    parts.vod.set_fault("quotes")
    request_id = await parts.confirm(*urls(1))

    await parts.sender.send(request_id)
    await parts.end(request_id)
    await parts.post_card(request_id)

    (card,) = parts.slack.workspace.messages[LAUNCH].values()
    stored = await parts.database.transaction(
        lambda session: [
            *(row.reason for row in session.exec(select(CallRow))),
            *(str(row.facts) for row in session.exec(select(AuditRow))),
        ]
    )
    assert "VOD.10053" in str(stored[0])
    for told in (caplog.text, card.text, str(card.blocks), *map(str, stored)):
        assert not [secret for secret in SECRET if secret in told]
    shown = card.text + json.dumps(card.blocks, ensure_ascii=False)
    assert not [mark for mark in FORMATTED if mark in shown]
