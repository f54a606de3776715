"""What the tests of Katana share: the fake Katana on sys.path for each, and nothing of it left behind."""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Callable, Iterator, List

import pytest

from farmsubmit import files

FAKE = Path(__file__).parent / "fake"
_OURS = ("Katana", "KatanaInfo", "katana", "farmsubmit_katana", "farmsubmit_plugin")


def _loaded() -> List[str]:
    return [name for name in sys.modules if name.split(".")[0] in _OURS or name.startswith("katana")]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home for settings, state and history, and no setting of the person who runs the tests."""
    for name in [name for name in os.environ if name.startswith("FARMSUBMIT_")]:
        monkeypatch.delenv(name)
    # Set and not deleted, so that it is what it was before, whatever choose_binding() does.
    monkeypatch.setenv("QT_API", os.environ.get("QT_API", ""))
    monkeypatch.setenv("FARMSUBMIT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("FARMSUBMIT_MOVIE", "no")
    return tmp_path / "home"


@pytest.fixture
def katana(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The fake Katana: ``state``, ``scenes``, ``strict``, and ``get`` for a module of farmsubmit_katana."""
    for name in _loaded():
        del sys.modules[name]
    monkeypatch.syspath_prepend(str(files.shipped("dcc", "katana", "Plugins")))
    monkeypatch.syspath_prepend(str(FAKE))
    fake = SimpleNamespace(
        state=importlib.import_module("katanastate").state,
        scenes=importlib.import_module("katanascenes"),
        strict=importlib.import_module("katanastrict"),
        get=lambda name: importlib.import_module(f"farmsubmit_katana.{name}"),
        api=importlib.import_module("Katana"),
        refusals_wanted=False,
    )
    yield fake
    refused = list(fake.strict.REFUSED)
    for name in _loaded():
        del sys.modules[name]
    assert fake.refusals_wanted or not refused


@pytest.fixture
def opened(katana: Any, tmp_path: Path) -> Callable[..., Path]:
    """Open one of the scenes in the fake, by name or as XML, and return its file."""

    def opening(what: str) -> Path:
        scene = katana.scenes.SCENES.get(what)
        path: Path = katana.scenes.write(tmp_path, scene() if scene else what)
        katana.state.load(path)
        return path

    return opening
