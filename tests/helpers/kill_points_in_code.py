"""What the product's own code says that there is to be killed at."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from slack_sdk.web.async_client import AsyncWebClient

from bot.vod.client import VodClient
from tests.helpers.running_bot import ROOT

PRODUCT = ("bot", "handlers", "storage")
NOT_PRODUCT = ROOT / "bot" / "sandbox"
CALLS = {
    name
    for client in (AsyncWebClient, VodClient)
    for name in vars(client)
    if "_" in name and not name.startswith("_")
}

Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def transactions() -> frozenset[str]:
    """The names of all functions that are handed to `Database`, directly or not."""
    trees = _trees()
    carriers = {"transaction", "promptly"}
    while more := {name for tree in trees for name in _carriers(tree, carriers)} - carriers:
        carriers |= more
    found = {
        name
        for tree in trees
        for call in _calls(tree, carriers)
        for name in _named(call.args[0] if call.args else None)
    }
    return frozenset(found - {name for tree in trees for name in _handed_on(tree, carriers)})


def calls() -> set[str]:
    """The methods of the clients of Slack and of the cloud that the product uses."""
    used = {
        node.attr
        for tree in _trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load)
    }
    return used & CALLS


@cache
def _trees() -> tuple[ast.Module, ...]:
    return tuple(
        ast.parse(path.read_text("utf-8"))
        for package in PRODUCT
        for path in sorted((ROOT / package).rglob("*.py"))
        if not path.is_relative_to(NOT_PRODUCT) and not _is_migration(path)
    )


def _is_migration(path: Path) -> bool:
    return "migrations" in path.parts


def _carriers(tree: ast.Module, carriers: set[str]) -> Iterator[str]:
    """Functions that hand a parameter of their own on to a carrier."""
    for function, _ in _passing(tree, carriers):
        yield function.name


def _handed_on(tree: ast.Module, carriers: set[str]) -> Iterator[str]:
    for _, parameter in _passing(tree, carriers):
        yield parameter


def _passing(tree: ast.Module, carriers: set[str]) -> Iterator[tuple[Function, str]]:
    for function in ast.walk(tree):
        if isinstance(function, Function):
            parameters = {
                argument.arg for argument in function.args.posonlyargs + function.args.args
            }
            for call in _calls(function, carriers):
                first = call.args[0] if call.args else None
                if isinstance(first, ast.Name) and first.id in parameters:
                    yield function, first.id


def _calls(tree: ast.AST, carriers: set[str]) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        if node.func.attr in carriers:
            yield node


def _named(node: ast.expr | None) -> Iterator[str]:
    if isinstance(node, ast.Attribute):
        yield node.attr
    elif isinstance(node, ast.Name):
        yield node.id
