"""A Nuke that is strict, for each test anew, and nothing of it left behind."""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path
from types import ModuleType
from typing import Any, Callable, Dict, Iterator

import pytest

from farmsubmit import files

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
HERE = Path(__file__).resolve().parent
_OURS = ("nuke", "nukefile", "nukeknobs", "strict", "farmsubmit_nuke")


def _forget() -> Dict[str, ModuleType]:
    names = [name for name in sys.modules if name.partition(".")[0] in _OURS]
    return {name: sys.modules.pop(name) for name in names}


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home for settings and history, and no setting of the person who runs the tests."""
    for name in [name for name in os.environ if name.startswith("FARMSUBMIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("FARMSUBMIT_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def nuke(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The fake, with nothing open; a test fails where something was asked for that Nuke does not have."""
    before = _forget()
    monkeypatch.syspath_prepend(str(HERE / "fake"))
    monkeypatch.syspath_prepend(str(files.shipped("dcc", "nuke")))
    module = importlib.import_module("nuke")
    module._state.gizmos = HERE / "gizmos"
    yield module
    refused = list(importlib.import_module("strict").REFUSED)
    _forget()
    sys.modules.update(before)
    assert not refused


@pytest.fixture
def opened(nuke: Any, tmp_path: Path) -> Callable[[str], Path]:
    """Open a copy of one of our scenes, by its name, in the fake; the copy's path comes back."""

    def open_scene(name: str) -> Path:
        source = next(path for path in (HERE / "scenes" / name, HERE / "gizmos" / name) if path.is_file())
        path = tmp_path / name
        path.write_bytes(source.read_bytes())
        nuke.scriptOpen(str(path))
        return path

    return open_scene
