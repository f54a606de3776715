"""The dialog in Katana: one window, in step with the scene; and the whole way as Katana starts it."""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Callable, Iterator, List

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
pytest.importorskip("pytestqt")
pytest.importorskip("qtpy")

from farmsubmit_ui import ensure_binding

BINDING = ensure_binding()
if BINDING not in ("pyside6", "pyqt5"):
    pytest.skip("no Katana has this binding", allow_module_level=True)

from qtpy.QtCore import QSettings  # noqa: E402
from qtpy.QtWidgets import QMainWindow, QMessageBox  # noqa: E402

from farmsubmit import files, to_tcl  # noqa: E402
from farmsubmit.tasks.build import build_request  # noqa: E402
from farmsubmit_ui import worker  # noqa: E402

HOST = Path(__file__).parent / "fake" / "katanahost.py"


@pytest.fixture
def main_window(katana, qtbot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Katana's main window, of a Katana with the binding that the tests run with."""
    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    version = "8.0.1.000001" if BINDING == "pyside6" else "7.5.1.000001"
    monkeypatch.setattr(importlib.import_module("KatanaInfo"), "version", version)
    window = QMainWindow()
    qtbot.addWidget(window)
    katana.state.main_window = window
    katana.get("menu").install()
    katana.state.fire("onStartup")
    yield window
    for follower in list(katana.get("dialog")._followers):
        follower.window.close()
    qtbot.waitUntil(lambda: not katana.get("dialog")._followers)
    worker.shutdown()


@pytest.fixture
def settled(qtbot) -> Callable[[Any], Any]:
    def wait(window: Any) -> Any:
        session = window.session
        qtbot.waitUntil(lambda: session.facts is not None and not session.busy and not session.checking, timeout=30_000)
        # A turn of the loop, in which what came with the facts is laid over.
        qtbot.wait(20)
        qtbot.waitUntil(lambda: not session.busy and not session.checking, timeout=30_000)
        return session

    return wait


@pytest.fixture
def click(katana, main_window, settled) -> Callable[..., Any]:
    """Choose a menu entry and return the session of the window that comes."""

    def clicked(node: str = "") -> Any:
        katana.state.current = node or None
        (entry,) = (katana.state.popup if node else katana.state.menu).values()
        entry()
        assert not katana.state.messages
        (follower,) = katana.get("dialog")._followers
        return settled(follower.window)

    return clicked


def on(session: Any) -> List[str]:
    return [row.id for row in session.rows if row.on]


def frames(session: Any, row: str) -> str:
    return str(session.row_value(row, "frames"))


def test_the_entry_opens_the_dialog_on_the_open_scene(katana, opened, click, main_window) -> None:
    path = opened("chain")
    session = click()
    assert (session.facts.path, on(session)) == (str(path), ["Shadow", "Beauty", "Comp"])
    assert katana.get("dialog")._followers[0].window.parent() is main_window


def test_further_clicks_raise_the_window_that_is_there_and_that_of_a_node_switches_on_its_row_alone(
    opened, click
) -> None:
    opened("chain")
    session = click("Beauty")
    assert on(session) == ["Beauty"]
    assert click("Comp") is session and on(session) == ["Comp"]
    session.undo_stack.undo()
    session.undo_stack.undo()
    assert click() is session and on(session) == ["Beauty"]


def test_farm_settings_are_laid_over_and_the_dialogs_job_is_that_without_a_window(
    katana, opened, click, settled, qtbot, tmp_path: Path
) -> None:
    opened("farm settings")
    session = click()
    assert (frames(session, "Beauty"), session.row_value("Beauty", "chunk")) == ("1-9x4,20", 2)
    for name in ("dialog", "headless"):
        (tmp_path / name).mkdir()
    session.set_engine(f"folder:{tmp_path / 'dialog'}")
    settled(katana.get("dialog")._followers[0].window)
    with qtbot.waitSignal(session.submitted, timeout=30_000):
        session.submit()
    katana.get("headless").submit(f"folder:{tmp_path / 'headless'}")
    (one,), (other,) = [list((tmp_path / name).iterdir()) for name in ("dialog", "headless")]
    assert one.read_bytes() == other.read_bytes()


def test_a_saved_scene_is_read_again_and_changes_are_kept(katana, opened, click, qtbot) -> None:
    path = opened("one")
    session = click()
    session.set_job_value("priority", 7)
    katana.api.NodegraphAPI.GetRootNode().getParameter("outTime").setValue(55, 0)
    katana.api.KatanaFile.Save(str(path))
    qtbot.waitUntil(lambda: frames(session, "Beauty") == "1-55")
    assert session.job_value("priority") == 7


def test_another_scene_is_opened_in_the_window(katana, opened, click, qtbot, tmp_path: Path) -> None:
    opened("one")
    session = click()
    other = katana.scenes.write(tmp_path, katana.scenes.SCENES["passes"](), "other")
    katana.state.load(other)
    qtbot.waitUntil(lambda: session.facts.path == str(other))


def test_nothing_follows_the_scene_after_the_window_was_closed(katana, opened, click, qtbot) -> None:
    path = opened("one")
    click()
    katana.get("dialog")._followers[0].window.close()
    qtbot.waitUntil(lambda: not katana.get("dialog")._followers)
    assert [kind for kind, _ in katana.state.callbacks] == ["onStartup"]
    katana.api.KatanaFile.Save(str(path))


# --- unsaved changes


@pytest.fixture
def answer(katana, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Have the next question answered."""

    def answering(text: str) -> None:
        def chosen(box: QMessageBox) -> None:
            button = next(one for one in box.buttons() if one.text().replace("&", "") == text)
            monkeypatch.setattr(QMessageBox, "clickedButton", lambda box: button)

        monkeypatch.setattr(QMessageBox, "exec_", chosen, raising=False)

    return answering


def change(katana: Any) -> None:
    katana.api.NodegraphAPI.GetRootNode().getParameter("outTime").setValue(55, 0)


@pytest.mark.parametrize(
    ("text", "choice"),
    [("Save", "save"), ("Submit a copy", "copy"), ("Submit as saved", "as saved"), ("Cancel", None)],
)
def test_unsaved_changes_are_asked_about(katana, opened, main_window, answer, text: str, choice: Any) -> None:
    opened("one")
    assert katana.get("dialog").choice_about_changes() == "refuse"
    change(katana)
    answer(text)
    assert katana.get("dialog").choice_about_changes() == choice


def script_of(job: Any) -> str:
    """Return the script of a job without the moment of a copy."""
    return re.sub(r"\.farm-[\d-]+", ".farm-DATE", to_tcl(job))


def test_a_copy_is_called_after_the_project_and_its_job_is_that_without_a_window(katana, opened, click, answer) -> None:
    path = opened("one")
    change(katana)
    answer("Submit a copy")
    session = click()
    assert frames(session, "Beauty") == "1-55" and ".farm-" in session.facts.path
    assert (session.path, session.job.title) == (path, path.stem)
    request = katana.get("headless").request("copy")
    assert script_of(session.job) == script_of(build_request(request).job)


def test_a_project_as_it_was_saved_is_said_to_lack_changes(katana, opened, click, answer) -> None:
    opened("one")
    change(katana)
    answer("Submit as saved")
    session = click()
    assert frames(session, "Beauty") == "1-10"
    assert any("not saved" in problem.text for problem in session.problems)
    request = katana.get("headless").request("as saved")
    assert script_of(session.job) == script_of(build_request(request).job)


def test_a_copy_stays_until_the_project_is_saved(katana, opened, click, answer, qtbot) -> None:
    path = opened("one")
    change(katana)
    answer("Submit a copy")
    session = click()
    (follower,) = katana.get("dialog")._followers
    assert follower.follow() is None
    katana.api.KatanaFile.Save(str(path))
    qtbot.waitUntil(lambda: session.facts.path == str(path))
    assert session.option("scene_original") is None


def test_a_project_that_cannot_be_read_is_told_in_the_dialog_and_what_is_shown_stays(
    katana, opened, click, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened("one")
    session = click()
    (follower,) = katana.get("dialog")._followers
    monkeypatch.setattr(katana.get("follow"), "scene_with", lambda choice: {}["x"])
    request = session.request
    session.reload()
    assert "KeyError" in follower.window.notice.text.text() and session.request is request


def test_cancel_opens_nothing(katana, opened, main_window, answer) -> None:
    opened("one")
    change(katana)
    answer("Cancel")
    katana.state.menu["Submit to Farm…"]()
    assert not katana.get("dialog")._followers and not katana.state.messages and katana.state.dirty


def test_cancel_when_it_is_read_again_keeps_what_is_there(katana, opened, click, answer, settled) -> None:
    opened("one")
    session = click()
    change(katana)
    answer("Cancel")
    session.reload()
    settled(katana.get("dialog")._followers[0].window)
    assert frames(session, "Beauty") == "1-10"


# --- as Katana starts it


def _linked(folder: Path, *names: str) -> Path:
    """Make a folder with links to packages of this Python."""
    folder.mkdir(parents=True)
    for name in names:
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.origin is not None:
            origin = Path(spec.origin)
            source = origin.parent if spec.submodule_search_locations else origin
            (folder / source.name).symlink_to(source, target_is_directory=source.is_dir())
    return folder


@pytest.mark.skipif(sys.platform == "win32", reason="needs links")
@pytest.mark.skipif(BINDING != "pyside6", reason="a Katana of today")
def test_the_whole_way_from_a_bare_folder_as_katana_starts_it(katana, tmp_path: Path) -> None:
    bare = _linked(tmp_path / "bare", "farmsubmit")
    _linked(bare / "ui", "farmsubmit_ui")
    _linked(bare / "libraries", "qtpy", "packaging", "jinja2", "markupsafe", "platformdirs", "tomli")
    shutil.copytree(files.shipped("dcc", "katana"), bare / "dcc" / "katana")
    qt = _linked(tmp_path / "qt", "PySide6", "shiboken6")
    scene = katana.scenes.write(tmp_path, katana.scenes.SCENES["farm settings"]())
    (tmp_path / "farm").mkdir()
    program = tmp_path / "katana"
    program.write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/ran\n')
    program.chmod(0o755)
    environment = {
        "KATANA_RESOURCES": str(bare / "dcc" / "katana"),
        "FARMSUBMIT_HOME": str(tmp_path / "home"),
        "FARMSUBMIT_KATANA": str(program),
        "FARMSUBMIT_MOVIE": "no",
        "QT_QPA_PLATFORM": "offscreen",
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "XDG_RUNTIME_DIR": str(tmp_path),
    }
    command = [sys.executable, "-I", "-S", str(HOST), str(qt), str(scene), str(tmp_path / "farm")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["at_start"] == []
    assert told["plugins"] == [["FarmPlugin", 1, "farmsubmit"]]
    assert (told["binding"], told["messages"]) == ("pyside6", [])
    (job,) = (tmp_path / "farm").iterdir()
    assert "-priority {77" in job.read_text() and "1,5" in job.read_text()
    assert told["local"] == "done"
    ran = (tmp_path / "ran").read_text().splitlines()
    assert len(ran) == 4 and all(f"--katana-file={scene}" in line for line in ran)
