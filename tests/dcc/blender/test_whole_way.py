"""The whole way of an artist: a Blender with a window, the add-on of a bare folder, the dialog beside it, the farm."""

from __future__ import annotations

import importlib.util
import json
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Dict, Iterator

import pytest

from farmsubmit.cli.main import main

HERE = Path(__file__).parent
PROGRAMS = ("blender", "Xvfb")
QT = ("PySide6", "shiboken6")
MISSING = [name for name in PROGRAMS if shutil.which(name) is None]
MISSING += [name for name in QT if importlib.util.find_spec(name) is None]

pytestmark = [
    pytest.mark.blender,
    pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}"),
]


@pytest.fixture(scope="module")
def screen() -> Iterator[str]:
    """A screen nobody sees."""
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "800x600x24", "-nolisten", "tcp"]
    program = subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL)
    os.close(writing)
    with os.fdopen(reading) as told:
        yield f":{told.readline().strip()}"
    program.kill()
    program.wait()


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of one artist: a home, jobs, and a Python with a Qt and nothing else, before which somebody sits."""
    folder = tmp_path_factory.mktemp("artist é")
    for name in ("jobs", "qt", "tmp"):
        (folder / name).mkdir()
    for name in QT:
        spec = importlib.util.find_spec(name)
        assert spec is not None and spec.origin is not None
        (folder / "qt" / name).symlink_to(Path(spec.origin).parent)
    words = [sys.executable, "-I", "-S", "-B", HERE / "person.py", folder / "qt", folder]
    python = folder / "python"
    python.write_text(f'#!/bin/sh\nexec {shlex.join(map(str, words))} "$@"\n')
    python.chmod(0o755)
    return folder


@pytest.fixture(scope="module")
def told(work: Path, screen: str) -> Dict[str, Any]:
    """What Blender, the person before the dialog, and the job in the folder say."""
    environment = {
        "BLENDER_USER_SCRIPTS": str(work / "scripts"),
        "FARMSUBMIT_HOME": str(work / "home"),
        "FARMSUBMIT_MOVIE": "no",
        "QT_QPA_PLATFORM": "offscreen",
        "XDG_RUNTIME_DIR": str(work),
        "TMPDIR": str(work / "tmp"),
        "DISPLAY": screen,
        "PATH": path_without_ours(),
        "HOME": str(work),
    }
    bare = work / "bare"
    assert main(["install", "--copy-to", str(bare)]) == 0
    run([sys.executable, "-I", "-S", "-B", bare / "bin" / "farmsubmit", "install", "blender", "--user"], environment)
    # Keys come from a script, and from nowhere else.
    options = ["--factory-startup", "--enable-event-simulate", "-noaudio", "-p", "0", "0", "320", "240"]
    said = run(["blender", *options, "-P", HERE / "in_window.py", "--", work, work / "python"], environment)
    person = work / "person.json"
    return {
        "blender": {**json.loads((work / "blender.json").read_text()), "said": said},
        "person": json.loads(person.read_text()) if person.exists() else {},
        "jobs": [path.read_text() for path in (work / "jobs").iterdir()],
    }


def path_without_ours() -> str:
    """Return PATH without a virtual environment that is active: Blender's own Python would take its modules from it."""
    folders = os.environ["PATH"].split(os.pathsep)
    return os.pathsep.join(folder for folder in folders if Path(folder) != Path(sys.prefix, "bin"))


def run(command: list[Any], environment: Dict[str, str]) -> str:
    words = [*map(str, command)]
    done = subprocess.run(words, env=environment, capture_output=True, encoding="utf-8", timeout=150, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_nothing_goes_wrong_on_either_side(told: Any) -> None:
    assert "went wrong" not in told["blender"], told["blender"]["went wrong"]
    assert "went wrong" not in told["person"], told["person"]["went wrong"]
    assert told["blender"]["exit code"] == 0, told["blender"]["log"]
    assert "Traceback" not in told["blender"]["said"] + told["blender"]["log"]


def test_the_add_on_is_switched_on_and_its_entry_opens_the_dialog(told: Any) -> None:
    assert told["blender"]["switched on"] == told["blender"]["clicked"] == ["FINISHED"]


def test_blender_asks_about_changes_before_the_dialog_shows_them(told: Any) -> None:
    assert told["blender"]["clicked with changes"] == ["RUNNING_MODAL"]
    assert told["person"]["seen"][:2] == ["1", "1-9"]


def test_the_dialog_shows_what_is_saved_and_loaded(told: Any) -> None:
    assert told["person"]["seen"][2:] == ["1-5"]
    assert told["blender"]["called at once"] == ["FINISHED"]


def test_blender_goes_on_while_the_dialog_is_open(told: Any) -> None:
    assert told["blender"]["beats"] > 5
    assert told["blender"]["exit code"] == 0


def test_what_is_typed_arrives_in_the_folder(told: Any) -> None:
    (job,) = told["jobs"]
    assert "-priority {77.0}" in job
    assert "-title {typed by hand}" in job
    assert "{1,2}" in job
    assert told["person"]["folder"].startswith("Job ")


def test_the_same_is_rendered_through_the_local_engine(told: Any, work: Path) -> None:
    assert told["person"]["still typed"] == ["77", "typed by hand", "1-2"]
    assert told["person"]["rendered"] == "done"
    assert sorted(path.name for path in (work / "frames").iterdir()) == ["f.0001.png", "f.0002.png"]
