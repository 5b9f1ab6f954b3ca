"""Invited to a channel, the bot says once what it is."""

from bot.sandbox.fakeslack import JUN, MEI, RANDOM, WAR_ROOM, Message
from bot.sandbox.stage import Stage


def welcomes(stage: Stage, channel_id: str) -> list[Message]:
    bot = stage.slack.bot_user_id
    return [it for it in stage.slack.person(MEI).sees(channel_id) if it.user_id == bot]


async def test_bot_says_in_three_lines_what_it_is_once_for_an_invitation(stage: Stage) -> None:
    bot = stage.slack.bot_user_id
    for channel_id in (RANDOM, WAR_ROOM):
        await stage.slack.person(MEI).invite(channel_id, bot)
        delivery = await stage.slack.redeliver_last()
        assert delivery.is_acked

    for channel_id in (WAR_ROOM, RANDOM):
        said = await stage.slack.next_message(channel_id)
        what, begin, operators = said.blocks[0]["text"]["text"].splitlines()
        assert "Huawei Cloud VOD" in what
        assert "`/prefetch help`" in begin
        assert operators.startswith("My operators: ")
        assert len(welcomes(stage, channel_id)) == 1


async def test_another_member_is_not_welcomed_and_a_second_invitation_is(stage: Stage) -> None:
    bot, mei = stage.slack.bot_user_id, stage.slack.person(MEI)
    stage.slack.workspace.leave(RANDOM, JUN)
    await mei.invite(RANDOM, bot)
    await stage.slack.next_message(RANDOM)
    await mei.invite(RANDOM, JUN)
    stage.slack.workspace.leave(RANDOM, bot)
    await mei.invite(RANDOM, bot)
    await stage.slack.next_message(RANDOM)

    assert len(welcomes(stage, RANDOM)) == 2


async def test_without_the_scope_slack_tells_nothing(stage: Stage) -> None:
    stage.slack.scopes.discard("groups:read")

    assert await stage.slack.person(MEI).invite(WAR_ROOM, stage.slack.bot_user_id) is None
