"""How large a function's signature and a module may be, which `CONTRIBUTING.md` names."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
PRODUCT = [path for name in ("bot", "handlers", "storage") for path in (ROOT / name).rglob("*.py")]

MANY_PARAMETERS = 7
FUNCTIONS_WITH_MANY = 3
LINES_OF_A_MODULE = 300


def functions_with_many(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.FunctionDef(name, args) | ast.AsyncFunctionDef(name, args):
                if len(parameters(args)) >= MANY_PARAMETERS:
                    yield name


def parameters(given: ast.arguments) -> list[str]:
    """All but `self` and `cls`; what a star collects counts as one."""
    found = [*given.posonlyargs, *given.args, given.vararg, *given.kwonlyargs, given.kwarg]
    return [one.arg for one in found if one is not None and one.arg not in {"self", "cls"}]


def test_parameters_of_every_kind_are_counted() -> None:
    method = "class A:\n async def six(self, a, /, b, *c, d, e=1, **f): ..."

    assert list(functions_with_many(method)) == []
    assert list(functions_with_many(method.replace("d,", "d, g,"))) == ["six"]


def test_hardly_a_function_has_seven_parameters() -> None:
    found = [
        f"{path.relative_to(ROOT)} {name}"
        for path in PRODUCT
        for name in functions_with_many(path.read_text("utf-8"))
    ]

    assert len(found) <= FUNCTIONS_WITH_MANY, found


def test_no_module_is_longer_than_300_lines() -> None:
    lines = {
        str(path.relative_to(ROOT)): len(path.read_text("utf-8").splitlines()) for path in PRODUCT
    }

    assert {path for path, count in lines.items() if count > LINES_OF_A_MODULE} == set()
    assert len(lines) > 100
