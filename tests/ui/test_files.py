"""The tab of the files: what is missing first, who needs it, and where paths go in zones."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QApplication

from farmsubmit.lang.dirmap import DirMap
from farmsubmit.scenes.facts import NeededFile
from farmsubmit_ui.models.files_model import KIND, MISSING, NEEDED_BY, PATH, THERE, UNKNOWN, FilesModel, look_for
from farmsubmit_ui.panels.files_panel import FilesPanel


@pytest.fixture
def panel(qtbot, opened):
    made = FilesPanel(opened)
    qtbot.addWidget(made)
    made.resize(790, 600)
    made.show()
    qtbot.waitUntil(lambda: not made._handle.running)
    return made


def wait_for_threads():
    """Wait for the threads of a look-up, which nobody joins: a file server may keep one of them."""
    for thread in threading.enumerate():
        if thread.name.startswith("farmsubmit-checks"):
            thread.join(5)


def row(model, place):
    return [model.index(place, column).data() for column in range(model.columnCount())]


def test_missing_files_come_first(panel):
    assert [needed.path.rpartition("/")[2] for needed in panel.model.rows] == ["missing.tx", "wall.tx"]
    assert panel.missing.text() == "1 missing" and panel.summary.text() == "2 files"


def test_a_row_says_kind_and_who_needs_it(panel):
    assert row(panel.model, 0)[KIND] == "image" and row(panel.model, 0)[NEEDED_BY] == "floor_file"


def test_a_path_that_several_need_is_one_row(qtmodeltester):
    model = FilesModel()
    model.set_files([NeededFile("/a.tx", "one", "file"), NeededFile("/a.tx", "two", "file"), NeededFile("/b.tx")])
    assert len(model.rows) == 2 and row(model, 0)[NEEDED_BY] == "one  +1"
    qtmodeltester.check(model)


def test_each_zone_has_a_column_with_the_path_there(panel, opened, tmp_path):
    opened.set_dirmaps([DirMap(f"{tmp_path}/", "//server/", "UNC"), DirMap(f"{tmp_path}/", "/mnt/", "NFS")])
    assert row(panel.model, 1)[NEEDED_BY + 1 :] == ["//server/wall.tx", "/mnt/wall.tx"]
    assert panel.model.headerData(NEEDED_BY + 1, Qt.Orientation.Horizontal) == "In UNC"


def test_a_path_that_cannot_be_looked_up_is_no_missing_one(tmp_path, told):
    (tmp_path / "b.tx").write_text("x")
    paths = [f"{tmp_path}/a.tx", f"{tmp_path}/b.tx", "$NOWHERE/c.tx"]
    count = look_for(paths, told.extend, lambda: False)
    wait_for_threads()
    assert count == 3 and dict(told) == dict(zip(paths, (False, True, None)))


def test_looking_stops_when_it_is_not_wanted_any_more(told):
    assert look_for(["/a.tx"], told.extend, lambda: True) == 0
    assert told == []


def test_a_filter_and_missing_only_leave_few(panel):
    panel.filter.setText("wall")
    assert [needed.needed_by for needed in panel.model.rows] == [("wall_file.fileTextureName",)]
    assert panel.summary.text() == "1 of 2 files"
    panel.only_missing.setChecked(True)
    assert panel.model.rows == []


def test_a_file_is_shown_even_where_a_filter_hides_it(panel, tmp_path):
    panel.filter.setText("wall")
    assert panel.show_file(f"{tmp_path}/missing.tx") and panel.view.currentIndex().row() == 0
    assert not panel.show_file("/nothing.tx")


def test_look_again_sees_a_file_that_came(panel, tmp_path, qtbot):
    (tmp_path / "missing.tx").write_text("x")
    panel.again_button.click()
    qtbot.waitUntil(lambda: panel.model.counts()[THERE] == 2)
    assert panel.missing.text() == ""


def test_paths_are_copied_as_they_are_shown(panel, tmp_path):
    panel.view.clearSelection()
    panel.copy_button.click()
    assert QApplication.clipboard().text() == f"{tmp_path}/missing.tx\n{tmp_path}/wall.tx"


def test_thousands_are_looked_up_in_heaps(qtbot, session, maya_facts, settle, tmp_path):
    files = tuple(NeededFile(f"{tmp_path}/{number % 20}/{number}.tx", "file", "f") for number in range(1500))
    session.open_facts(replace(maya_facts, files=(*files, NeededFile("$X/a.tx"))))
    settle(session)
    made = FilesPanel(session)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(lambda: made.model.counts()[MISSING] == 1500, timeout=20_000)
    qtbot.waitUntil(lambda: not made._handle.running)
    assert made.model.counts()[UNKNOWN] == 1 and not made.progress.isVisible()
    assert made.model.rows[-1].path == "$X/a.tx"


def test_no_scene_and_no_files_are_said(qtbot, session, maya_facts, settle):
    made = FilesPanel(session)
    qtbot.addWidget(made)
    assert "Open a scene" in made.empty.sentence()
    session.open_facts(replace(maya_facts, files=()))
    settle(session)
    assert made.empty.sentence() == "The scene needs no other files."
    assert made.model.index(0, PATH).data() is None


def test_thousands_of_files_come_as_they_are_asked_for(session, maya_facts, settle, qtbot):
    files = tuple(NeededFile(f"/nowhere/{number:04}.tx") for number in range(1200))
    session.open_facts(replace(maya_facts, files=files))
    settle(session)
    panel = FilesPanel(session)
    qtbot.addWidget(panel)
    panel.show()
    assert panel.model.rowCount() < len(panel.model.rows) == 1200
    assert panel.show_file("/nowhere/0900.tx")
    assert panel.view.currentIndex().row() == 900
    panel.view.selectAll()
    assert len(panel.view.selectionModel().selectedRows()) == 1200
