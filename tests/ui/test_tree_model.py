"""The task tree as a model, without a view: rows, cells, filter, edits, states, and what it must not do to a job."""

from __future__ import annotations

from typing import Any, Dict, List, Optional

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from qtpy.QtCore import QAbstractItemModel, QModelIndex, Qt

from farmsubmit import to_tcl
from farmsubmit.author.elements import Command, Instance, Iterate, Job, Task
from farmsubmit.engines.base import ACTIVE, BLOCKED, DONE, ERROR, TaskStatus
from farmsubmit.formats.outline import outline
from farmsubmit_ui.models.tree_model import (
    CHIP_ROLE,
    KIND_ROLE,
    NOTE_ROLE,
    PROGRESS_ROLE,
    STATE_ROLE,
    TONE_ROLE,
    TreeModel,
)
from farmsubmit_ui.models.tree_nodes import DEEPEST, PAGE
from farmsubmit_ui.models.tree_path import critical_path
from farmsubmit_ui.models.tree_search import Words, keep
from farmsubmit_ui.models.tree_shape import JOB, Shape, scan
from farmsubmit_ui.models.tree_states import States, job_of

TASK, SERVICE, FRAMES, COMMANDS, STATE = range(5)


# --- making jobs and looking at models


def picture_job() -> Job:
    """The job of the picture: a movie after three layers, and a sheet that waits for one of them again."""
    job = Job(title="sq02_sh010 lighting v012", priority=100, service="PixarRender")
    movie = job.newTask(title="make movie", serialsubtasks=True)
    movie.newCommand(argv=["ffmpeg", "-i", "%D(/show/b.####.exr)"], service="ffmpeg")
    for layer in ("beauty", "fx_smoke", "mattes"):
        group = movie.newTask(title=layer)
        for first in range(1001, 1021, 5):
            argv = ["Render", "-s", str(first), "-e", str(first + 4), "-rl", layer]
            group.newTask(title=f"{layer} {first}-{first + 4}", argv=argv)
    sheet = job.newTask(title="contact sheet", argv=["oiiotool"], service="oiio")
    sheet.addChild(movie.subtasks[0])
    return job


def shown(job: Job, tasks: Optional[Dict[int, Task]] = None) -> TreeModel:
    model = TreeModel()
    model.set_job(job, tasks)
    model.finish()
    return model


def shape_of(job: Job) -> Shape:
    *_, shape = scan(job)
    return shape


def find(model: TreeModel, *titles: str) -> QModelIndex:
    """Return the index of a row by the titles from below the job down to it."""
    index = model.index(0, 0)
    for title in titles:
        rows = [model.index(row, 0, index) for row in range(model.rowCount(index))]
        index = next(each for each in rows if each.data() == title)
    return index


def cells(model: TreeModel, index: QModelIndex) -> List[Any]:
    return [index.sibling(index.row(), column).data() for column in range(model.columnCount())]


def titles(model: QAbstractItemModel) -> List[str]:
    """Return the titles of all rows that are shown, in script order."""
    found, left = [], [model.index(0, 0)]
    while left:
        index = left.pop()
        found.append(index.data())
        left += [model.index(row, 0, index) for row in reversed(range(model.rowCount(index)))]
    return found


def status(tid: int, state: str, progress: int = 0, **more: Any) -> TaskStatus:
    return TaskStatus(tid, f"task {tid}", state, progress=progress, **more)


class FakeSession:
    """What the model needs of a session, and a list of what it was asked to change."""

    class _Signal:
        def connect(self, slot: Any) -> None:
            self.emit = slot

    class _Undo:
        def __init__(self) -> None:
            self.macros: List[str] = []

        def beginMacro(self, text: str) -> None:
            self.macros.append(text)

        def endMacro(self) -> None:
            self.macros.append("end")

    def __init__(self, job: Job) -> None:
        self.job: Optional[Job] = job
        self.request: Any = None
        self.is_same_tree = False
        self.job_changed: Any = self._Signal()
        self.undo_stack = self._Undo()
        self.edits: List[Any] = []

    def edit_element(self, element: Any, attribute: str, value: Any) -> None:
        self.edits.append((element.label, attribute, value))
        setattr(element, attribute, value)
        self.job_changed.emit()


# --- rows


def test_the_model_keeps_the_rules_of_qt(qtmodeltester: Any) -> None:
    job = picture_job()
    for number in range(PAGE + 50):
        job.newTask(title=f"frame {number}")
    qtmodeltester.check(shown(job))


def test_the_job_is_the_only_row_at_the_top() -> None:
    model = shown(picture_job())
    assert model.rowCount() == 1
    assert model.index(0, 0).data() == "sq02_sh010 lighting v012"
    assert not model.index(0, 0).parent().isValid()


def test_without_a_job_there_is_no_row() -> None:
    model = TreeModel()
    assert (model.rowCount(), model.hasChildren()) == (0, False)


def test_rows_stand_in_script_order() -> None:
    job = picture_job()
    expected = [row.title for row in outline(job).rows]
    assert titles(shown(job)) == ["sq02_sh010 lighting v012", *expected]


def test_an_element_is_the_live_one_of_the_job() -> None:
    job = picture_job()
    model = shown(job)
    assert model.element(find(model, "make movie", "beauty")) is job.subtasks[0].subtasks[0]


def test_looking_at_a_job_does_not_change_its_script() -> None:
    job = picture_job()
    before = to_tcl(job)
    model = shown(job)
    for row in titles(model):
        assert row
    assert to_tcl(job) == before
    assert "subtasks" not in vars(job.subtasks[0].subtasks[0].subtasks[0])


def test_a_long_row_of_children_ends_in_how_many_more_there_are() -> None:
    job = Job(title="wide")
    for number in range(1000):
        job.newTask(title=f"frame {number}")
    model = shown(job)
    top = model.index(0, 0)
    assert model.rowCount(top) == PAGE + 1
    assert model.index(PAGE, 0, top).data() == f"{1000 - PAGE} more"
    assert model.index(PAGE, 0, top).data(KIND_ROLE) == "more"


def test_showing_more_ends_with_all_children_and_no_row_more() -> None:
    job = Job(title="wide")
    for number in range(1000):
        job.newTask(title=f"frame {number}")
    model = shown(job)
    top = model.index(0, 0)
    branch = model.more(model.index(PAGE, 0, top))
    assert branch is not None
    model.show_rows(branch, 400)
    assert model.rowCount(top) == 401
    model.show_rows(branch, 5000)
    assert (model.rowCount(top), model.index(999, 0, top).data()) == (1000, "frame 999")


def test_a_chain_of_100000_tasks_is_shown_as_deep_as_a_view_can_go() -> None:
    job = Job(title="deep")
    parent: Any = job
    for number in range(100_000):
        parent = parent.newTask(title=f"step {number}")
    parent.newCommand(argv=["last"])
    model = shown(job)
    index, depth = model.index(0, 0), 0
    while model.hasChildren(index):
        index, depth = model.index(0, 0, index), depth + 1
    assert depth == DEEPEST
    assert "deeper" in index.data(NOTE_ROLE)
    assert index.sibling(0, COMMANDS).data() == "1"


def test_a_task_under_two_parents_is_an_instance_the_second_time() -> None:
    job = Job(title="shared")
    task = Task(title="sim", argv=["sim"])
    first, second = job.newTask(title="a"), job.newTask(title="b")
    first.subtasks.append(task)
    second.subtasks.append(task)
    model = shown(job)
    assert find(model, "a", "sim").data(KIND_ROLE) == "task"
    assert find(model, "b", "sim").data(KIND_ROLE) == "instance"


def test_the_template_of_an_iterate_stands_below_it() -> None:
    job = Job(title="loop")
    iterate = Iterate(varname="i", frm=1, to=9, by=2)
    iterate.addTemplate(Task(title="pass $i", argv=["render", "$i"]))
    job.addChild(iterate)
    model = shown(job)
    assert find(model, "i = 1 to 9 by 2", "pass $i").sibling(0, COMMANDS).data() == "1"
    assert find(model, "i = 1 to 9 by 2").data(CHIP_ROLE) == "iterate"


def test_a_task_inside_itself_is_told_in_words(told: List[Any]) -> None:
    job = Job(title="circle")
    task = job.newTask(title="a")
    task.subtasks.append(task)
    model = TreeModel()
    model.failed.connect(told.append)
    model.set_job(job)
    assert "wait for each other" in told[0]
    assert model.rowCount() == 0


def test_the_place_of_a_row_leads_back_to_it() -> None:
    model = shown(picture_job())
    for place in range(JOB, len(model.shape or ())):
        assert model.place(model.index_at(place)) == place


def test_the_place_of_a_row_behind_the_page_shows_it() -> None:
    job = Job(title="wide")
    for number in range(1000):
        job.newTask(title=f"frame {number}")
    model = shown(job)
    assert model.index_at(700).data() == "frame 700"


# --- cells


def test_the_cells_of_the_job() -> None:
    model = shown(picture_job())
    assert cells(model, model.index(0, 0)) == ["sq02_sh010 lighting v012", "PixarRender", "", "14", "priority 100"]


def test_the_cells_of_a_task_with_children() -> None:
    model = shown(picture_job())
    assert cells(model, find(model, "make movie")) == ["make movie", "ffmpeg", "", "13", "after 3"]
    assert find(model, "make movie").data(CHIP_ROLE) == "serial"


def test_a_group_has_the_frames_of_its_tasks_and_waits_for_nothing_of_its_own() -> None:
    model = shown(picture_job())
    assert cells(model, find(model, "make movie", "beauty")) == ["beauty", "inherit", "1001-1020", "4", "ready"]


def test_an_inherited_service_is_dim_and_an_own_one_is_not() -> None:
    model = shown(picture_job())
    group, movie = find(model, "make movie", "beauty"), find(model, "make movie")
    assert group.sibling(group.row(), SERVICE).data(TONE_ROLE) == "dim"
    assert movie.sibling(movie.row(), SERVICE).data(TONE_ROLE) == "text"


def test_below_a_serial_parent_a_row_waits_for_its_elder() -> None:
    model = shown(picture_job())
    assert cells(model, find(model, "make movie", "fx_smoke"))[STATE] == "after beauty"
    assert cells(model, find(model, "make movie", "fx_smoke", "fx_smoke 1001-1005"))[STATE] == "after beauty"


def test_an_instance_is_a_link_to_its_task() -> None:
    model = shown(picture_job())
    index = find(model, "contact sheet", "beauty")
    assert (index.data(TONE_ROLE), index.data(NOTE_ROLE)) == ("link", "(instance)")
    assert cells(model, index) == ["beauty", "", "", "", "after beauty"]
    target = model.target(index)
    assert target is not None
    assert model.index_at(target) == find(model, "make movie", "beauty")


def test_an_instance_by_title_is_a_link_too() -> None:
    job = Job(title="named")
    job.addChild(Instance(title="late"))
    job.newTask(title="late", argv=["x"])
    model = shown(job)
    assert model.target(model.index(0, 0, model.index(0, 0))) == 1


def test_an_instance_of_nothing_says_so() -> None:
    job = Job(title="lost")
    job.addChild(Instance(title="nowhere"))
    model = shown(job)
    assert model.index(0, 0, model.index(0, 0)).data(NOTE_ROLE) == "(instance, no such task)"


@pytest.mark.parametrize(
    ("title", "argv", "frames"),
    [
        ("beauty 1001-1005", ["Render", "-s", "1001", "-e", "1005"], "1001-1005"),
        ("beauty 1-9x2", ["render", "1..9", "2"], "1-9x2"),
        ("frame 17", ["prman", "a.0017.rib"], "17"),
        ("pass 2", ["prman", "a.rib"], ""),
        ("v012", ["prman", "012"], ""),
        ("", ["prman"], ""),
    ],
)
def test_frames_are_what_title_and_command_agree_on(title: str, argv: List[str], frames: str) -> None:
    job = Job(title="frames")
    job.newTask(title=title, argv=argv)
    model = shown(job)
    assert model.index(0, FRAMES, model.index(0, 0)).data() == frames


def test_a_title_of_many_lines_is_one_line() -> None:
    job = Job(title="a\nb\tc" + "x" * 10_000)
    model = shown(job)
    text = model.index(0, 0).data()
    assert text.startswith("a b c")
    assert len(text) < 600


def test_a_paused_job_says_so() -> None:
    job = Job(title="later", paused=True)
    job.newTask(title="a")
    model = shown(job)
    assert cells(model, model.index(0, 0))[STATE] == "paused"


# --- the filter


def filtered(job: Job, text: str) -> TreeModel:
    model = shown(job)
    model.set_filter(text)
    model.finish()
    return model


def test_the_filter_keeps_the_way_to_each_hit() -> None:
    model = filtered(picture_job(), "mattes 1006")
    assert titles(model) == ["sq02_sh010 lighting v012", "make movie", "mattes", "mattes 1006-1010"]


@pytest.mark.parametrize(("text", "hits"), [("OIIO", 1), ("-s 1011", 3), ("contact", 1), ("nothing at all", 0)])
def test_the_filter_looks_at_titles_services_and_arguments(text: str, hits: int, told: List[int]) -> None:
    model = shown(picture_job())
    model.filtered.connect(told.append)
    model.set_filter(text)
    model.finish()
    assert told == [hits]


def test_an_instance_is_found_by_the_title_of_its_task() -> None:
    assert "contact sheet" in titles(filtered(picture_job(), "beauty"))


def test_no_text_shows_all_again(told: List[int]) -> None:
    model = filtered(picture_job(), "mattes")
    model.filtered.connect(told.append)
    model.set_filter("")
    model.finish()
    assert told == [-1]
    assert len(titles(model)) == 19


def test_rows_of_a_filtered_tree_wait_for_the_same_as_before() -> None:
    model = filtered(picture_job(), "fx_smoke")
    assert cells(model, find(model, "make movie", "fx_smoke"))[STATE] == "after beauty"


def test_a_filter_stays_when_the_job_is_another(told: List[int]) -> None:
    model = filtered(picture_job(), "contact")
    model.filtered.connect(told.append)
    other = Job(title="other")
    other.newTask(title="contact print")
    other.newTask(title="movie")
    model.set_job(other)
    model.finish()
    assert (told, titles(model)) == ([1], ["other", "contact print"])


@given(st.lists(st.text("ab\0\nİß", max_size=4), min_size=1, max_size=30), st.text("ab\0İß", min_size=1, max_size=2))
@settings(max_examples=60, deadline=None)
def test_the_filter_finds_what_a_plain_search_finds(names: List[str], text: str) -> None:
    job = Job(title="many")
    for name in names:
        job.newTask(title=name)
    shape = shape_of(job)
    words = Words(shape, lambda place: names[place])
    list(words.build())
    *_, hits = words.find(text)
    plain = text.lower().replace("\0", " ")
    assert list(hits) == [n for n, name in enumerate(names) if plain in name.lower().replace("\0", " ")]


# --- shapes


trees = st.recursive(st.just([]), lambda below: st.lists(below, min_size=1, max_size=4), max_leaves=20)


def grown(tree: Any, serial: List[bool]) -> Job:
    """Return a job with a task for each list in a nest of lists, every other one with a command."""
    job, number = Job(title="grown"), 0
    left = [(job, below) for below in reversed(tree)]
    while left:
        parent, below = left.pop()
        task = parent.newTask(title=f"t{number}", argv=["run"] if number % 2 else None)
        if serial[number % len(serial)]:
            task.serialsubtasks = True
        number += 1
        left += [(task, each) for each in reversed(below)]
    return job


@given(trees, st.lists(st.booleans(), min_size=1, max_size=5))
@settings(max_examples=80, deadline=None)
def test_the_shape_agrees_with_the_outline(tree: Any, serial: List[bool]) -> None:
    job = grown(tree, serial)
    shape, view = shape_of(job), outline(job)
    assert [shape.parents[place] for place in range(len(shape))] == [row.parent for row in view.rows]
    assert [shape.end(place) for place in range(len(shape))] == [row.end for row in view.rows]
    assert [shape.total_commands(place) for place in range(len(shape))] == [row.total_commands for row in view.rows]
    assert [len(shape.children(place)) for place in range(len(shape))] == [row.children for row in view.rows]
    assert max(shape.levels(), default=0) == view.width


@given(trees, st.lists(st.booleans(), min_size=1, max_size=5), st.data())
@settings(max_examples=80, deadline=None)
def test_the_critical_path_agrees_with_the_outline(tree: Any, serial: List[bool], data: Any) -> None:
    job = grown(tree, serial)
    tasks = [row.element for row in outline(job).rows]
    for _ in range(data.draw(st.integers(0, 3)) if tasks else 0):
        job.addChild(Instance(title=data.draw(st.sampled_from(tasks)).title))
    if data.draw(st.booleans()):
        job.serialsubtasks = True
    assert critical_path(shape_of(job)) == outline(job).critical_path


@given(trees, st.data())
@settings(max_examples=40, deadline=None)
def test_a_shared_task_has_the_shape_of_the_outline(tree: Any, data: Any) -> None:
    job = grown(tree, [False])
    tasks = [row.element for row in outline(job).rows]
    if len(tasks) > 1:
        shared = Task(title="shared", argv=["x"])
        for parent in data.draw(st.lists(st.sampled_from(tasks), min_size=1, max_size=3)):
            parent.subtasks.append(shared)
    shape, view = shape_of(job), outline(job)
    assert list(shape.parents) == [row.parent for row in view.rows]
    assert [type(each) for each in shape.elements] == [type(row.element) for row in view.rows]


@given(trees, st.data())
@settings(max_examples=60, deadline=None)
def test_a_filter_keeps_hits_and_their_parents_and_nothing_else(tree: Any, data: Any) -> None:
    shape = shape_of(grown(tree, [False]))
    hits = sorted(data.draw(st.sets(st.integers(0, max(len(shape) - 1, 0))))) if len(shape) else []
    *_, kept = keep(shape, hits)
    shown_places = sorted(place for places in kept.children.values() for place in places)
    expected = {step for hit in hits for step in shape.path(hit)}
    assert (shown_places, kept.hits) == (sorted(expected), hits)


# --- edits


def test_a_title_is_changed_through_the_session() -> None:
    session = FakeSession(picture_job())
    model = TreeModel(session)
    assert model.setData(find(model, "contact sheet"), " proof\nsheet ")
    assert session.edits == [("Task 'contact sheet'", "title", "proof sheet")]
    assert find(model, "proof sheet").isValid()


def test_the_service_of_a_task_is_that_of_its_commands() -> None:
    session = FakeSession(picture_job())
    model = TreeModel(session)
    index = find(model, "make movie")
    session.job.subtasks[0].addCommand(Command(argv=["rm"]))  # type: ignore[union-attr]
    assert model.setData(index.sibling(index.row(), SERVICE), "BigIron")
    assert [edit[1:] for edit in session.edits] == [("service", "BigIron"), ("service", "BigIron")]
    assert session.undo_stack.macros == ["service", "end"]


def test_the_priority_is_edited_in_the_row_of_the_job() -> None:
    session = FakeSession(picture_job())
    model = TreeModel(session)
    assert model.setData(model.index(0, STATE), "250")
    assert session.edits == [("Job 'sq02_sh010 lighting v012'", "priority", 250.0)]


@pytest.mark.parametrize(("column", "value"), [(TASK, "  "), (SERVICE, "Linux &&"), (STATE, "high")])
def test_a_bad_value_is_refused_in_words_and_changes_nothing(column: int, value: str, told: List[Any]) -> None:
    session = FakeSession(picture_job())
    model = TreeModel(session)
    model.refused.connect(told.append)
    assert not model.setData(model.index(0, column), value)
    assert len(told) == 1
    assert session.edits == []


def test_a_value_that_is_the_same_is_no_edit() -> None:
    session = FakeSession(picture_job())
    model = TreeModel(session)
    assert model.setData(model.index(0, SERVICE), "PixarRender")
    assert session.edits == []


def test_only_what_can_be_edited_says_so() -> None:
    model = TreeModel(FakeSession(picture_job()))

    def editable(index: QModelIndex, column: int) -> bool:
        return bool(index.sibling(index.row(), column).flags() & Qt.ItemFlag.ItemIsEditable)

    group, link = find(model, "make movie", "beauty"), find(model, "contact sheet", "beauty")
    assert [editable(group, column) for column in range(5)] == [True, False, False, False, False]
    assert not any(editable(link, column) for column in range(5))


def test_the_same_job_built_again_needs_no_reset(qtbot: Any) -> None:
    session = FakeSession(picture_job())
    model = TreeModel(session)
    opened = find(model, "make movie", "beauty")
    again = picture_job()
    again.subtasks[0].subtasks[0].title = "beauty too"
    session.job = again
    with qtbot.assertNotEmitted(model.modelReset), qtbot.waitSignal(model.dataChanged):
        session.job_changed.emit()
    assert opened.data() == "beauty too"
    assert model.element(opened) is again.subtasks[0].subtasks[0]


def test_another_tree_resets_the_model(qtbot: Any) -> None:
    session = FakeSession(picture_job())
    model = TreeModel(session)
    find(model, "make movie", "beauty")
    session.job = Job(title="other")
    session.job.newTask(title="a")
    with qtbot.waitSignal(model.modelReset):
        session.job_changed.emit()
    assert titles(model) == ["other", "a"]


def test_a_session_rebuilds_the_tree_when_a_row_changes(opened: Any, settle: Any) -> None:
    model = TreeModel(opened)
    model.finish()
    before = model.shape.tasks if model.shape else 0
    opened.set_row_values([opened.rows[0].id], "chunk", 50)
    settle(opened)
    model.finish()
    assert model.shape is not None
    assert model.shape.tasks < before


def test_a_group_has_the_frames_of_its_row(opened: Any, settle: Any) -> None:
    opened.set_row_values([opened.rows[0].id], "frames", "1001-1100x10")
    settle(opened)
    model = TreeModel(opened)
    model.finish()
    row = model.index(0, FRAMES, model.index(0, 0))
    assert row.data() == "1001-1091x10"


# --- states


def test_states_change_columns_and_colours() -> None:
    model = shown(picture_job())
    model.set_states({1: status(1, BLOCKED), 3: status(3, ACTIVE, 40, blade="rack-151")})
    headers = [model.headerData(section, Qt.Orientation.Horizontal) for section in range(model.columnCount())]
    assert headers == ["Task", "Service", "Frames", "Blade", "State", "Progress"]
    assert cells(model, find(model, "make movie", "beauty", "beauty 1001-1005"))[3:] == ["rack-151", "active", "40 %"]
    assert cells(model, find(model, "make movie"))[4] == "waiting"


def test_a_failed_task_says_how_it_ended() -> None:
    model = shown(picture_job())
    model.set_states({3: status(3, ERROR, 30, exit_code=211), 4: status(4, ERROR, exit_code=-9)})
    beauty = find(model, "make movie", "beauty")
    assert cells(model, model.index(0, 0, beauty))[4] == "failed · exit 211"
    assert cells(model, model.index(1, 0, beauty))[4] == "failed · signal 9"
    assert cells(model, beauty)[4] == "2 failed"


def test_a_group_is_as_far_as_its_tasks() -> None:
    model = shown(picture_job())
    model.set_states({3: status(3, DONE), 4: status(4, ACTIVE, 50), 5: status(5, BLOCKED), 6: status(6, BLOCKED)})
    group = find(model, "make movie", "beauty")
    assert (group.data(STATE_ROLE), group.data(PROGRESS_ROLE)) == (ACTIVE, 37)


def test_a_waiting_task_shows_that_something_below_it_failed() -> None:
    model = shown(picture_job())
    model.set_states({1: status(1, BLOCKED), 3: status(3, ERROR)})
    assert find(model, "make movie").data(STATE_ROLE) == ERROR


def test_an_instance_stands_as_its_task() -> None:
    model = shown(picture_job())
    model.set_states({tid: status(tid, DONE) for tid in range(3, 7)})
    assert find(model, "contact sheet", "beauty").data(STATE_ROLE) == DONE


def test_only_rows_that_changed_are_told(told: List[Any]) -> None:
    model = shown(picture_job())
    states = {tid: status(tid, DONE) for tid in range(1, 18)}
    model.set_states(states)
    titles(model)
    model.dataChanged.connect(lambda first, last: told.append((first.data(), first.row(), last.row())))
    model.set_states(states)
    assert told == []
    model.set_states({**states, 8: status(8, ERROR)})
    assert sorted(name for name, _, _ in told) == [
        "fx_smoke",
        "fx_smoke 1001-1005",
        "make movie",
        "sq02_sh010 lighting v012",
    ]


def test_states_that_come_before_the_shape_count_as_soon_as_it_is_there() -> None:
    job = Job(title="big")
    for number in range(60_000):
        job.newTask(title=f"frame {number}", argv=["x"])
    model = TreeModel()
    model.set_job(job)
    model.set_states({7: status(7, ERROR)})
    model.finish()
    assert model.state_counts() == {ERROR: 1}


def test_states_can_be_filtered_for() -> None:
    model = shown(picture_job())
    model.set_states({8: status(8, ERROR), 9: status(9, ACTIVE), 3: status(3, DONE)})
    model.set_filter("", [ERROR])
    model.finish()
    assert [name for name in titles(model) if name[-1].isdigit()] == ["sq02_sh010 lighting v012", "fx_smoke 1001-1005"]


def test_a_job_made_of_statuses_has_their_tree_and_states() -> None:
    told = [
        TaskStatus(1, "top", BLOCKED),
        TaskStatus(2, "a", DONE, 1),
        TaskStatus(3, "b", ERROR, 1),
        TaskStatus(4, "late", DONE, 2),
    ]
    made = job_of(told, "from the farm")
    model = shown(made.job, made.tasks)
    model.set_states({each.tid: each for each in told})
    assert titles(model) == ["from the farm", "top", "a", "late", "b"]
    assert find(model, "top", "b").data(STATE_ROLE) == ERROR


@given(trees, st.data())
@settings(max_examples=60, deadline=None)
def test_no_group_is_done_before_all_below_it_are(tree: Any, data: Any) -> None:
    shape = shape_of(grown(tree, [False]))
    states = States(shape)
    drawn = {tid: status(tid, data.draw(st.sampled_from([DONE, ACTIVE, ERROR]))) for tid in range(1, len(shape) + 1)}
    states.update(drawn)
    for place in range(len(shape)):
        if shape.own_commands(place) or not shape.has_children(place):
            continue
        counted = [p for p in range(place, shape.end(place)) if shape.own_commands(p) or not shape.has_children(p)]
        assert (states.standing(place).state == DONE) == all(drawn[p + 1].state == DONE for p in counted)
