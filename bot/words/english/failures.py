"""What has gone wrong between Slack and the bot, in English."""

from bot.rules.slack_token import TokenFault, TokenTrouble

UNEXPECTED = (
    "*Something went wrong on the bot's side.* Before you try again, use the status command to"
    " see whether your request is there. Tell whoever runs this bot the ID that follows."
)
UNOPENED = (
    "*The modal could not be opened in time:* Slack allows three seconds for it. Nothing was done;"
    " try again."
)
RATE_LIMITED = (
    "*Slack takes no more messages of the bot for now.* Wait a minute. Before you try again, use"
    " the status command to see whether your request is there."
)


def may_not_answer(trouble: TokenTrouble) -> str:
    return (
        "*Slack does not let the bot answer.* Before you try again, use the status command to"
        " see whether your request is there. Tell whoever runs this bot the ID that follows and"
        " this:"
        f" {token(trouble)}"
    )


def may_not_open(trouble: TokenTrouble) -> str:
    return (
        "*Slack does not let the bot open the modal.* Nothing was sent. Tell whoever runs this bot"
        f" the ID that follows and this: {token(trouble)}"
    )


def error(error_id: str) -> str:
    """What a person quotes to whoever runs the bot."""
    return f"(error `{error_id}`)"


def token(trouble: TokenTrouble) -> str:
    match trouble.fault:
        case TokenFault.REFUSED:
            return (
                f"{trouble.variable} is refused by Slack ({trouble.name}): install the app again"
                " and copy its token anew"
            )
        case TokenFault.SCOPE:
            return (
                f"{trouble.variable} lacks the scope {trouble.name or 'that it needs'}: add it in"
                " the app's settings, then reinstall the app"
            )
        case TokenFault.KIND:
            return (
                f"{trouble.variable} holds a token of another kind ({trouble.name}): xoxb-… and"
                " xapp-… differ"
            )
