"""The fake has nothing that the published stubs of Nuke's module do not have, and takes the same arguments."""

from __future__ import annotations

import ast
import sys
from pathlib import Path
from typing import Any, Dict, Iterator, List

import pytest

STUBS = next((Path(path) / "nuke-stubs" for path in sys.path if (Path(path) / "nuke-stubs").is_dir()), None)
pytestmark = pytest.mark.skipif(STUBS is None, reason="types-nuke is not installed")
HERE = Path(__file__).resolve().parent


def statements(folder: Any) -> Iterator[ast.stmt]:
    for name in ("_nuke.pyi", "callbacks.pyi", "utils.pyi", "executeInMain.pyi"):
        yield from ast.parse((folder / name).read_text("utf-8")).body


@pytest.fixture(scope="module")
def stub() -> Dict[str, List[ast.stmt]]:
    """The stub's functions, classes and values by name; an overloaded one has several."""
    found: Dict[str, List[ast.stmt]] = {}
    for node in statements(STUBS):
        name = node.target.id if isinstance(node, ast.AnnAssign) else getattr(node, "name", "")
        found.setdefault(name, []).append(node)
    return found


@pytest.fixture(scope="module")
def fake() -> List[ast.stmt]:
    """What the fake has in public."""
    return [node for node in ast.parse((HERE / "fake" / "nuke.py").read_text("utf-8")).body if names_of(node)]


def names_of(node: ast.stmt) -> List[str]:
    if isinstance(node, ast.Assign):
        flat = [name for target in node.targets for name in ast.walk(target) if isinstance(name, ast.Name)]
        names = [name.id for name in flat]
    else:
        names = [getattr(node, "name", "_")] if isinstance(node, (ast.FunctionDef, ast.ClassDef)) else []
    return [name for name in names if not name.startswith("_")]


def arguments(function: ast.FunctionDef) -> List[str]:
    return [argument.arg for argument in (*function.args.posonlyargs, *function.args.args) if argument.arg != "self"]


def takes_anything(function: ast.FunctionDef) -> bool:
    return function.args.vararg is not None and function.args.kwarg is not None


def fits(own: ast.FunctionDef, published: List[Any]) -> bool:
    return any(takes_anything(one) or arguments(own) == arguments(one) for one in published)


def methods(owner: Any) -> Dict[str, List[ast.FunctionDef]]:
    found: Dict[str, List[ast.FunctionDef]] = {}
    for node in owner.body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            found.setdefault(node.name, []).append(node)
    return found


def all_methods(stub: Dict[str, List[Any]], name: str) -> Dict[str, List[ast.FunctionDef]]:
    """Return the methods of a class of the stub and of those it comes from."""
    owner = stub[name][0]
    bases = [base.id for base in owner.bases if isinstance(base, ast.Name) and base.id in stub]
    inherited = {key: value for base in bases for key, value in all_methods(stub, base).items()}
    return {**inherited, **methods(owner)}


def test_every_name_is_in_the_stub(stub, fake):
    assert not {name for node in fake for name in names_of(node)} - set(stub)


def test_functions_take_the_same_arguments(stub, fake):
    functions = [node for node in fake if isinstance(node, ast.FunctionDef)]
    assert len(functions) > 15
    assert not [node.name for node in functions if not fits(node, stub[node.name])]


def test_methods_are_in_the_stub_with_the_same_arguments(stub, fake):
    for owner in (node for node in fake if isinstance(node, ast.ClassDef)):
        published = all_methods(stub, owner.name)
        for name, (own, *_) in methods(owner).items():
            assert name in published, f"{owner.name}.{name}"
            assert fits(own, published[name]), f"{owner.name}.{name}"


def test_classes_come_from_the_same_classes(stub, fake):
    for owner in (node for node in fake if isinstance(node, ast.ClassDef)):
        published = [base.id for base in stub[owner.name][0].bases if isinstance(base, ast.Name)]
        own = [base.id for base in owner.bases if isinstance(base, ast.Name) and base.id != "Strict"]
        assert own == published, owner.name


def test_an_unknown_name_flag_or_knob_is_refused_so_that_nothing_hides_it(nuke):
    from strict import REFUSED, Refused

    def asks() -> None:
        try:
            nuke.renderOnFarm()
        except Exception:
            pytest.fail("hidden")

    with pytest.raises(Refused):
        asks()
    with pytest.raises(Refused):
        nuke.menu("Farm")
    with pytest.raises(Refused):
        nuke.root().farm()
    REFUSED.clear()
    assert nuke.root().knob("farm") is None
