"""What the add-on does outside of Blender: finding a Python there, and sending in it."""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Iterator

import pytest

from farmsubmit import files
from farmsubmit.errors import FarmsubmitError
from farmsubmit.scenes.facts import Camera, FrameRange, Output, SceneFacts

needs_shell = pytest.mark.skipif(os.name == "nt", reason="the stand-ins for Python are shell scripts")


@pytest.fixture
def addon(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Any]:
    """The package, as far as it needs no Blender, and nothing of it afterwards."""
    monkeypatch.setenv("FARMSUBMIT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("FARMSUBMIT_MOVIE", "no")
    monkeypatch.syspath_prepend(str(files.shipped("dcc", "blender")))
    import farmsubmit_blender
    import farmsubmit_blender.outside
    import farmsubmit_blender.programs

    yield farmsubmit_blender
    for name in [name for name in sys.modules if name.startswith("farmsubmit_blender")]:
        del sys.modules[name]


@pytest.fixture
def facts(tmp_path: Path) -> SceneFacts:
    scene = tmp_path / "shot.blend"
    scene.write_bytes(b"BLENDER-v304")
    return SceneFacts(
        "blender",
        str(scene),
        frames=FrameRange(1, 4),
        renderer="CYCLES",
        cameras=(Camera("Camera"),),
        outputs=(Output("Scene", file=str(tmp_path / "f.####.png")),),
    )


def order(folder: Path, facts: SceneFacts, engine: str, follow: bool = False, **asked: Any) -> str:
    document = {"facts": facts.to_json(), "scene": facts.path, "blender": "no-blender", "engine": engine, "options": {}}
    path = folder / "order.json"
    path.write_text(json.dumps({**document, "asked": asked, "follow": follow}))
    return str(path)


def test_an_order_is_sent_and_its_ticket_told(addon: Any, facts: SceneFacts, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    result = tmp_path / "result.json"
    words = order(tmp_path, facts, f"folder:{tmp_path}/out", chunk=2, job={"priority": 3.0})
    assert addon.outside.main([str(tmp_path), "send", words, str(result)]) == 0
    (script,) = (tmp_path / "out").iterdir()
    assert "-priority {3.0}" in script.read_text()
    assert json.loads(result.read_text())["engine"] == f"folder:{tmp_path}/out"


def test_the_state_of_a_job_is_told_while_somebody_looks(
    addon: Any, facts: SceneFacts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = tmp_path / "result.json"
    words = order(tmp_path, facts, "local:", follow=True, job={"paused": True})
    # Blender goes away after the first look.
    clock = SimpleNamespace(time=time.time, sleep=lambda seconds: Path(words).unlink())
    monkeypatch.setattr(addon.outside, "time", clock)
    # A paused job needs no runner, and none is left behind.
    monkeypatch.setattr("farmsubmit.engines.local.lock.ensure_runner", lambda folder: None)
    assert addon.outside.main([str(tmp_path), "send", words, str(result)]) == 0
    told = json.loads(result.read_text())
    assert (told["jid"], told["state"], sum(told["counts"].values())) == ("1", "paused", 1)


def test_what_goes_wrong_is_the_last_line(
    addon: Any, facts: SceneFacts, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = order(tmp_path, facts, "local:", frames="1-")
    assert addon.outside.main([str(tmp_path), "send", words, str(tmp_path / "result.json")]) == 2
    assert capsys.readouterr().err.startswith("frames '1-', column 3: the last frame is missing")
    assert not (tmp_path / "result.json").exists()


def test_the_core_is_found_by_the_file_that_the_installer_writes(
    addon: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bare" / "farmsubmit").mkdir(parents=True)
    (tmp_path / "bare" / "farmsubmit" / "__init__.py").touch()
    (tmp_path / "addons").mkdir()
    monkeypatch.setattr(addon, "__file__", str(tmp_path / "addons" / "__init__.py"))
    monkeypatch.setattr(addon, "find_spec", lambda name: None)
    assert addon.core_root() is None
    (tmp_path / "addons" / "farmsubmit_root.txt").write_text(f"{tmp_path / 'bare'}\n")
    assert addon.core_root() == tmp_path / "bare"


def test_without_the_core_every_action_says_how_to_get_it(addon: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addon.programs, "core_root", lambda: None)
    with pytest.raises(RuntimeError, match="farmsubmit install blender"):
        addon.programs.command("send")


def test_paths_of_the_core_stand_behind_the_others_and_once(addon: Any, tmp_path: Path) -> None:
    (tmp_path / "ui").mkdir()
    paths = ["/first"]
    addon.outside.add_paths(paths, tmp_path)
    addon.outside.add_paths(paths, tmp_path)
    assert paths == ["/first", str(tmp_path), str(tmp_path / "ui")]


def test_a_python_that_has_what_is_needed_is_found(addon: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addon.programs, "_candidates", lambda root: iter(["/no/python", sys.executable]))
    python, script, _, verb = addon.programs.command("send")
    assert (python, Path(script).name, verb) == (sys.executable, "outside.py", "send")


@needs_shell
def test_a_python_without_qt_opens_no_dialog(addon: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    bad = tmp_path / "python3"
    bad.write_text("#!/bin/sh\nexit 1\n")
    bad.chmod(0o755)
    monkeypatch.setattr(addon.programs, "_candidates", lambda root: iter([str(bad)]))
    with pytest.raises(FarmsubmitError, match=r"no Python was found that can open the dialog; .*farmsubmit\[desktop\]"):
        addon.programs.command("dialog")


@needs_shell
def test_the_python_of_the_cores_own_folder_comes_first(addon: Any, tmp_path: Path) -> None:
    (tmp_path / "env" / "bin").mkdir(parents=True)
    shutil.copy("/bin/sh", tmp_path / "env" / "bin" / "python3")
    packages = tmp_path / "env" / "lib" / "python3.11" / "site-packages"
    assert next(addon.programs._candidates(packages)) == str(tmp_path / "env" / "bin" / "python3")


def test_a_preferred_python_is_taken_as_it_is(addon: Any, tmp_path: Path) -> None:
    python = tmp_path / "my python"
    python.touch()
    assert addon.programs.command("dialog", str(python))[0] == str(python)
