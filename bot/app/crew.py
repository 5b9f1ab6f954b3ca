"""Putting together who carries requests out."""

import logging

from slack_bolt.authorization import AuthorizeResult

from bot.app.clock import utc_now
from bot.rules.deployment import Pace, SlackPace, Terms
from bot.settings import Settings
from bot.slack.announcer import Announcer
from bot.slack.client import SlackClient
from bot.slack.teller import Teller
from bot.vod.client import VodClient
from bot.words.english import ENGLISH
from bot.workflows.card_posting import CardPosting
from bot.workflows.cards import Cards
from bot.workflows.cloud_pacing import PacedCloud, Turns
from bot.workflows.engine import Engine
from bot.workflows.following import Follower
from bot.workflows.notice_posting import NoticePosting
from bot.workflows.notices import Notices
from bot.workflows.outcomes import Outcomes
from bot.workflows.request_workflows import Crew
from bot.workflows.scheduled_start import Starter
from bot.workflows.sending import Executor, Sender
from bot.workflows.slack_pacing import SlackTurns
from storage import obstacles, quota_zone
from storage.database import Database

log = logging.getLogger(__name__)

TENANT = "default"


def make_slack_turns(settings: Settings, database: Database, *, workspace: str) -> SlackTurns:
    """The pace that Slack sets for the workspace: all that the bot posts and edits takes turns."""
    return SlackTurns(database, workspace=workspace, pace=_slack_pace(settings), now=utc_now)


def make_cards(terms: Terms, database: Database, slack: SlackClient, turns: SlackTurns) -> Cards:
    """Who posts and edits the cards."""
    announcer = Announcer(slack, ENGLISH)
    posting = CardPosting(database, announcer, turns, terms=terms, now=utc_now)
    return Cards(database, posting, turns, now=utc_now)


def make_notices(
    database: Database, slack: SlackClient, turns: SlackTurns, engine: Engine
) -> Notices:
    """Who tells people what they have to hear."""
    posting = NoticePosting(
        database, Teller(slack, ENGLISH), turns, me=engine.executor_id, now=utc_now
    )
    return Notices(database, posting, now=utc_now)


def make_crew(
    settings: Settings,
    terms: Terms,
    database: Database,
    vod: VodClient,
    cards: Cards,
    engine: Engine,
) -> Crew:
    """Who carries the requests out."""
    pace = _pace(settings)
    cloud = PacedCloud(vod, Turns(database, tenant=TENANT, pace=pace, now=utc_now))
    outcomes = Outcomes(terms, pace)
    return Crew(
        database=database,
        cards=cards,
        starter=Starter(database, outcomes, policy=settings.policy, now=utc_now),
        sender=Sender(
            database,
            cloud,
            cards,
            outcomes,
            Executor(engine.executor_id, engine.enqueue),
            now=utc_now,
        ),
        follower=Follower(database, cloud, cards, outcomes, now=utc_now),
        outcomes=outcomes,
        now=utc_now,
    )


async def terms_of(settings: Settings, database: Database) -> Terms:
    """The terms of the settings, in the time zone in which the day in hand was counted."""
    zone = await database.transaction(quota_zone.take, TENANT, settings.zone, now=utc_now())
    if zone != settings.zone:
        log.warning(
            "PREFETCH_QUOTA_TIMEZONE is %s, but files of the day in hand were counted in %s, or"
            " another process counts in it: days are counted in %s until a start after its next"
            " midnight, with every replica stopped",
            settings.zone,
            zone,
            zone,
        )
    return Terms(
        tenant=TENANT,
        daily_limit=settings.daily_limit,
        zone=zone,
        asset_cost=settings.asset_cost,
        command=settings.command,
    )


async def try_key(database: Database) -> None:
    """Who starts the bot may have corrected what the cloud has refused: the next call shows it."""
    await database.transaction(obstacles.try_now, TENANT, by=None, now=utc_now())


def workspace_of(identity: AuthorizeResult) -> str:
    """Where the bot is installed, whose edits Slack counts together."""
    return identity.team_id or identity.enterprise_id or ""


def _slack_pace(settings: Settings) -> SlackPace:
    return SlackPace(
        edits_per_minute=settings.card_edits_per_minute,
        posts_per_minute=settings.card_posts_per_minute,
    )


def _pace(settings: Settings) -> Pace:
    return Pace(
        creates_per_minute=settings.creates_per_minute,
        queries_per_minute=settings.queries_per_minute,
        poll_first_s=settings.poll_first_s,
        poll_every_s=settings.poll_every_s,
        poll_give_up_s=settings.poll_give_up_s,
        operator_wait_s=settings.operator_wait_s,
    )
