"""A fake Maya on sys.path for one test at a time, with the package that is tested against it."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any, Callable, Iterator

import pytest

from farmsubmit import files

HERE = Path(__file__).parent
FAKE = HERE / "fake"
SCENES = HERE / "scenes"
_ROOTS = ("maya", "mayafake", "mayanodes", "farmsubmit_maya")


def forget() -> None:
    """Forget the fake and what was imported against it, so that no other test meets them."""
    for name in [name for name in sys.modules if name.partition(".")[0] in _ROOTS]:
        del sys.modules[name]


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The fake Maya; whatever it had to refuse fails the test."""
    monkeypatch.setenv("FARMSUBMIT_HOME", str(tmp_path / "home"))
    monkeypatch.syspath_prepend(str(FAKE))
    monkeypatch.syspath_prepend(str(files.shipped("dcc", "maya", "scripts")))
    forget()
    import mayafake

    yield mayafake
    refused = mayafake.state.refused
    forget()
    assert not refused


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the project with our own scenes, which a test may change."""
    return Path(shutil.copytree(SCENES, tmp_path / "project"))


@pytest.fixture
def opened(fake: Any, project: Path) -> Callable[[str], Path]:
    """Open one of our own scenes in the fake, and return its path."""

    def opened(name: str) -> Path:
        path = project / f"{name}.ma"
        fake.open_scene(str(path))
        return path

    return opened
