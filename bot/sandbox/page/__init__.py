"""The sandbox in a browser: the workspace as one person sees it, what passes, and levers."""

from bot.sandbox.page.demo import Demo
from bot.sandbox.page.server import PortTakenError, SandboxPage

__all__ = ["Demo", "PortTakenError", "SandboxPage"]
