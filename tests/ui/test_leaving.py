"""Closing windows, and opening a second one: nothing hangs, and no change is lost without a word."""

from __future__ import annotations

from typing import Any, Iterator

import pytest
from qtpy.QtCore import QCoreApplication
from qtpy.QtWidgets import QApplication, QFileDialog, QMessageBox

from farmsubmit.formats.alf import to_tcl
from farmsubmit_ui import app, exports
from farmsubmit_ui.dialog import Submitter


@pytest.fixture
def window(qtbot: Any) -> Iterator[Any]:
    made = Submitter()
    made.show()
    yield made
    made.session.note_kept(made.session.state_now())
    made.close()
    made.deleteLater()


@pytest.fixture
def changed(window: Any, finished_job: Any, tmp_path: Any, settle: Any) -> Any:
    """A window on a job from a file, changed by hand."""
    path = tmp_path / "plain.alf"
    path.write_text(to_tcl(finished_job))
    window.open(path)
    settle(window.session)
    window.session.set_job_value("priority", 3)
    settle(window.session)
    return window


def answer(window: Any, text: str) -> None:
    """Click a button of the question."""
    box = window.findChild(QMessageBox, "leaving")
    next(one for one in box.buttons() if one.text().replace("&", "") == text).click()


# --- changes that nothing keeps


def test_changes_of_a_job_from_a_file_are_asked_about_once_and_may_be_left(changed: Any) -> None:
    changed.close()
    changed.close()
    assert changed.isVisible() and len(changed.findChildren(QMessageBox, "leaving")) == 1
    answer(changed, "Close without")
    assert not changed.isVisible()


def test_who_keeps_the_window_open_has_all_as_it_was(changed: Any, qtbot: Any) -> None:
    changed.close()
    answer(changed, "Keep open")
    assert changed.isVisible() and changed.session.job_value("priority") == 3
    qtbot.waitUntil(lambda: changed.findChild(QMessageBox, "leaving") is None)
    changed.close()
    assert changed.findChild(QMessageBox, "leaving") is not None
    answer(changed, "Close without")


def test_opening_something_else_asks_first_too(changed: Any, qtbot: Any, settle: Any, tmp_path: Any) -> None:
    other = tmp_path / "other.alf"
    other.write_text((tmp_path / "plain.alf").read_text().replace("plain", "other"))
    changed.open(other)
    answer(changed, "Keep open")
    qtbot.waitUntil(lambda: changed.findChild(QMessageBox, "leaving") is None)
    settle(changed.session)
    assert changed.session.job_value("priority") == 3 and changed.session.path.name == "plain.alf"
    changed.open(other)
    changed.open(other)
    assert "when something else is opened" in changed.findChild(QMessageBox, "leaving").informativeText()
    answer(changed, "Open without")
    settle(changed.session)
    assert changed.session.job.title == "other" and changed.isVisible()
    changed.open(tmp_path / "plain.alf")
    assert not [box for box in changed.findChildren(QMessageBox, "leaving") if box.isVisible()]


def test_changes_that_are_written_or_undone_are_not_asked_about(changed: Any, qtbot: Any, tmp_path: Any) -> None:
    changed.close()
    answer(changed, "Save as…")
    dialog = changed.findChild(QFileDialog, "export_dialog")
    dialog.fileSelected.emit(str(tmp_path / "saved.alf"))
    dialog.reject()
    qtbot.waitUntil(lambda: not changed.session.has_unkept)
    changed.session.set_job_value("priority", 4)
    assert changed.session.has_unkept
    changed.session.undo_stack.undo()
    changed.session.undo_stack.undo()
    assert not changed.session.has_unkept


def test_a_page_to_look_at_keeps_no_changes(changed: Any, qtbot: Any, tmp_path: Any) -> None:
    changed.exports.write(next(kind for kind in exports.KINDS if kind.format == "html"), tmp_path / "a.html")
    qtbot.waitUntil(lambda: "Written" in changed.notice.text.text())
    assert changed.session.has_unkept


def test_what_was_sent_is_kept(changed: Any, qtbot: Any, tmp_path: Any, settle: Any) -> None:
    changed.session.set_engine(f"folder:{tmp_path}")
    settle(changed.session)
    with qtbot.waitSignal(changed.session.submitted):
        changed.submit()
    assert not changed.session.has_unkept


def test_changes_of_a_scene_come_back_and_those_of_its_tree_are_asked_about(
    window: Any, maya_facts: Any, settle: Any
) -> None:
    window.session.open_facts(maya_facts)
    settle(window.session)
    window.session.set_job_value("priority", 3)
    assert not window.session.has_unkept
    window.session.edit_element(window.session.job.subtasks[0], "title", "renamed")
    assert window.session.has_unkept
    window.close()
    assert window.isVisible()
    answer(window, "Close without")


def test_changes_of_an_opened_request_are_asked_about(window: Any, opened: Any, settle: Any) -> None:
    window.session.open_request(opened.request)
    settle(window.session)
    window.session.set_job_value("priority", 3)
    assert window.session.has_unkept


def test_a_dcc_that_quits_without_a_word_loses_no_changes_of_its_scene(
    qtbot: Any, qapp: Any, maya_facts: Any, settle: Any, home: Any
) -> None:
    shown = app.show_submitter(facts=maya_facts)
    settle(shown.session)
    shown.session.set_job_value("priority", 3)
    QCoreApplication.instance().aboutToQuit.emit()
    assert list((home / "state" / "scenes").iterdir())
    shown.close()
    qtbot.waitUntil(lambda: not app._windows)


# --- what is under way


def test_closing_while_a_scene_is_read_ends_its_blender(
    window: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch, qtbot: Any
) -> None:
    program = tmp_path / "blender"
    program.write_text(f"#!/bin/sh\ntouch {tmp_path}/started\nsleep 600\n")
    program.chmod(0o755)
    monkeypatch.setenv("FARMSUBMIT_BLENDER", str(program))
    (tmp_path / "a.blend").write_bytes(b"BLENDER-v304")
    window.open(tmp_path / "a.blend")
    qtbot.waitUntil((tmp_path / "started").exists)
    # The end of the test waits for its threads, and so would wait for the program.
    window.close()
    assert not window.isVisible()


# --- more windows


def test_a_window_that_comes_where_one_stands_is_put_beside_it(qtbot: Any) -> None:
    windows = [app._shown(Submitter()) for _ in range(3)]
    places = {(one.pos().x(), one.pos().y()) for one in windows}
    for one in windows:
        one.close()
    qtbot.waitUntil(lambda: not app._windows)
    assert len(places) == 3


def test_a_file_that_is_named_twice_gets_one_window(
    maya_facts: Any, monkeypatch: pytest.MonkeyPatch, told: Any
) -> None:
    monkeypatch.setattr(app, "_log_to_file", lambda: None)
    monkeypatch.setattr("sys.excepthook", lambda *_: None)
    monkeypatch.setattr(QApplication, "exec_", lambda *_: told.extend(app._windows) or 0, raising=False)
    app.main([maya_facts.path, maya_facts.path])
    assert len(told) == 1
    told.pop().close()


def test_a_window_that_is_an_icon_comes_back(window: Any) -> None:
    window.showMinimized()
    window.come_to_front()
    assert not window.isMinimized() and window.isVisible()
