"""The fake against the vendor's stub: it has no command, and no flag, that Maya lacks."""

from __future__ import annotations

import ast
import inspect
import re
from importlib import metadata
from pathlib import Path

import pytest

from farmsubmit import files


@pytest.fixture(scope="module")
def stub():
    """Command → the names of its flags in any of its forms."""
    try:
        found = metadata.files("types-maya")
    except metadata.PackageNotFoundError:
        pytest.skip("types-maya is not installed")
    path = next(one for one in found if str(one).endswith("cmds.pyi")).locate()
    flags = {}
    for line in Path(path).read_text().splitlines():
        name = re.match(r"def (\w+)\(", line)
        if name:
            flags.setdefault(name[1], set()).update(re.findall(r"[(,] ?(\w+): ", line))
    return flags


def fake_commands():
    from maya import cmds

    return cmds.COMMANDS


def test_every_command_and_flag_of_the_fake_is_one_of_maya(fake, stub):
    for name, signature in fake_commands().items():
        flags = [one.name for one in signature.parameters.values() if one.kind is inspect.Parameter.KEYWORD_ONLY]
        assert name in stub, name
        assert set(flags) <= stub[name], (name, set(flags) - stub[name])


def test_flags_have_their_long_names(fake, stub):
    for name, signature in fake_commands().items():
        for one in signature.parameters.values():
            short = one.kind is inspect.Parameter.KEYWORD_ONLY and len(one.name) < 4
            assert not short, (name, one.name)


def test_what_maya_lacks_is_refused_and_noted(fake):
    from maya import cmds

    with pytest.raises(AttributeError):
        cmds.farmSubmit  # noqa: B018
    with pytest.raises(fake.Refused):
        cmds.about(v=True)
    assert len(fake.state.refused) == 2
    fake.state.refused.clear()


def commands_used():
    """Return each command of our package with the flags of each call, read from its source."""
    for path in sorted(files.shipped("dcc", "maya", "scripts").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                owner = node.func.value
                if isinstance(owner, ast.Name) and owner.id in ("cmds", "_ask"):
                    yield path.name, node.func.attr, {word.arg for word in node.keywords}


def test_every_call_of_ours_is_one_of_maya_and_one_that_the_fake_has(fake, stub):
    used = list(commands_used())
    assert len(used) > 40
    for place, name, flags in used:
        assert name in stub and flags <= stub[name], (place, name, flags)
        assert flags <= set(fake_commands()[name].parameters), (place, name, flags)
