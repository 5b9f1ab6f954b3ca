"""The people and channels with which the sandbox starts."""

from bot.sandbox.fakeslack.workspace import SLACKBOT, Channel, User

TEAM = "T0LAUNCHHQ"
SISTER_TEAM = "T0LAUNCHEU"
GUEST_TEAM = "T0PARTNERS"
DOMAINS = {TEAM: "launch-hq", SISTER_TEAM: "launch-eu", GUEST_TEAM: "partners"}
BOT_USER = "U0PREFETCH"

MEI = "U0MEI0001"
JUN = "U0JUN0001"
SAM = "U0SAM0001"
NORA = "U0NORA001"
IDA = "W0IDA0001"

LAUNCH = "C0LAUNCH1"
RANDOM = "C0RANDOM1"
OLD_LAUNCH = "C0OLDLNCH"
WAR_ROOM = "C0WARROOM"
EDITORS = "S0EDITORS"

USERS = (
    User(MEI, "mei", "Mei Lin", TEAM, "en-US", "Asia/Shanghai"),
    User(JUN, "jun", "Jun Zhao", TEAM, "zh-CN", "Asia/Shanghai"),
    User(SAM, "sam", "Sam Okafor (on call)", TEAM),
    User(NORA, "nora", "Nora Blake", GUEST_TEAM),
    User(IDA, "ida", "Ida Berg", SISTER_TEAM),
    User(BOT_USER, "prefetch", "prefetch-bot", TEAM, is_bot=True),
    User(SLACKBOT, "slackbot", "Slackbot", TEAM, is_bot=True),
)

CHANNELS = (
    Channel(LAUNCH, "launch", frozenset({MEI, JUN, SAM, NORA, IDA, BOT_USER})),
    Channel(RANDOM, "random", frozenset({MEI, JUN, SAM})),
    Channel(OLD_LAUNCH, "old-launch", frozenset({MEI, JUN, SAM, BOT_USER}), is_archived=True),
    Channel(WAR_ROOM, "war-room", frozenset({MEI, JUN}), is_private=True),
)

USERGROUPS = {EDITORS: (MEI, JUN)}
