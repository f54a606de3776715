"""The window: what it shows of the session, its actions, keys, and what it remembers."""

from __future__ import annotations

import json
import logging
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from qtpy.QtCore import QMimeData, QPoint, QPointF, Qt, QTimer, QUrl
from qtpy.QtGui import QAction, QDropEvent
from qtpy.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDialog,
    QFileDialog,
    QInputDialog,
    QLineEdit,
    QMenu,
    QMessageBox,
)

from farmsubmit.errors import FarmsubmitError
from farmsubmit.submission.openscene import as_copy
from farmsubmit_ui import app, exports
from farmsubmit_ui.dialog import Submitter
from farmsubmit_ui.preferences import Preferences
from farmsubmit_ui.session import core


@pytest.fixture
def window(qtbot):
    """An empty window of our own application."""
    made = Submitter(is_standalone=True)
    qtbot.addWidget(made)
    made.show()
    yield made
    made.close()


@pytest.fixture
def full(window, maya_facts, settle):
    """A window with the Maya scene."""
    window.session.open_facts(maya_facts)
    settle(window.session)
    return window


def action(window, name):
    return next(one for one in [*window.menus.actions, *window.actions()] if one.objectName() == name)


# --- what it shows


def test_an_empty_window_says_where_to_begin_and_cannot_send(window):
    assert window.pages.currentWidget().widget is window.start
    assert not window.footer.submit_button.isEnabled()
    assert "open a scene" in window.footer.submit_button.toolTip()


def test_the_header_says_what_is_open_and_how_it_was_read(full):
    assert full.header.name.whole_text() == "sq02_sh010_lighting_v012.ma"
    about = full.header.about.whole_text()
    assert "Maya 2026" in about and "Arnold" in about and "read just now in Maya" in about


def test_a_copy_is_shown_under_the_name_of_its_scene(full, maya_facts, settle, qtbot):
    copy = maya_facts.path.replace(".ma", ".farm-20261121-114500.ma")
    full.session.show_scene(as_copy(replace(maya_facts, path=copy), maya_facts.path))
    qtbot.waitUntil(lambda: full.session.facts.path == copy)
    settle(full.session)
    assert full.header.name.whole_text() == "sq02_sh010_lighting_v012.ma"
    assert "sent as sq02_sh010_lighting_v012.farm-20261121-114500.ma" in full.header.about.whole_text()
    assert full.windowTitle().startswith("sq02_sh010_lighting_v012.ma")


def test_the_footer_counts_mistakes_and_tells_the_first(full):
    assert full.footer.errors.text().strip() == "No errors"
    assert full.footer.warnings.text().strip() == "1 warning"
    assert "missing.tx" in full.footer.first.whole_text()


def test_tabs_tell_how_many_checks_and_files_there_are(full):
    texts = [full.right.tabText(place) for place in range(full.right.count())]
    assert texts == ["Task graph", "Checks 1", "Files 2", "Environment", "Script", "History"]


def test_submit_is_off_with_all_reasons_in_its_tooltip(full, settle):
    full.session.set_job_value("service", "A &&")
    full.session.set_field_problems("job_panel", ["Max active: no number"])
    settle(full.session)
    tip = full.footer.submit_button.toolTip()
    assert not full.footer.submit_button.isEnabled() and "no number" in tip and len(tip.splitlines()) > 1


def test_what_is_typed_and_no_value_is_an_error_in_the_footer(full):
    full.session.set_field_problems("job_panel", ["Max active: no number"])
    assert full.footer.errors.text().strip() == "1 error"
    assert full.footer.first.whole_text() == "Max active: no number"


def test_a_file_that_cannot_be_read_is_told_over_the_footer(window, qtbot, tmp_path):
    window.open(tmp_path / "nothing.ma")
    qtbot.waitUntil(window.notice.isVisible)
    assert "there is no file" in window.notice.text.text()


def test_every_control_has_a_name_for_people_who_do_not_see_it(full):
    unnamed = [
        child.objectName() or type(child).__name__
        for child in full.findChildren(QAbstractButton)
        if child.isVisible() and not (child.accessibleName() or child.text())
        # Qt makes the icon in a line edit a button that nothing can be done with.
        if not isinstance(child.parent(), QLineEdit)
    ]
    assert unnamed == []


# --- keys


def test_ctrl_enter_submits_and_enter_alone_does_not(full, qtbot, tmp_path, settle):
    full.session.set_engine(f"folder:{tmp_path}")
    settle(full.session)
    field = full.left.job.findChild(QLineEdit)
    field.setFocus()
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert not full.session.is_sending
    assert "Ctrl+Return" in [key.toString() for key in action(full, "submit").shortcuts()]
    with qtbot.waitSignal(full.session.submitted):
        action(full, "submit").trigger()


def test_no_shortcut_is_given_twice(full):
    keys = [
        key.toString()
        for one in {id(one): one for one in [*full.menus.actions, *full.actions()]}.values()
        for key in one.shortcuts()
    ]
    assert len(keys) == len(set(keys))


def test_submitting_what_cannot_be_sent_tells_why(window):
    action(window, "submit").trigger()
    assert "open a scene" in window.notice.text.text()


def test_undo_in_the_menu_takes_a_change_back(full):
    full.session.set_job_value("priority", 3)
    action(full, "undo").trigger()
    assert full.session.job_value("priority") is None


def test_help_lists_the_shortcuts(full, qtbot):
    action(full, "shortcuts").trigger()
    dialog = full.findChild(QDialog, "shortcuts_dialog")
    assert ("Submit", "Ctrl+Return, Ctrl+Enter") in full.menus.shortcuts()
    dialog.close()


def test_about_says_the_version(full):
    action(full, "about").trigger()
    box = full.findChild(QMessageBox, "about_dialog")
    assert box.text().startswith("farmsubmit ")
    box.close()


# --- opening


def drop(window, *paths):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    where = QPointF(5, 5) if sys.modules.get("PySide6") else QPoint(5, 5)
    keys, buttons = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
    window.dropEvent(QDropEvent(where, Qt.DropAction.CopyAction, data, buttons, keys))


def test_a_dropped_scene_is_opened(window, maya_facts, settle):
    drop(window, maya_facts.path)
    settle(window.session)
    assert window.session.facts.dcc == "maya" and window.pages.currentWidget() is window.splitter


def test_of_several_dropped_files_each_has_its_window(window, maya_facts, tmp_path, settle, qtbot):
    script = tmp_path / "comp.nk"
    script.write_text("version 16.0 v2\nWrite {\n file /out/a.####.exr\n name Write1\n}\n")
    drop(window, maya_facts.path, script)
    (other,) = app._windows
    for each in (window, other):
        settle(each.session)
    assert [each.session.facts.dcc for each in (window, other)] == ["maya", "nuke"]
    other.close()
    qtbot.waitUntil(lambda: not app._windows)


def test_opened_files_are_remembered_the_latest_first(window, maya_facts, settle, tmp_path):
    window.preferences.add_recent(tmp_path / "older.nk")
    window.open(maya_facts.path)
    settle(window.session)
    assert Preferences().recent == [maya_facts.path, str(tmp_path / "older.nk")]
    window.forget_recent()
    assert Preferences().recent == []


def test_a_file_is_asked_for_without_blocking(window, maya_facts, settle):
    action(window, "open").trigger()
    dialog = window.findChild(QFileDialog, "open_dialog")
    dialog.fileSelected.emit(maya_facts.path)
    dialog.reject()
    settle(window.session)
    assert window.session.facts is not None


# --- presets and engines


def test_a_preset_is_saved_by_name_and_then_in_the_menu(full, qtbot, told):
    full.session.set_job_value("priority", 3)
    action(full, "save_preset").trigger()
    dialog = full.findChild(QInputDialog, "preset_name")
    dialog.setTextValue("final")
    dialog.accept()
    qtbot.waitUntil(lambda: [preset.name for preset in full.presets.found] == ["final"])
    full.menus.preset.aboutToShow.emit()
    assert "final" in [one.text() for one in full.menus.preset.actions()]
    assert "final" in full.notice.text.text()


def test_values_become_the_defaults_of_a_scene(full, qtbot, maya_facts):
    full.session.set_job_value("priority", 3)
    full.presets.save_defaults("scene")
    path = Path(f"{maya_facts.path}.farmsubmit.toml")
    qtbot.waitUntil(path.exists)
    assert "priority = 3" in path.read_text()


def test_another_engine_is_chosen_by_its_url(full, qtbot, tmp_path):
    full.engines.choose(f"folder:{tmp_path}")
    qtbot.waitUntil(lambda: full.header.engine.dot.state() == "done")
    assert full.header.engine.word.text() == "Folder" and Preferences().engines == [f"folder:{tmp_path}"]


def test_other_engines_are_asked_for_without_blocking(full, qtbot, tmp_path):
    full.engines.ask()
    picker = full.findChild(QDialog, "engine_picker")
    picker.chosen.emit(f"folder:{tmp_path}")
    picker.reject()
    assert full.session.engine == f"folder:{tmp_path}"


def test_an_address_that_names_no_engine_is_told(full):
    full.engines.choose("tractr:80")
    assert "tractr" in full.notice.text.text() and full.session.engine == "local:"


# --- writing


@pytest.mark.parametrize("kind", exports.KINDS, ids=lambda kind: kind.format)
def test_each_kind_of_export_writes_its_file(full, qtbot, tmp_path, kind):
    path = tmp_path / f"out{kind.suffix}"
    full.exports.write(kind, path)
    qtbot.waitUntil(lambda: "Written" in full.notice.text.text())
    written = path / "template.json" if kind.format == "openjd" else path
    assert written.read_text().strip()


def test_an_export_tells_what_it_leaves_out(full, qtbot, tmp_path):
    full.session.job.tier = "night"
    full.exports.write(next(kind for kind in exports.KINDS if kind.format == "shell"), tmp_path / "out.sh")
    qtbot.waitUntil(lambda: "Written" in full.notice.text.text())
    assert "It leaves out or changes: " in full.notice.text.text()


def test_a_new_folder_is_proposed_for_each_bundle(full, tmp_path, monkeypatch):
    monkeypatch.setattr(type(full.session), "path", tmp_path / "night.blend")
    (tmp_path / "night.openjd").mkdir()
    next(one for one in full.menus.export.actions() if one.objectName() == "export_openjd").trigger()
    dialog = full.findChild(QFileDialog, "export_dialog")
    assert [Path(name).name for name in dialog.selectedFiles()] == ["night-2.openjd"]
    dialog.reject()


def test_a_saved_request_can_be_opened_again(full, qtbot, tmp_path, settle):
    path = tmp_path / "out.request.json"
    full.exports.write(exports.KINDS[-1], path)
    qtbot.waitUntil(path.exists)
    assert json.loads(path.read_text())["request_version"] == 1
    full.open(path)
    settle(full.session)
    assert full.session.path == path


def test_a_file_that_cannot_be_written_is_told(full, qtbot, tmp_path):
    full.exports.write(exports.KINDS[0], tmp_path / "no" / "folder.alf")
    qtbot.waitUntil(lambda: "cannot be written" in full.notice.text.text())


def test_the_ending_of_a_file_is_added_where_it_is_missing():
    assert exports.with_suffix(Path("a/b"), ".alf") == Path("a/b.alf")
    assert exports.with_suffix(Path("a/b.ALF"), ".alf") == Path("a/b.ALF")


# --- the look, and what is remembered


def test_the_style_and_the_zoom_are_remembered(window):
    action(window, "style_light").trigger()
    action(window, "zoom_in").trigger()
    assert (Preferences().style, Preferences().zoom) == ("light", 1.1)
    action(window, "zoom_reset").trigger()
    assert Preferences().zoom == 1.0


def test_the_window_comes_back_as_it_was(window, qtbot, home):
    # The offscreen screen is 800 pixels square, and a window comes back no larger than its screen.
    window.resize(900, 641)
    window.close()
    again = Submitter()
    qtbot.addWidget(again)
    assert (home / "config" / "ui.ini").exists() and again.size() == window.size()
    again.close()


def test_it_fits_a_small_screen(full, qtbot):
    full.resize(1280, 720)
    assert full.width() == 1280 and full.height() == 720
    assert full.minimumSizeHint().width() <= 1280 and full.minimumSizeHint().height() <= 720


@pytest.mark.parametrize("value", ["x", "", "99"])
def test_a_damaged_preference_is_the_default(home, value):
    (home / "config").mkdir(parents=True)
    (home / "config" / "ui.ini").write_text(f"[General]\nstyle={value}\nzoom={value}\n")
    assert Preferences().style == "dark" and Preferences().zoom in (1.0, 2.0)


# --- inside a DCC, and on its own


def test_in_a_dcc_the_window_is_kept_and_does_not_block(qtbot, maya_facts, settle, qapp):
    before = qapp.styleSheet()
    window = app.show_submitter(facts=maya_facts)
    settle(window.session)
    assert window in app._windows and not window.isModal() and qapp.styleSheet() == before
    window.close()
    qtbot.waitUntil(lambda: window not in app._windows)


def test_the_facts_of_a_dcc_are_said_to_come_from_it(qtbot, maya_facts, settle):
    window = app.show_submitter(facts=maya_facts)
    settle(window.session)
    assert window.session.source.how == "in Maya"
    window.close()
    qtbot.waitUntil(lambda: not app._windows)


@pytest.fixture
def held_back(monkeypatch):
    """An event until which no scene of a DCC is read."""
    go = threading.Event()
    read = core.source_of_scene
    monkeypatch.setattr(core, "source_of_scene", lambda *what: go.wait(30) and read(*what))
    yield go
    go.set()


def test_a_scene_that_is_there_at_once_is_painted_with_the_window(qtbot, maya_facts, held_back):
    window = app.show_submitter(facts=maya_facts)
    window._unpainted.stop()
    assert not window.updatesEnabled()
    held_back.set()
    qtbot.waitUntil(window.updatesEnabled)
    assert window.session.facts == maya_facts and window.pages.currentWidget() is window.splitter
    window.close()
    qtbot.waitUntil(lambda: not app._windows)


def test_a_window_that_waits_for_its_scene_is_painted_soon(qtbot, maya_facts, held_back):
    window = app.show_submitter(facts=maya_facts)
    qtbot.waitUntil(window.updatesEnabled)
    assert window.session.busy and window.session.facts is None
    held_back.set()
    window.close()
    qtbot.waitUntil(lambda: not app._windows)


def test_a_window_whose_file_is_not_there_is_painted_and_says_so(qtbot, tmp_path):
    window = app.show_submitter(path=tmp_path / "gone.ma")
    window._unpainted.stop()
    qtbot.waitUntil(window.notice.isVisible)
    assert window.updatesEnabled() and window.pages.currentWidget().widget is window.start
    window.close()
    qtbot.waitUntil(lambda: not app._windows)


def test_a_mistake_of_ours_is_logged_and_told_calmly(window, qtbot, monkeypatch, caplog, capsys):
    monkeypatch.setattr(app, "_windows", [window])
    with caplog.at_level(logging.ERROR):
        app._tell_exception(ValueError, ValueError("oh"), None)
    box = window.findChild(QMessageBox, "unhandled")
    assert "went wrong" in box.text() and "oh" in box.detailedText() and "not handled" in caplog.text
    box.close()


def test_an_error_made_on_purpose_is_shown_as_its_sentence(window, monkeypatch, capsys):
    monkeypatch.setattr(app, "_windows", [window])
    error = FarmsubmitError("this cannot be", "do that")
    app._tell_exception(FarmsubmitError, error, None)
    box = window.findChild(QMessageBox, "unhandled")
    assert box.text() == "this cannot be; do that"
    box.close()


def test_arguments_are_paths_and_a_style():
    args = app._parser().parse_args(["--style", "light", "a.ma", "b.json"])
    assert args.style == "light" and args.paths == [Path("a.ma"), Path("b.json")]


def test_a_window_that_is_sending_stays_open(full, qtbot, tmp_path, settle):
    full.session.set_engine(f"folder:{tmp_path}")
    settle(full.session)
    full.session.submit()
    with qtbot.waitSignal(full.session.submitted):
        full.close()
        assert full.isVisible() and "being sent" in full.notice.text.text()
    full.close()
    assert not full.isVisible()


def test_options_of_the_menu_are_those_of_the_request(full, settle):
    full.session.set_option("preview_first", "every-10")
    menu = QMenu()
    full.options.fill(menu)
    (checked,) = [one for one in menu.findChildren(QAction) if one.isChecked() and "preview_first" in one.objectName()]
    assert checked.objectName() == "preview_first_every-10"
    next(one for one in menu.actions() if one.objectName() == "option_scene_copy").trigger()
    assert full.session.option("scene_copy") is True
    settle(full.session)


def test_options_need_a_request(window):
    menu = QMenu()
    window.options.fill(menu)
    assert not any(one.isEnabled() for one in menu.actions() if one.objectName())


def test_on_its_own_it_opens_a_window_for_each_path_and_ends_with_the_last(qtbot, maya_facts, monkeypatch, told):
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(logging.getLogger("farmsubmit.ui"), "handlers", [])

    def look():
        told.extend(window.session.path.name for window in app._windows if window.session.path)
        QApplication.closeAllWindows()

    QTimer.singleShot(1500, look)
    assert app.main(["--style", "dark", maya_facts.path]) == 0
    assert told == ["sq02_sh010_lighting_v012.ma"]


# --- the way of a job


def test_submitting_turns_the_right_side_into_progress_and_back_keeps_everything(full, qtbot, tmp_path, settle):
    full.session.set_engine(f"folder:{tmp_path}")
    full.session.set_job_value("priority", 3)
    settle(full.session)
    with qtbot.waitSignal(full.session.submitted):
        full.submit()
    assert full.way.right_pages.currentWidget() is full.way.submission
    full.way.submission.back_wanted.emit()
    assert full.way.right_pages.currentWidget() is full.right and full.session.job.priority == 3


def test_a_problem_of_a_row_leads_to_the_row_and_one_of_a_task_to_the_tree(full):
    from farmsubmit.checks import Problem, Severity

    full.right.show_checks()
    full.show_problem(Problem(Severity.ERROR, "Task 'beauty 1006-1010'", "odd"))
    assert full.right.currentIndex() == 0
    full.show_problem(Problem(Severity.ERROR, "Row 'beauty'", "odd", row=full.session.rows[0].id, field="frames"))
    full.show_problem(Problem(Severity.ERROR, "Job", "odd", field="job.priority"))
    assert full.left.job.fields["priority"].editor.focus.hasFocus() or not full.isActiveWindow()


def test_a_job_that_was_sent_can_be_followed_and_left_again(full, qtbot, tmp_path, settle):
    full.session.set_engine(f"folder:{tmp_path}")
    settle(full.session)
    with qtbot.waitSignal(full.session.submitted):
        full.submit()
    action(full, "follow_last").trigger()
    assert full.way.left_pages.currentWidget() is full.way.monitor.left and full.footer.isHidden()
    assert full.way.monitor.right.isVisible() and full.way.foot.isVisible()
    full.right.show_checks()
    assert full.right.currentWidget().isVisible() and full.way.foot.isVisible()
    full.way.monitor.new_wanted.emit()
    assert full.way.left_pages.currentWidget() is full.left and not full.footer.isHidden()
    assert full.way.foot.isHidden() and not full.way.monitor.right.isVisible()


def test_before_anything_was_sent_there_is_nothing_to_follow(full):
    action(full, "follow_last").trigger()
    assert "Nothing was sent" in full.notice.text.text() and not full.footer.isHidden()


def test_a_menu_has_its_icons_when_it_opens(full):
    action = full.findChild(QAction, "save_request")
    assert action.icon().isNull()
    menu = next(menu for menu in full.findChildren(QMenu) if action in menu.actions())
    menu.aboutToShow.emit()
    assert not action.icon().isNull()
