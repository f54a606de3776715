"""The rows of a request as a table, and the card around it: several at once, one step of undo, wrong texts kept."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, Callable, List

import pytest
from hypothesis import given
from hypothesis import strategies as st
from qtpy.QtCore import QItemSelectionModel, Qt
from qtpy.QtWidgets import QApplication, QComboBox

from farmsubmit.lang.frames import ORDERS, FrameSet
from farmsubmit.request import Row
from farmsubmit.scenes.facts import FrameRange, Layer, Output, SceneFacts
from farmsubmit_ui import style
from farmsubmit_ui.models.row_columns import columns_of, read, summary, text_of
from farmsubmit_ui.models.rows_model import RowsModel
from farmsubmit_ui.panels.rows_panel import RowsPanel
from farmsubmit_ui.session import Session
from farmsubmit_ui.widgets import MonoEdit
from farmsubmit_ui.widgets.expression import ExpressionEdit

Settle = Callable[[Session], None]
Role = Qt.ItemDataRole


# --- columns


@pytest.mark.parametrize(
    ("dcc", "titles"),
    [
        ("maya", ["Layer", "Camera"]),
        ("nuke", ["Write", "Views"]),
        ("katana", ["Render node", "Variables"]),
        ("blender", ["Scene", "Layers", "Camera"]),
    ],
)
def test_each_dcc_has_its_own_columns(dcc: str, titles: List[str]) -> None:
    columns = [column.title for column in columns_of(dcc) if not column.is_extra]
    assert columns == ["", *titles, "Frames", "Chunk", "Service", "Output"]


@pytest.mark.parametrize(("dcc", "takes"), [("maya", True), ("blender", True), ("nuke", False), ("katana", False)])
def test_only_some_dccs_can_be_told_where_to_write(dcc: str, takes: bool) -> None:
    assert next(column for column in columns_of(dcc) if column.field == "output").is_editable is takes


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        ("frames", "1-10x3", FrameSet.parse("1-10x3")),
        ("chunk", "all", 0),
        ("chunk", "", 0),
        ("chunk", "12", 12),
        ("service", "inherit", ""),
        ("service", "Linux && a", "Linux && a"),
        ("order", "reverse", "reverse"),
        ("priority", "", None),
        ("priority", "2.5", 2.5),
    ],
)
def test_a_text_becomes_a_value(field: str, text: str, value: Any) -> None:
    assert read(field, text) == value


@pytest.mark.parametrize(
    ("field", "text", "told"),
    [
        ("frames", "1-", "column"),
        ("frames", "", "no frames"),
        ("chunk", "-1", "whole number"),
        ("service", "a &&", "column"),
        ("order", "backwards", "column"),
        ("priority", "inf", "not a number"),
    ],
)
def test_a_text_that_is_no_value_is_told_in_a_sentence(field: str, text: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        read(field, text)


@given(st.lists(st.integers(-500, 2000), min_size=1, max_size=20), st.integers(0, 50))
def test_what_a_row_shows_reads_back(frames: List[int], chunk: int) -> None:
    row = Row("a", frames=FrameSet.of(frames), chunk=chunk)
    assert read("frames", text_of(row, "frames")) == row.frames
    assert read("chunk", text_of(row, "chunk")) == row.chunk


def test_a_row_says_how_many_tasks_it_makes() -> None:
    row = Row("a", frames=FrameSet.parse("1-101"), chunk=5, order="reverse")
    assert summary(row) == "101 frames in 21 tasks, sent reverse"
    assert summary(Row("a", frames=FrameSet.parse("1"))) == "1 frame in 1 task"
    assert summary(Row("a")).startswith("no frames")


# --- the model


@pytest.fixture
def model(opened: Session) -> RowsModel:
    return RowsModel(opened, opened)


def cell(model: RowsModel, row: int, field: str, role: Any = Role.DisplayRole) -> Any:
    return model.data(model.index(row, model.column_of(field)), role)


def values(model: RowsModel, field: str) -> List[Any]:
    return [getattr(row, field) for row in model._session.rows]


def test_rows_are_those_of_the_request(model: RowsModel) -> None:
    assert [cell(model, row, "layer") for row in range(4)] == ["beauty", "fx_smoke", "mattes", "turntable"]
    assert (cell(model, 0, "frames"), cell(model, 0, "chunk"), cell(model, 0, "service")) == (
        "1001-1100",
        "5",
        "inherit",
    )
    assert model.count_on() == 3


def test_nothing_open_is_no_rows(session: Session) -> None:
    assert RowsModel(session, session).rowCount() == 0


def test_what_is_off_or_inherited_is_dim(model: RowsModel) -> None:
    tokens = style.current()
    colours = [cell(model, row, "layer", Role.ForegroundRole).color().name() for row in (0, 3)]
    assert colours == [tokens.text, tokens.dim]
    assert cell(model, 0, "service", Role.ForegroundRole).color().name() == tokens.dim


def test_the_tooltip_tells_frames_and_origin(model: RowsModel) -> None:
    tip = cell(model, 0, "frames", Role.ToolTipRole)
    assert "100 frames in 20 tasks" in tip and "from scene" in tip


def test_several_rows_are_set_as_one_step(model: RowsModel) -> None:
    assert model.set_text([0, 2], model.column_of("chunk"), "10")
    assert values(model, "chunk") == [10, 5, 10, 5]
    model._session.undo_stack.undo()
    assert values(model, "chunk") == [5, 5, 5, 5]


def test_only_changed_rows_are_told(model: RowsModel, told: List[Any]) -> None:
    model.dataChanged.connect(lambda first, last, *_: told.append((first.row(), last.row())))
    model.modelReset.connect(lambda: told.append("reset"))
    model._session.set_row_values([model.row(1).id], "chunk", 7)
    model._session.set_job_value("comment", "nothing of the rows")
    assert told == [(1, 1)]


def test_a_wrong_text_stays_in_its_cell_and_the_row_keeps_its_value(model: RowsModel) -> None:
    assert not model.set_text([0], model.column_of("frames"), "1-x")
    assert cell(model, 0, "frames") == "1-x"
    assert cell(model, 0, "frames", Role.ForegroundRole).color().name() == style.current().failed
    assert str(values(model, "frames")[0]) == "1001-1100"
    assert model.problems()[0].startswith("beauty, frames: column")


def test_a_right_text_takes_the_mark_away(model: RowsModel) -> None:
    model.set_text([0], model.column_of("frames"), "1-x")
    model.set_text([0], model.column_of("frames"), "1001-1100")
    assert model.problems() == [] and cell(model, 0, "frames") == "1001-1100"


def test_undo_takes_a_wrong_text_of_the_same_cell_away(model: RowsModel) -> None:
    model.set_text([0], model.column_of("chunk"), "10")
    model.set_text([0, 1], model.column_of("chunk"), "x")
    model._session.undo_stack.undo()
    assert [cell(model, row, "chunk") for row in (0, 1)] == ["5", "x"]


def test_setting_what_is_there_already_is_no_step(model: RowsModel) -> None:
    model.set_text([0], model.column_of("chunk"), "5")
    assert not model._session.undo_stack.canUndo()


def test_rows_differ_where_their_texts_do(model: RowsModel) -> None:
    assert model.differs([0, 1], model.column_of("layer"))
    assert not model.differs([0, 1], model.column_of("chunk"))


@pytest.mark.parametrize("state", [Qt.CheckState.Unchecked, 0])
def test_a_box_switches_a_row_off(model: RowsModel, state: Any) -> None:
    assert model.setData(model.index(0, 0), state, Role.CheckStateRole)
    assert values(model, "on") == [False, True, True, False]


def test_the_frames_of_the_scene_come_back_as_one_step(
    session: Session, settle: Settle, maya_facts: SceneFacts
) -> None:
    from dataclasses import replace

    own = FrameRange(1040, 1100)
    layers = (Layer("a", frames=own), Layer("b"))
    session.open_facts(replace(maya_facts, layers=layers))
    settle(session)
    model = RowsModel(session, session)
    model.set_text([0, 1], model.column_of("frames"), "1-5")
    model.set_scene_frames([0, 1])
    assert [str(frames) for frames in values(model, "frames")] == ["1040-1100", "1001-1100"]
    session.undo_stack.undo()
    assert [str(frames) for frames in values(model, "frames")] == ["1-5", "1-5"]


def test_cells_are_taken_back_as_one_step(model: RowsModel) -> None:
    model.set_text([0, 1], model.column_of("service"), "BigIron")
    assert model.is_changed(0, model.column_of("service"))
    model.reset_cells([0, 1], model.column_of("service"))
    assert values(model, "service") == ["", "", "", ""]
    assert not model.is_changed(0, model.column_of("service"))
    model._session.undo_stack.undo()
    assert values(model, "service") == ["BigIron", "BigIron", "", ""]


def test_another_scene_brings_its_own_columns(opened: Session, settle: Settle, tmp_path: Path) -> None:
    model = RowsModel(opened, opened)
    model.set_text([0], model.column_of("frames"), "x")
    output = Output("Write1", file=str(tmp_path / "a.####.exr"), frames=FrameRange(1, 10), views=("left", "right"))
    opened.open_facts(SceneFacts("nuke", str(tmp_path / "a.nk"), outputs=(output,)))
    settle(opened)
    assert [cell(model, 0, field) for field in ("node", "frames")] == ["Write1", "1-10"]
    assert model.problems() == []


# --- policies


@pytest.fixture
def ruled(session: Session, maya_facts: SceneFacts, settle: Settle, tmp_path: Path, monkeypatch: Any) -> Session:
    site = tmp_path / "site"
    site.mkdir()
    text = '[policy."row.service"]\nlock = true\nreason = "one kind of blade"\n'
    text += (
        '[policy.chunk]\nmax = 20\n[policy."row.camera"]\nhide = true\n[policy."row.order"]\nchoices = ["forward"]\n'
    )
    (site / "settings.toml").write_text(text)
    monkeypatch.setenv("FARMSUBMIT_SITE", str(site))
    session.open_facts(maya_facts)
    settle(session)
    return session


def test_a_locked_column_cannot_be_edited_and_says_why(ruled: Session) -> None:
    model = RowsModel(ruled, ruled)
    index = model.index(0, model.column_of("service"))
    assert not model.flags(index) & Qt.ItemFlag.ItemIsEditable
    assert "one kind of blade" in model.data(index, Role.ToolTipRole)


def test_a_value_over_the_limit_stays_in_its_cell(ruled: Session) -> None:
    model = RowsModel(ruled, ruled)
    assert not model.set_text([0], model.column_of("chunk"), "50")
    assert "above 20" in model.problems()[0]


def test_a_hidden_column_is_hidden_and_choices_are_a_box(ruled: Session, qtbot: Any) -> None:
    panel = shown(ruled, qtbot)
    model = panel.model
    assert panel.view.isColumnHidden(model.column_of("camera"))
    panel.view.setColumnHidden(model.column_of("order"), False)
    panel.view.edit(model.index(0, model.column_of("order")))
    box = panel.view.viewport().findChild(QComboBox)
    assert [box.itemText(place) for place in range(box.count())] == ["forward"]


# --- the card


def shown(session: Session, qtbot: Any) -> RowsPanel:
    panel = RowsPanel(session)
    qtbot.addWidget(panel)
    style.apply_style(panel, "dark")
    panel.resize(640, 300)
    panel.show()
    return panel


@pytest.fixture
def panel(opened: Session, qtbot: Any) -> RowsPanel:
    return shown(opened, qtbot)


def select(panel: RowsPanel, *rows: int) -> None:
    for row in rows:
        flags = QItemSelectionModel.SelectionFlag
        panel.view.selectionModel().select(panel.model.index(row, 0), flags.Select | flags.Rows)


def edited(panel: RowsPanel, row: int, field: str) -> Any:
    """Open the editor of a cell and return it."""
    index = panel.model.index(row, panel.model.column_of(field))
    flags = QItemSelectionModel.SelectionFlag
    panel.view.selectionModel().setCurrentIndex(index, flags.NoUpdate)
    panel.view.edit(index)
    kind = ExpressionEdit if field == "service" else MonoEdit
    return panel.view.viewport().findChild(kind, f"row_{field}")


def test_an_empty_card_says_what_to_do(session: Session, qtbot: Any) -> None:
    panel = shown(session, qtbot)
    assert not panel.view.isVisible() and panel._empty.isVisible()
    assert panel._empty.sentence() == "Open a scene to choose what of it is rendered."


def test_the_card_is_named_by_the_dcc_and_counts_what_is_on(panel: RowsPanel) -> None:
    assert (panel.title.text(), panel.badge.text()) == ("LAYERS", "3 of 4")


def test_an_edit_of_one_of_several_selected_rows_is_for_all(panel: RowsPanel, qtbot: Any) -> None:
    select(panel, 0, 1)
    editor = edited(panel, 0, "chunk")
    editor.selectAll()
    qtbot.keyClicks(editor, "8")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    QApplication.processEvents()
    assert values(panel.model, "chunk") == [8, 8, 5, 5]


def test_an_edit_outside_of_the_selection_is_for_one(panel: RowsPanel, qtbot: Any) -> None:
    select(panel, 0, 1)
    editor = edited(panel, 2, "chunk")
    editor.selectAll()
    qtbot.keyClicks(editor, "8")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    QApplication.processEvents()
    assert values(panel.model, "chunk") == [5, 5, 8, 5]


def test_where_rows_differ_the_editor_says_so_and_changes_nothing_if_left(panel: RowsPanel, qtbot: Any) -> None:
    panel.model.set_text([1], panel.model.column_of("frames"), "1-5")
    select(panel, 0, 1)
    editor = edited(panel, 0, "frames")
    assert (editor.text(), editor.placeholderText()) == ("", "— 2 rows differ")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    QApplication.processEvents()
    assert [str(frames) for frames in values(panel.model, "frames")][:2] == ["1001-1100", "1-5"]


def test_a_mistake_is_told_while_it_is_typed_and_kept_after(panel: RowsPanel, qtbot: Any) -> None:
    editor = edited(panel, 0, "frames")
    editor.selectAll()
    qtbot.keyClicks(editor, "1-x")
    assert editor.has_problem() and "column" in editor.toolTip()
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    QApplication.processEvents()
    assert panel.problems() and panel._note.text() == panel.problems()[0]


def test_a_service_is_edited_as_an_expression(panel: RowsPanel, qtbot: Any) -> None:
    panel.set_known(["BigIron"])
    editor = edited(panel, 1, "service")
    qtbot.keyClicks(editor, "Big")
    assert editor.offered() == ["BigIron"]
    editor.complete("BigIron")
    editor.entered.emit()
    QApplication.processEvents()
    assert values(panel.model, "service")[1] == "BigIron"


def test_a_scene_that_is_read_again_leaves_the_cell_that_is_typed_in(
    panel: RowsPanel, opened: Session, maya_facts: SceneFacts, qtbot: Any, settle: Settle
) -> None:
    editor = edited(panel, 1, "frames")
    editor.setText("7-9")
    opened.reader = lambda: replace(maya_facts, frames=FrameRange(1, 5))
    opened.reload()
    settle(opened)
    assert str(values(panel.model, "frames")[0]) == "1-5"
    assert editor.isVisible() and editor.text() == "7-9"
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    QApplication.processEvents()
    assert str(values(panel.model, "frames")[1]) == "7-9"


def test_a_renderer_that_names_its_files_by_the_scene_is_told_no_output(
    session: Session, maya_facts: SceneFacts, settle: Settle
) -> None:
    layers = (Layer("a", renderer="renderman"), Layer("b"))
    session.open_facts(replace(maya_facts, renderer="arnold", layers=layers))
    settle(session)
    model = RowsModel(session, session)
    cells = [model.index(row, model.column_of("output")) for row in (0, 1)]
    assert [bool(model.flags(cell) & Qt.ItemFlag.ItemIsEditable) for cell in cells] == [False, True]


def test_an_order_is_chosen(panel: RowsPanel) -> None:
    panel.view.setColumnHidden(panel.model.column_of("order"), False)
    panel.view.edit(panel.model.index(0, panel.model.column_of("order")))
    box = panel.view.viewport().findChild(QComboBox)
    assert box.count() == len(ORDERS)
    box.setCurrentIndex(box.findText("reverse"))
    box.activated.emit(box.currentIndex())
    assert values(panel.model, "order")[0] == "reverse"


def test_space_switches_all_selected_rows(panel: RowsPanel, qtbot: Any) -> None:
    select(panel, 2, 3)
    qtbot.keyClick(panel.view, Qt.Key.Key_Space)
    assert values(panel.model, "on") == [True, True, True, True]
    qtbot.keyClick(panel.view, Qt.Key.Key_Space)
    assert values(panel.model, "on") == [True, True, False, False]


def test_delete_takes_the_cell_of_selected_rows_back(panel: RowsPanel, qtbot: Any) -> None:
    panel.model.set_text([0, 1, 2], panel.model.column_of("chunk"), "9")
    select(panel, 0, 1)
    index = panel.model.index(0, panel.model.column_of("chunk"))
    panel.view.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
    qtbot.keyClick(panel.view, Qt.Key.Key_Delete)
    assert values(panel.model, "chunk") == [5, 5, 9, 5]


def test_a_filter_hides_rows_and_the_buttons_are_for_those_shown(panel: RowsPanel) -> None:
    panel.filter.setText("mat")
    assert panel.view.shown_rows() == [2]
    panel.none_button.click()
    assert values(panel.model, "on") == [True, True, False, False]
    panel.filter.clear()
    panel.all_button.click()
    assert values(panel.model, "on") == [True, True, True, True]


def test_the_scene_range_is_for_selected_rows_or_all_that_are_on(panel: RowsPanel) -> None:
    panel.model.set_text([0, 1, 2, 3], panel.model.column_of("frames"), "1-5")
    panel.range_button.click()
    assert [str(frames) for frames in values(panel.model, "frames")] == ["1001-1100"] * 3 + ["1-5"]


def test_a_problem_leads_to_its_cell(panel: RowsPanel) -> None:
    panel.filter.setText("nothing like this")
    panel.show_row(panel.model.row(2).id, "frames")
    assert panel.view.selected_rows() == [2]
    assert panel.view.currentIndex().column() == panel.model.column_of("frames")
    panel.show_row("no such row")
    assert panel.view.selected_rows() == [2]


def test_rarely_used_columns_are_hidden_until_asked_for(panel: RowsPanel) -> None:
    number = panel.model.column_of("movie")
    assert panel.view.isColumnHidden(number)
    panel._show_column(number, True)
    assert not panel.view.isColumnHidden(number)


def test_the_table_is_as_high_as_its_rows_up_to_a_limit(panel: RowsPanel) -> None:
    four = panel.view.sizeHint().height()
    panel.filter.setText("beauty")
    assert panel.view.sizeHint().height() == four - 3 * style.px(24)
