"""Directory maps as a table, and the card around it: drafts kept, order that decides, paths tried."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Callable, List

import pytest
from hypothesis import given
from hypothesis import strategies as st
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QApplication

from farmsubmit.author.elements import Job
from farmsubmit.lang.dirmap import DirMap, used_by
from farmsubmit.scenes.facts import NeededFile, Output, Reference, SceneFacts
from farmsubmit_ui import style
from farmsubmit_ui.models.dirmaps_model import DirmapsModel, Draft, count_used, paths_of
from farmsubmit_ui.panels.dirmaps_panel import DirmapsPanel
from farmsubmit_ui.session import Session
from farmsubmit_ui.widgets import MonoEdit

Settle = Callable[[Session], None]
Role = Qt.ItemDataRole

UNC = DirMap("X:/", "//fileserver/projects", "UNC")
NFS = DirMap("X:/", "/fileserver/projects", "NFS")


@pytest.fixture
def mapped(opened: Session) -> Session:
    opened.set_dirmaps([UNC, NFS])
    return opened


@pytest.fixture
def model(mapped: Session) -> DirmapsModel:
    return DirmapsModel(mapped, mapped)


def texts(model: DirmapsModel, row: int) -> List[str]:
    return [model.data(model.index(row, column)) for column in range(3)]


def set_parts(model: DirmapsModel, row: int, *parts: str) -> None:
    for column, part in enumerate(parts):
        model.setData(model.index(row, column), part)


def test_maps_are_those_of_the_request(model: DirmapsModel) -> None:
    assert [texts(model, row) for row in range(2)] == [
        list(Draft(*map(str, (m.src, m.dst, m.zone)))) for m in (UNC, NFS)
    ]


def test_a_changed_part_goes_to_the_session_as_one_step(model: DirmapsModel) -> None:
    model.setData(model.index(0, 1), " //other/share ")
    assert model._session.dirmaps[0] == DirMap("X:/", "//other/share", "UNC")
    model._session.undo_stack.undo()
    assert texts(model, 0)[1] == "//fileserver/projects"


def test_a_map_is_sent_once_it_is_finished(model: DirmapsModel) -> None:
    row = model.add()
    assert model.problems() == []
    set_parts(model, row, "/mnt", "M:/")
    assert "map 3: the zone is missing" in model.problems()[0]
    assert len(model._session.dirmaps) == 2
    set_parts(model, row, "/mnt", "M:/", "UNC")
    assert model._session.dirmaps[2] == DirMap("/mnt", "M:/", "UNC") and model.problems() == []


def test_an_unfinished_map_survives_other_changes(model: DirmapsModel) -> None:
    set_parts(model, model.add(), "/mnt")
    model._session.set_job_value("comment", "x")
    model.setData(model.index(0, 2), "WIN")
    assert texts(model, 2)[0] == "/mnt"


def test_maps_are_taken_out(model: DirmapsModel) -> None:
    model.remove([0])
    assert model._session.dirmaps == (NFS,)


def test_the_order_is_kept_and_changed(model: DirmapsModel) -> None:
    assert model.move(0, 1) == 1
    assert model._session.dirmaps == (NFS, UNC)
    assert model.move(1, 1) == 1
    assert model.move(1, -1) == 0
    assert model._session.dirmaps == (UNC, NFS)


def test_the_paths_that_a_map_serves_are_counted(mapped: Session, maya_facts: SceneFacts, qtbot: Any) -> None:
    folder = str(Path(maya_facts.path).parent)
    model = DirmapsModel(mapped, mapped)
    model.add(Draft(folder, "/elsewhere", "NFS"))
    qtbot.waitUntil(lambda: model.data(model.index(2, 3)) != "…")
    assert model.data(model.index(2, 3)) == f"{len(paths_of(maya_facts))} paths"
    assert model.data(model.index(0, 3)) == "0 paths"
    assert model.data(model.index(0, 3), Role.ForegroundRole).color().name() == style.current().dim


def test_the_paths_of_a_scene_are_each_there_once() -> None:
    files = (NeededFile("/a.tx"), NeededFile("/a.tx"), NeededFile(""))
    outputs = (Output("w", file="/out.####.exr"), Output("v", file="[value x]", resolved=False))
    facts = SceneFacts("nuke", "/s.nk", files=files, outputs=outputs, references=(Reference("/r.nk"),))
    assert paths_of(facts) == ("/s.nk", "/a.tx", "/r.nk", "/out.####.exr")


PARTS = st.lists(st.sampled_from(["a", "B", "b", "x.tx", "a\\c"]), max_size=4)
PATHS = st.builds(
    lambda root, parts, end: root + "/".join(parts) + end,
    st.sampled_from(["/", "X:/", "x:\\", "//srv/share/", ""]),
    PARTS,
    st.sampled_from(["", "/"]),
).filter(bool)


@given(PATHS, st.lists(PATHS, max_size=8))
def test_counting_by_folders_is_counting_one_by_one(src: str, paths: List[str]) -> None:
    found = DirMap(src, "/y", "NFS")
    assert count_used([found], paths) == {found: used_by(found, paths)}


def test_a_map_that_another_hides_is_told(model: DirmapsModel) -> None:
    set_parts(model, model.add(), "X:/deep", "/deep", "NFS")
    assert model.warnings() == ["in zone NFS the map of X:/deep is never used: X:/ stands before it and wins"]


def test_a_path_is_tried_in_every_zone(model: DirmapsModel) -> None:
    results = [(found.zone, found.result) for found in model.try_path("X:/tex/wall.tx")]
    assert results == [("UNC", "//fileserver/projects/tex/wall.tx"), ("NFS", "/fileserver/projects/tex/wall.tx")]
    assert model.try_path("") == []


def test_a_finished_job_has_maps_too(session: Session, finished_job: Job, settle: Settle) -> None:
    finished_job.newDirMap("X:/", "/x", "NFS")
    session.open_job(finished_job)
    settle(session)
    model = DirmapsModel(session, session)
    model.setData(model.index(0, 1), "/y")
    assert session.dirmaps == (DirMap("X:/", "/y", "NFS"),)


# --- the card


def shown(session: Session, qtbot: Any) -> DirmapsPanel:
    panel = DirmapsPanel(session)
    qtbot.addWidget(panel)
    style.apply_style(panel, "dark")
    panel.resize(640, 300)
    panel.show()
    return panel


@pytest.fixture
def panel(mapped: Session, qtbot: Any) -> DirmapsPanel:
    return shown(mapped, qtbot)


def test_with_nothing_open_the_card_says_so(session: Session, qtbot: Any) -> None:
    panel = shown(session, qtbot)
    assert panel._empty.sentence() == "Open a scene to see where its paths go."
    assert not panel.add_button.isEnabled() and not panel._empty.button.isVisible()


def test_without_maps_the_card_says_what_that_means_and_offers_one(opened: Session, qtbot: Any) -> None:
    panel = shown(opened, qtbot)
    assert "every blade sees the paths of this machine" in panel._empty.sentence()
    panel._empty.button.click()
    assert panel.model.rowCount() == 1 and panel.view.isVisible()


def test_a_new_map_is_typed_at_once(panel: DirmapsPanel, qtbot: Any) -> None:
    panel.add_button.click()
    editor = panel.view.viewport().findChild(MonoEdit, "dirmap_src")
    qtbot.keyClicks(editor, "/mnt")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    QApplication.processEvents()
    assert texts(panel.model, 2)[0] == "/mnt"
    assert panel._note.text() == panel.problems()[0]


def test_the_buttons_are_for_the_selection(panel: DirmapsPanel) -> None:
    assert not panel.remove_button.isEnabled() and not panel.up_button.isEnabled()
    panel.view.selectRow(1)
    panel.up_button.click()
    assert panel._session.dirmaps == (NFS, UNC) and panel.view.selected_rows() == [0]
    panel.remove_button.click()
    assert panel._session.dirmaps == (UNC,) and panel.badge.text() == "1"


def test_a_map_moves_only_where_there_is_room(panel: DirmapsPanel) -> None:
    panel.view.selectRow(0)
    assert panel.down_button.isEnabled() and not panel.up_button.isEnabled()
    panel.view.selectRow(panel.model.rowCount() - 1)
    assert panel.up_button.isEnabled() and not panel.down_button.isEnabled()


def test_where_a_path_goes_is_shown_while_it_is_typed(panel: DirmapsPanel, qtbot: Any) -> None:
    qtbot.keyClicks(panel.path, "X:/a")
    assert panel.results.texts() == ["UNC //fileserver/projects/a", "NFS /fileserver/projects/a"]
    panel.path.setText("/home/a")
    assert panel.results.texts() == ["UNC stays as it is", "NFS stays as it is"]
    panel.path.setText("X:/a")
    panel.path.clear()
    # The scene's own path stands there as an example.
    assert panel.results.texts() == ["UNC stays as it is", "NFS stays as it is"]


def test_a_changed_map_changes_where_the_path_goes(panel: DirmapsPanel) -> None:
    panel.path.setText("X:/a")
    panel.model.setData(panel.model.index(1, 1), "/other")
    assert panel.results.texts()[1] == "NFS /other/a"


def test_changed_maps_are_marked_and_can_be_taken_back(panel: DirmapsPanel) -> None:
    assert panel.mark.is_changed()
    panel.mark.reset_requested.emit()
    assert panel.model.rowCount() == 0 and not panel.mark.is_changed()


def test_locked_maps_can_only_be_looked_at(
    session: Session, maya_facts: SceneFacts, settle: Settle, qtbot: Any, tmp_path: Path, monkeypatch: Any
) -> None:
    site = tmp_path / "site"
    site.mkdir()
    text = 'dirmaps = ["X:/=/x@NFS"]\n[policy.dirmaps]\nlock = true\nreason = "the site maps paths"\n'
    (site / "settings.toml").write_text(text)
    monkeypatch.setenv("FARMSUBMIT_SITE", str(site))
    session.open_facts(maya_facts)
    settle(session)
    panel = shown(session, qtbot)
    panel.view.selectRow(0)
    assert not panel.add_button.isEnabled() and not panel.remove_button.isEnabled()
    assert not panel.model.flags(panel.model.index(0, 0)) & Qt.ItemFlag.ItemIsEditable
    assert panel._lock.isVisible() and panel._lock.toolTip() == "the site maps paths"


def test_a_card_without_maps_that_is_locked_says_the_same_but_offers_nothing(
    session: Session, maya_facts: SceneFacts, settle: Settle, qtbot: Any, tmp_path: Path, monkeypatch: Any
) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (site / "settings.toml").write_text("[policy.dirmaps]\nlock = true\n")
    monkeypatch.setenv("FARMSUBMIT_SITE", str(site))
    session.open_facts(maya_facts)
    settle(session)
    panel = shown(session, qtbot)
    assert panel._empty.sentence().startswith("No directory maps") and not panel._empty.button.isVisible()
