"""What the sandbox refuses: an app's call, or a thing that a person cannot do on their screen."""

from collections.abc import Sequence

from bot.sandbox.blockkit import Problem


class ApiError(Exception):
    """The Web API answers `ok: false`; `more` goes into the answer beside the error."""

    def __init__(self, error: str, **more: object) -> None:
        super().__init__(error)
        self.error = error
        self.more = more


class CannotDoError(Exception):
    """The Slack client would not let a person do this."""


class IncompleteFormError(CannotDoError):
    """The Slack client keeps the modal open and writes the message under the input."""

    def __init__(self, block_id: str, message: str) -> None:
        super().__init__(f"{block_id}: {message}")
        self.block_id = block_id
        self.message = message


def invalid_arguments(*messages: str) -> ApiError:
    return ApiError(
        "invalid_arguments",
        response_metadata={"messages": [f"[ERROR] {message}" for message in messages]},
    )


def invalid_view(problems: Sequence[Problem]) -> ApiError:
    return invalid_arguments(*(_located(problem) for problem in problems))


def invalid_blocks(problems: Sequence[Problem]) -> ApiError:
    located = [_located(problem) for problem in problems]
    return ApiError(
        "invalid_blocks",
        errors=located,
        response_metadata={"messages": [f"[ERROR] {message}" for message in located]},
    )


def _located(problem: Problem) -> str:
    return f"{problem.message} [json-pointer:{problem.pointer}]"
