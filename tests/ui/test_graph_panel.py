"""The tab of the task graph as a person uses it: the tree, its links and edits, the details, the graph, the filter."""

from __future__ import annotations

from typing import Any, Iterator, List

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from qtpy.QtCore import QModelIndex, QPoint, Qt
from qtpy.QtGui import QColor
from qtpy.QtWidgets import QApplication, QLineEdit

from farmsubmit.author.elements import Command, Instance, Job
from farmsubmit.engines.base import ACTIVE, DONE, ERROR, TaskStatus
from farmsubmit_ui.models.tree_cells import Column
from farmsubmit_ui.models.tree_model import TreeModel
from farmsubmit_ui.models.tree_nodes import PAGE
from farmsubmit_ui.models.tree_shape import JOB, scan
from farmsubmit_ui.panels.graph_memory import remember
from farmsubmit_ui.panels.graph_panel import GraphPanel
from farmsubmit_ui.panels.graphlayout import FOLD_FROM, HEIGHT, WIDTH, lay_out
from farmsubmit_ui.session import Session
from farmsubmit_ui.style import apply_style, tokens


def demo_job() -> Job:
    job = Job(title="shot", priority=100, service="Linux", maxactive=40, spoolcwd="X:/demo")
    job.newDirMap("X:/", "//server/projects/", "UNC")
    job.newDirMap("X:/", "/server/projects/", "NFS")
    job.envkey = ["maya2026", "setenv MTOA=5.5 API_TOKEN=geheim"]
    movie = job.newTask(title="movie", argv=["ffmpeg", "%D(X:/demo/b.%%04d.exr)"], service="ffmpeg")
    for layer in ("beauty", "fx"):
        group = movie.newTask(title=layer)
        for frame in range(1, 5):
            task = group.newTask(title=f"{layer} {frame}")
            task.newCommand(argv=["Render", "-s", str(frame), "-log", "%{j}.log", "%D(X:/demo/a.ma)"], retryrc=[211])
            task.addCleanup(Command(argv=["rm", "-rf", "/tmp/a b"]))
    sheet = job.newTask(title="sheet", argv=["oiiotool"], serialsubtasks=True)
    sheet.addChild(movie.subtasks[0])
    sheet.newTask(title="stamp", argv=["stamp"])
    return job


@pytest.fixture
def panel(session: Session, settle: Any, qtbot: Any) -> Iterator[GraphPanel]:
    session.open_job(demo_job())
    settle(session)
    made = GraphPanel(session)
    qtbot.addWidget(made)
    apply_style(made, "dark")
    made.resize(800, 720)
    with qtbot.waitExposed(made):
        made.show()
    made.model.finish()
    yield made
    made.model.stop()


def index_of(panel: GraphPanel, title: str, number: int = 0) -> QModelIndex:
    model = panel.model
    places = [place for place in range(len(model.shape or ())) if model.title_at(place) == title]
    return model.index_at(places[number])


def click(panel: GraphPanel, qtbot: Any, index: QModelIndex, double: bool = False) -> None:
    panel.tree.scrollTo(index)
    room = panel.tree.delegate.title_rect(index)
    place = QPoint(room.left() + 12, room.center().y())
    press = qtbot.mouseDClick if double else qtbot.mouseClick
    press(panel.tree.viewport(), Qt.MouseButton.LeftButton, pos=place)


def shown_titles(panel: GraphPanel) -> List[str]:
    """Return the titles of all rows of the tree that can be scrolled to."""
    found = []
    index = panel.model.index(0, 0)
    while index.isValid():
        found.append(index.data())
        index = panel.tree.indexBelow(index)
    return found


def spoken(panel: GraphPanel) -> str:
    return str(panel.details.task.toPlainText())


# --- the tree


def test_the_tree_begins_with_the_first_levels_open(panel: GraphPanel) -> None:
    assert shown_titles(panel)[:3] == ["shot", "movie", "beauty"]
    assert panel.counts.text() == "13 tasks · 11 commands"
    assert panel.order.text() == "runs bottom up"


def test_without_a_job_a_sentence_stands_there(session: Session, qtbot: Any) -> None:
    panel = GraphPanel(session)
    qtbot.addWidget(panel)
    assert panel.stack.currentWidget() is panel.empty
    assert "Open a scene" in panel.empty.sentence()
    assert not panel.filter.isEnabled()


def test_a_job_that_waits_for_itself_is_told_in_words(session: Session, settle: Any, qtbot: Any) -> None:
    job = Job(title="circle")
    task = job.newTask(title="a", argv=["x"])
    task.subtasks.append(task)
    panel = GraphPanel()
    qtbot.addWidget(panel)
    panel.model.set_job(job)
    qtbot.waitUntil(lambda: "wait for each other" in panel.empty.sentence())


def test_a_row_that_is_gone_to_is_selected_alone_while_a_key_is_held(panel: GraphPanel, qtbot: Any) -> None:
    panel.select_place(1)
    qtbot.keyClick(panel.tree, Qt.Key.Key_F11, Qt.KeyboardModifier.ControlModifier)
    panel.select_place(2)
    assert [panel.model.place(index) for index in panel.tree.selectionModel().selectedRows()] == [2]


def test_a_click_on_an_instance_goes_to_its_task(panel: GraphPanel, qtbot: Any) -> None:
    click(panel, qtbot, index_of(panel, "beauty", 1))
    assert panel.tree.currentIndex().parent().data() == "movie"


def test_enter_on_an_instance_goes_to_its_task(panel: GraphPanel, qtbot: Any) -> None:
    panel.tree.setCurrentIndex(index_of(panel, "beauty", 1))
    qtbot.keyClick(panel.tree, Qt.Key.Key_Return)
    assert panel.tree.currentIndex() == index_of(panel, "beauty")


def test_what_is_open_stays_open_when_a_row_changes(panel: GraphPanel, session: Session, settle: Any) -> None:
    panel.tree.close_all()
    panel.tree.select_place(panel.model.place(index_of(panel, "fx 3")) or 0)
    other = demo_job()
    other.subtasks[0].subtasks[0].newTask(title="beauty 5", argv=["Render"])
    session.open_job(other)
    settle(session)
    panel.model.finish()
    assert panel.tree.isExpanded(index_of(panel, "fx"))
    assert panel.tree.currentIndex().data() == "fx 3"
    assert not panel.tree.isExpanded(index_of(panel, "sheet"))


def test_open_and_close_all(panel: GraphPanel) -> None:
    panel.tree.close_all()
    assert shown_titles(panel) == ["shot", "movie", "sheet"]
    panel.tree.open_all()
    assert len(shown_titles(panel)) == 15


def test_more_rows_come_when_they_are_scrolled_to(qtbot: Any) -> None:
    job = Job(title="wide")
    for number in range(1000):
        job.newTask(title=f"frame {number}")
    panel = GraphPanel()
    qtbot.addWidget(panel)
    panel.resize(800, 700)
    panel.model.set_job(job)
    panel.show()
    bar = panel.tree.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    bar.setValue(bar.maximum())
    qtbot.waitUntil(lambda: panel.model.rowCount(panel.model.index(0, 0)) > PAGE + 1)


def test_enter_on_the_last_row_shows_many_more(qtbot: Any) -> None:
    job = Job(title="wide")
    for number in range(1000):
        job.newTask(title=f"frame {number}")
    panel = GraphPanel()
    qtbot.addWidget(panel)
    panel.model.set_job(job)
    top = panel.model.index(0, 0)
    panel.tree.setCurrentIndex(panel.model.index(PAGE, 0, top))
    qtbot.keyClick(panel.tree, Qt.Key.Key_Return)
    assert panel.model.rowCount(top) == 1000


def test_a_very_deep_tree_can_be_opened(qtbot: Any) -> None:
    job = Job(title="deep")
    parent: Any = job
    for number in range(5000):
        parent = parent.newTask(title=f"step {number}")
    panel = GraphPanel()
    qtbot.addWidget(panel)
    panel.model.set_job(job)
    panel.model.finish()
    panel.show()
    panel.tree.open_all()
    assert panel.show_task("step 1500")
    assert panel.tree.currentIndex().data() == "step 1500"
    assert remember(panel.tree, panel.model).current[-1] == "step 1500"


@pytest.mark.parametrize(("title", "offered"), [("beauty", ["Rename"]), ("fx 1", ["Rename", "Change the service"])])
def test_the_menu_offers_what_can_be_done(panel: GraphPanel, title: str, offered: List[str]) -> None:
    actions = panel.tree.menu_actions(index_of(panel, title))
    names = [action.text().replace("&", "") for action in actions if action is not None]
    assert names[: len(offered)] == offered
    assert names[-3:] == ["Copy the title", "Open all", "Close all"]


# --- edits


def test_a_title_is_renamed_in_place_and_undone(panel: GraphPanel, session: Session, settle: Any, qtbot: Any) -> None:
    panel.tree.setCurrentIndex(index_of(panel, "stamp"))
    panel.tree.rename_action.trigger()
    editor = panel.tree.findChild(QLineEdit, "tree_title")
    editor.setText("burn in")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: panel.tree.currentIndex().data() == "burn in")
    session.undo_stack.undo()
    settle(session)
    assert panel.tree.currentIndex().data() == "stamp"


def test_a_wrong_service_keeps_its_editor_open_and_says_why(panel: GraphPanel, session: Session, qtbot: Any) -> None:
    panel.tree.setCurrentIndex(index_of(panel, "stamp"))
    panel.tree.service_action.trigger()
    editor = panel.tree.viewport().findChild(object, "tree_service")
    qtbot.keyClicks(editor, "Linux &&")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert editor.isVisible()
    assert "column" in panel.note.text()
    assert "service" not in vars(session.job.subtasks[1].subtasks[1].cmds[0])  # type: ignore[union-attr]


def test_a_double_click_on_a_group_opens_it_and_edits_nothing(panel: GraphPanel, qtbot: Any) -> None:
    panel.tree.close_all()
    click(panel, qtbot, panel.model.index(0, 0, panel.model.index(0, 0)))
    click(panel, qtbot, panel.model.index(0, 0, panel.model.index(0, 0)), double=True)
    assert "beauty" in shown_titles(panel)
    assert panel.tree.findChild(QLineEdit, "tree_title") is None


def test_arguments_are_changed_one_a_line(panel: GraphPanel, session: Session, settle: Any) -> None:
    panel.show_task("stamp")
    panel.details.command.text.setPlainText("stamp\n-f\nwith blank\n")
    assert not panel.details.command.apply_button.isHidden()
    panel.details.command.apply()
    settle(session)
    assert session.job.subtasks[1].subtasks[1].cmds[0].argv == ["stamp", "-f", "with blank"]  # type: ignore[union-attr]
    assert panel.command_text() == 'stamp -f "with blank"'
    assert panel.details.command.apply_button.isHidden()


def test_a_command_of_nothing_is_refused_and_not_lost(panel: GraphPanel) -> None:
    panel.show_task("stamp")
    panel.details.command.text.setPlainText("")
    panel.details.command.apply()
    assert "program" in panel.details.command.problem.text()
    panel.details.command.revert_button.click()
    assert panel.details.command.text.toPlainText() == "stamp"


# --- details


def test_the_details_of_a_task(panel: GraphPanel) -> None:
    panel.show_task("fx 2")
    text = spoken(panel)
    assert "nothing — starts at once" in text
    assert "Render -s 2 -log %{j}.log %D(X:/demo/a.ma)" in text
    assert "X:/demo" in text
    assert "starts again at exit code 211" in text
    assert 'then rm -rf "/tmp/a b"' in text
    assert panel.details.tabText(0) == "fx 2"


@pytest.mark.parametrize(("tasks", "told"), [(1, "1 task, 1 command"), (2, "2 tasks, 2 commands")])
def test_one_of_something_is_told_as_one(session: Session, settle: Any, qtbot: Any, tasks: int, told: str) -> None:
    job = Job(title="small")
    for number in range(tasks):
        job.newTask(title=f"t{number}", argv=["true"], service="Render")
    session.open_job(job)
    settle(session)
    made = GraphPanel(session)
    qtbot.addWidget(made)
    made.show()
    made.model.finish()
    made.tree.setCurrentIndex(made.model.index(0, 0))
    assert told in spoken(made).splitlines()
    made.model.stop()


def test_the_environment_hides_secrets(panel: GraphPanel) -> None:
    panel.show_task("fx 2")
    assert "MTOA=5.5" in spoken(panel)
    assert "API_TOKEN=•••" in spoken(panel)
    assert "geheim" not in spoken(panel)


@pytest.mark.parametrize(
    ("title", "told"),
    [
        ("movie", "its 2 subtasks, in parallel (at most 40)"),
        ("beauty", "nothing — starts at once, 4 tasks in parallel (at most 40)"),
        ("stamp", "beauty"),
        ("sheet", "its 2 subtasks, one after another"),
    ],
)
def test_what_a_task_runs_after_is_told(panel: GraphPanel, title: str, told: str) -> None:
    panel.show_task(title)
    assert told in spoken(panel).replace("\xa0", " ")


def test_a_link_in_the_details_goes_to_the_task(panel: GraphPanel) -> None:
    panel.tree.setCurrentIndex(index_of(panel, "beauty", 1))
    target = panel.model.place(index_of(panel, "beauty"))
    panel.details.task.link_chosen.emit(f"place:{target}")
    assert panel.tree.currentIndex() == index_of(panel, "beauty")


def test_a_blade_sees_its_own_paths(panel: GraphPanel) -> None:
    panel.show_task("fx 2")
    text = str(panel.details.blade.toPlainText())
    assert "Render -s 2 -log ‹job id›.log //server/projects/demo/a.ma" in text
    assert "/server/projects/demo/a.ma" in text.splitlines()[-1]


def test_percent_signs_that_are_meant_are_seen_once(panel: GraphPanel) -> None:
    panel.show_task("movie")
    assert "/server/projects/demo/b.%04d.exr" in panel.details.blade.toPlainText()


def test_a_mistake_in_an_argument_is_marked(panel: GraphPanel) -> None:
    job = Job(title="bad")
    job.newTask(title="a", argv=["render", "a.%04d.exr", "%nobody"])
    panel.model.set_job(job)
    panel.show_task("a")
    html = panel.details.task.toHtml()
    assert html.count("underline") == 2
    assert tokens("dark").failed in html


def test_markup_in_a_title_stays_text(panel: GraphPanel) -> None:
    job = Job(title="<b>bold</b>")
    job.newTask(title="<img src=x>", argv=["<script>", "&amp;"], service="<u>")
    panel.model.set_job(job)
    panel.show_task("<img src=x>")
    assert "<script> &amp;" in spoken(panel)


def test_the_command_is_copied_as_one_line(panel: GraphPanel) -> None:
    panel.show_task("fx 1")
    panel.details.command.copy_button.click()
    assert QApplication.clipboard().text() == "Render -s 1 -log %{j}.log %D(X:/demo/a.ma)"


def test_a_row_without_a_command_says_so(panel: GraphPanel) -> None:
    panel.show_task("beauty")
    assert panel.command_text() == ""
    assert "no command of its own" in panel.details.blade.toPlainText()


# --- the filter


def test_typing_filters_and_shows_how_many(panel: GraphPanel, qtbot: Any) -> None:
    qtbot.keyClicks(panel.filter, "fx 3")
    qtbot.waitUntil(lambda: panel.counts.text() == "1 of 13 tasks")
    assert shown_titles(panel) == ["shot", "movie", "fx", "fx 3"]


def test_a_filter_that_finds_nothing_says_so(panel: GraphPanel, qtbot: Any) -> None:
    panel.filter.setText("no such thing")
    qtbot.waitUntil(lambda: panel.stack.currentWidget() is panel.empty)
    assert panel.filter.has_problem()
    panel.filter.clear()
    qtbot.waitUntil(lambda: panel.stack.currentWidget() is panel.tree)
    assert not panel.filter.has_problem()


def test_what_was_open_is_open_again_without_a_filter(panel: GraphPanel, qtbot: Any) -> None:
    panel.tree.close_all()
    before = shown_titles(panel)
    panel.filter.setText("fx 3")
    qtbot.waitUntil(lambda: panel.counts.text().startswith("1 of"))
    panel.filter.clear()
    qtbot.waitUntil(lambda: "of" not in panel.counts.text())
    assert shown_titles(panel) == before


def test_enter_goes_from_hit_to_hit(panel: GraphPanel, qtbot: Any) -> None:
    panel.filter.setText("beauty")
    seen = []
    for _ in range(3):
        qtbot.keyClick(panel.filter, Qt.Key.Key_Return)
        seen.append(panel.tree.currentIndex().data())
    assert seen == ["beauty", "beauty 1", "beauty 2"]


def test_find_brings_the_keyboard_to_the_filter(panel: GraphPanel, qtbot: Any) -> None:
    panel.find()
    assert panel.focusWidget() is panel.filter


# --- states


def test_states_are_shown_counted_and_filtered_for(panel: GraphPanel, qtbot: Any) -> None:
    states = {tid: TaskStatus(tid, "", DONE) for tid in range(3, 7)}
    states[4] = TaskStatus(4, "", ERROR, exit_code=211, blade="rack-153")
    states[8] = TaskStatus(8, "", ACTIVE, progress=40)
    panel.model.set_states(states)
    chip = panel.findChild(object, "only_error")
    qtbot.waitUntil(lambda: (chip.text(), chip.isVisibleTo(panel)) == ("failed 1", True))
    chip.click()
    qtbot.waitUntil(lambda: shown_titles(panel) == ["shot", "movie", "beauty", "beauty 2"])
    panel.model.set_states({5: TaskStatus(5, "", ERROR)})
    qtbot.waitUntil(lambda: "beauty 3" in shown_titles(panel))


def test_a_bar_is_as_long_as_the_progress(panel: GraphPanel) -> None:
    panel.model.set_states({3: TaskStatus(3, "", ACTIVE, progress=50)})
    index = index_of(panel, "beauty 1")
    cell = index.sibling(index.row(), 5)
    panel.tree.scrollTo(index)
    picture = panel.tree.viewport().grab().toImage()
    ratio = picture.devicePixelRatio()
    room = panel.tree.visualRect(cell)
    fill, y = QColor(tokens("dark").active_fill), int(room.center().y() * ratio)
    filled = [x for x in range(room.left(), room.right()) if picture.pixelColor(int(x * ratio), y) == fill]
    assert 0.35 < len(filled) / room.width() < 0.55


# --- the graph


def graph_of(panel: GraphPanel, qtbot: Any) -> Any:
    panel.toggle_graph()
    qtbot.waitUntil(lambda: bool(panel.graph.view.boxes))
    return panel.graph.view


def test_the_graph_has_a_box_for_each_row(panel: GraphPanel, qtbot: Any) -> None:
    view = graph_of(panel, qtbot)
    assert {box.place for box in view.boxes} == {JOB, *range(len(panel.model.shape or ()))}
    assert panel.order.text() == "runs left to right"


def test_the_numbers_of_a_job_are_told(panel: GraphPanel, qtbot: Any) -> None:
    graph_of(panel, qtbot)
    qtbot.waitUntil(lambda: "critical path 3 tasks" in panel.graph.numbers.whole_text())
    assert "3 levels, the widest with 8" in panel.graph.numbers.whole_text()


def test_tree_and_graph_share_the_selection(panel: GraphPanel, qtbot: Any) -> None:
    view = graph_of(panel, qtbot)
    view.place_chosen.emit(panel.model.place(index_of(panel, "fx 2")))
    assert panel.tree.currentIndex().data() == "fx 2"
    panel.show_task("stamp")
    assert [item.title() for item in view._items if item.is_current] == ["stamp"]


def test_a_box_is_selected_with_a_click(panel: GraphPanel, qtbot: Any) -> None:
    view = graph_of(panel, qtbot)
    item = next(item for item in view._items if item.title() == "movie")
    view.fit()
    place = view.mapFromScene(item.pos())
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert panel.tree.currentIndex().data() == "movie"


def test_arrow_keys_go_along_the_graph(panel: GraphPanel, qtbot: Any) -> None:
    view = graph_of(panel, qtbot)
    panel.show_task("fx")
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert panel.tree.currentIndex().data() == "movie"
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert panel.tree.currentIndex().data() == "shot"


def test_the_wheel_and_the_keys_zoom(panel: GraphPanel, qtbot: Any) -> None:
    view = graph_of(panel, qtbot)
    before = view.transform().m11()
    qtbot.keyClick(view, Qt.Key.Key_Plus)
    assert view.transform().m11() > before
    qtbot.keyClick(view, Qt.Key.Key_0)
    assert view.transform().m11() == pytest.approx(1.0)
    for _ in range(100):
        view.zoom_by(0.5)
    assert view.transform().m11() == pytest.approx(0.02)


def test_fit_shows_all_of_the_graph(panel: GraphPanel, qtbot: Any) -> None:
    view = graph_of(panel, qtbot)
    view.zoom_by(3)
    qtbot.keyClick(view, Qt.Key.Key_F)
    shown = view.mapToScene(view.viewport().rect()).boundingRect()
    assert shown.contains(view.scene().itemsBoundingRect())


def test_what_a_filter_does_not_find_stands_back(panel: GraphPanel, qtbot: Any) -> None:
    view = graph_of(panel, qtbot)
    panel.filter.setText("fx 3")
    qtbot.waitUntil(lambda: any(item.opacity() < 1 for item in view._items))
    assert sorted(item.title() for item in view._items if item.opacity() == 1) == ["fx", "fx 3", "movie", "shot"]


def test_a_fold_opens_with_a_click(qtbot: Any) -> None:
    job = Job(title="wide")
    for number in range(FOLD_FROM + 300):
        job.newTask(title=f"frame {number}", argv=["x"])
    panel = GraphPanel()
    qtbot.addWidget(panel)
    panel.resize(800, 700)
    panel.model.set_job(job)
    panel.show()
    view = graph_of(panel, qtbot)
    assert [item.title() for item in view._items] == ["wide", "frame 0", "frame 1", "… 598 more"]
    view._choose(view._items[-1])
    assert view._items[-1].title() == "… 298 more"


def test_a_graph_that_is_too_large_is_told_in_numbers(qtbot: Any) -> None:
    job = Job(title="deep")
    parent: Any = job
    for number in range(5000):
        parent = parent.newTask(title=f"step {number}", argv=["x"])
    panel = GraphPanel()
    qtbot.addWidget(panel)
    panel.model.set_job(job)
    panel.model.finish()
    panel.show()
    panel.toggle_graph()
    qtbot.waitUntil(lambda: "critical path 5,000 tasks" in panel.graph.too_large.sentence())
    assert "5,000 levels" in panel.graph.too_large.sentence()
    assert panel.graph.view.boxes == []


@given(st.recursive(st.just([]), lambda below: st.lists(below, max_size=12), max_leaves=60), st.lists(st.booleans()))
@settings(max_examples=60, deadline=None)
def test_no_two_boxes_touch_and_children_stand_left_of_their_parent(tree: Any, serial: List[bool]) -> None:
    job = Job(title="grown")
    left = [(job, below) for below in tree]
    number = 0
    while left:
        parent, below = left.pop(0)
        is_serial = number < len(serial) and serial[number]
        task = parent.newTask(title=f"t{number}", serialsubtasks=is_serial or None)
        number += 1
        left += [(task, each) for each in below]
    *_, shape = scan(job)
    layout = lay_out(shape, {})
    assert layout is not None
    boxes = layout.boxes
    for one, box in enumerate(boxes):
        for other in boxes[one + 1 :]:
            assert abs(box.x - other.x) >= WIDTH or abs(box.y - other.y) >= HEIGHT
    at = layout.box_of()
    for place, parent_place in enumerate(shape.parents):
        assert boxes[at[place]].x < boxes[at[parent_place]].x


def test_a_shared_task_is_one_box_and_a_dashed_link(qtbot: Any) -> None:
    job = Job(title="shared")
    first, second = job.newTask(title="a"), job.newTask(title="b")
    task = first.newTask(title="sim", argv=["x"])
    second.addChild(task)
    model = TreeModel()
    model.set_job(job)
    model.finish()
    assert model.shape is not None
    layout = lay_out(model.shape, model.cells.links)
    assert layout is not None
    ends = [(layout.boxes[a].place, layout.boxes[b].place) for a, b in layout.links]
    assert ends == [(1, 3)]
    assert isinstance(model.shape.elements[3], Instance)


# --- looks


@pytest.mark.parametrize("style", ["dark", "light"])
def test_the_panel_is_painted_in_both_styles(panel: GraphPanel, style: str, qtbot: Any) -> None:
    apply_style(panel, style)
    ground = panel.tree.viewport().grab().toImage().pixelColor(700, 300)
    assert ground != QColor("black")
    assert panel.details.task.toHtml().count(tokens(style).dim) > 0


def test_every_control_has_a_name_for_those_who_cannot_see(panel: GraphPanel) -> None:
    for widget in (panel.filter, panel.switch, panel.tree, panel.graph.view, panel.details.command.text):
        assert widget.objectName()
        assert widget.accessibleName()
    index = index_of(panel, "sheet")
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "Task: sheet"


@pytest.mark.parametrize("width", [800, 560])
@pytest.mark.parametrize("is_live", [False, True])
def test_columns_have_room_for_their_words(panel: GraphPanel, width: int, is_live: bool) -> None:
    panel.resize(width, 700)
    if is_live:
        panel.model.set_states({1: TaskStatus(1, "", ACTIVE)})
    header = panel.tree.header()
    for section in range(header.count()):
        name = panel.model.headerData(section, Qt.Orientation.Horizontal)
        assert header.fontMetrics().horizontalAdvance(name) < header.sectionSize(section)
    assert panel.model.column(0) is Column.TASK


def test_a_title_of_10000_letters_and_other_scripts_are_shown(panel: GraphPanel) -> None:
    job = Job(title="ש" * 10_000)
    job.newTask(title="🎬 " + "x" * 10_000, argv=["y" * 10_000])
    panel.model.set_job(job)
    panel.tree.open_all()
    panel.tree.setCurrentIndex(panel.model.index(0, 0, panel.model.index(0, 0)))
    assert panel.grab().width() == panel.width()
    assert len(panel.details.tabText(0)) <= 32
