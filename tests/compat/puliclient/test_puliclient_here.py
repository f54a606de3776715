"""Graphs that run here."""

import os
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from farmsubmit.compat.puliclient import (
    BLOCKED,
    CANCELED,
    CMD_CANCELED,
    CMD_DONE,
    CMD_ERROR,
    CMD_TIMEOUT,
    DONE,
    ERROR,
    PAUSED,
    READY,
    RUNNING,
    Graph,
    GraphExecError,
    Task,
    TaskGroup,
)
from farmsubmit.compat.puliclient._local import LocalRun


class Scripted(Graph):
    """A graph whose commands end as their argument says, and that keeps their order."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.ran = []

    def execNode(self, pCommand):
        self.ran.append(pCommand["description"])
        state = pCommand["arguments"].get("ends", CMD_DONE)
        if state is None:
            raise KeyboardInterrupt
        return state

    def task(self, name, ends=CMD_DONE, **more):
        return self.addNewTask(name, arguments={"ends": ends}, **more)


@pytest.fixture
def scripted():
    return Scripted("film")


def test_all_dependencies_count_not_only_the_first(graph, order):
    last, first, second = order.task("last"), order.task("first"), order.task("second")
    graph.addEdges([(first, last), (second, last), (second, first)])
    assert graph.execute() == DONE
    assert order.marked == ["second", "first", "last"]


def test_a_group_is_waited_for_as_a_whole(graph, order):
    group = graph.addNewTaskGroup("group")
    after = order.task("after")
    inner = group.addNewTaskGroup("inner")
    order.task("a", parent=group), order.task("b", parent=inner)
    graph.addChain([group, after])
    assert graph.execute() == DONE
    assert order.marked == ["a", "b", "after"]


def test_a_group_that_waits_holds_all_below_it(graph, order):
    group = graph.addNewTaskGroup("group")
    order.task("inside", parent=group.addNewTaskGroup("inner"))
    graph.addChain([order.task("before"), group])
    assert graph.execute() == DONE
    assert order.marked == ["before", "inside"]


@pytest.mark.parametrize(("ends", "runs"), [(CMD_DONE, False), (CMD_ERROR, True)])
def test_what_is_below_a_group_starts_only_when_the_group_may(scripted, ends, runs):
    outer = scripted.addNewTaskGroup("outer")
    inner = outer.addNewTaskGroup("inner")
    inner.addNewTask("inside", {"ends": CMD_DONE})
    first, second = scripted.task("first", ends), scripted.task("second", ends)
    outer.dependsOn(first, [ERROR])
    inner.dependsOn(second, [DONE, ERROR])
    scripted.execute()
    assert ("inside" in scripted.ran) is runs


def test_text_may_be_any_here(graph, capfd):
    graph.addNewTask("été", {"cmd": "echo été"})
    assert graph.execute() == DONE
    assert "\nété\n" in capfd.readouterr().out


def test_groups_inside_groups_each_hold_what_is_below(graph, order):
    outer = graph.addNewTaskGroup("outer")
    inner = outer.addNewTaskGroup("inner")
    late, early = graph.addNewTaskGroup("late"), graph.addNewTaskGroup("early")
    order.task("inside", parent=inner)
    order.task("beside", parent=outer)
    graph.addEdges([(order.task("last", parent=late), inner), (order.task("first", parent=early), outer)])
    graph.addChain([early, late])
    assert graph.execute() == DONE
    assert order.marked == ["first", "beside", "last", "inside"]


@pytest.mark.parametrize(
    ("ends", "wanted", "runs"),
    [
        (CMD_DONE, [DONE], True),
        (CMD_DONE, [ERROR], False),
        (CMD_ERROR, [ERROR], True),
        (CMD_TIMEOUT, [ERROR], True),
        (CMD_ERROR, [DONE], False),
        (CMD_ERROR, [DONE, ERROR], True),
        (CMD_CANCELED, [CANCELED], True),
        (CMD_DONE, [RUNNING], True),
        (CMD_DONE, [READY], True),
        (CMD_DONE, [BLOCKED], True),
        (CMD_DONE, [PAUSED], False),
    ],
)
def test_a_task_runs_when_a_state_is_reached_that_will_do(scripted, ends, wanted, runs):
    first, second = scripted.task("first", ends), scripted.task("second")
    second.dependsOn(first, wanted)
    scripted.execute()
    assert ("second" in scripted.ran) is runs


@pytest.mark.parametrize(
    ("ends", "state"),
    [
        ([CMD_DONE], DONE),
        ([CMD_DONE, CMD_ERROR], ERROR),
        ([CMD_ERROR, CMD_CANCELED], CANCELED),
        ([99], ERROR),
        ([], DONE),
    ],
)
def test_the_state_of_a_graph_is_the_worst_of_its_commands(scripted, ends, state):
    for number, end in enumerate(ends):
        scripted.task(str(number), end)
    assert scripted.execute() == state


def test_a_task_shows_canceled_before_failed_and_a_group_the_other_way_round(scripted):
    task = scripted.addNewTask("task", {}, decomposer=None)
    group = scripted.addNewTaskGroup("group")
    for name, ends in (("a", CMD_ERROR), ("b", CMD_CANCELED)):
        task.addCommand(name, {"ends": ends})
        group.addNewTask(name, {"ends": ends})
    for source, name in ((task, "runs"), (group, "waits")):
        scripted.task(name).dependsOn(source, [CANCELED])
    scripted.execute()
    assert ("runs" in scripted.ran, "waits" in scripted.ran) == (True, False)


def test_what_can_never_start_is_told(scripted, capsys):
    scripted.addChain([scripted.task("a", CMD_ERROR), scripted.task("b"), scripted.task("c")])
    assert scripted.execute() == ERROR
    assert capsys.readouterr().out == "Commands: 0 done, 1 failed, 0 canceled, 2 not started\n"


def test_an_empty_task_passes_its_waiting_on(scripted):
    first, empty, last = (
        scripted.task("first"),
        scripted.addNewTask("empty", {}, decomposer=None),
        scripted.task("last"),
    )
    last.dependsOn(empty)
    empty.dependsOn(first)
    scripted.root.tasks.reverse()
    assert scripted.execute() == DONE
    assert scripted.ran == ["first", "last"]


def test_a_failed_command_is_tried_as_often_as_it_may(scripted):
    scripted.task("a", CMD_ERROR, maxAttempt=3)
    assert (scripted.execute(), scripted.ran) == (ERROR, ["a"] * 3)


def test_ctrl_c_cancels(graph, monkeypatch):
    def stop(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr("farmsubmit.compat.puliclient._running._execute", stop)
    graph.addNewTask("a", {"cmd": "true"})
    assert graph.execute() == CANCELED


def test_frames_and_packet_ends_are_put_into_the_line(graph, capfd):
    graph.addNewTask("t", {"cmd": "echo %%MI_FRAME%% %%MI_START%%-%%MI_END%%", "start": 1, "end": 3, "packetSize": 2})
    assert graph.execute() == DONE
    out = [line for line in capfd.readouterr().out.splitlines() if line[0].isdigit()]
    assert out == ["1 1-2", "2 1-2", "3 3-3"]


def test_the_outermost_environment_and_arguments_win(graph, capfd):
    group = graph.add(TaskGroup("g", environment={"SHOW": "outer"}, arguments={"end": 1}))
    task = group.addNewTask(
        "t", {"cmd": "echo $SHOW $SHOT $PULI_TASK_NAME"}, environment={"SHOW": "inner", "SHOT": "s"}
    )
    assert graph.execute() == DONE
    assert "outer s t" in capfd.readouterr().out
    assert "SHOW" not in os.environ and task.environment["SHOW"] == "inner"


def test_a_command_that_takes_too_long_is_ended(graph, capsys):
    graph.addNewTask("t", {"cmd": "sleep 20 & wait", "timeout": "1"})
    assert graph.execute() == ERROR
    assert "timeout" in capsys.readouterr().err


def test_a_task_may_be_the_root():
    assert Graph("g", root=Task("t", {"cmd": "true"})).execute() == DONE


def test_the_import_path_is_put_back(graph):
    graph.addNewTask("t", {"execType": "function", "sysPath": ["/nowhere"]}, runner="puliclient.CallableRunner")
    before = list(sys.path)
    assert graph.execute() == ERROR
    assert sys.path == before


def test_a_command_without_a_runner_is_refused(graph):
    with pytest.raises(GraphExecError):
        graph.execNode({"description": "x"})


def test_a_chain_of_five_thousand_runs_in_order(scripted):
    tasks = [scripted.task(str(number)) for number in range(5000)]
    scripted.addChain(tasks[::-1])
    assert scripted.execute() == DONE
    assert scripted.ran == [str(number) for number in range(4999, -1, -1)]


@st.composite
def graphs(draw):
    """Nodes with edges to earlier ones and states that will do; some are empty, some commands fail."""
    count = draw(st.integers(1, 12))
    edges = [
        [(other, draw(st.lists(st.sampled_from([DONE, ERROR, CANCELED]), min_size=1, max_size=3))) for other in before]
        for number in range(count)
        for before in [draw(st.sets(st.integers(0, number - 1), max_size=3)) if number else set()]
    ]
    return edges, draw(st.lists(st.sampled_from([CMD_DONE, CMD_ERROR, CMD_CANCELED]), min_size=count, max_size=count))


@settings(max_examples=60)
@given(graphs())
def test_a_task_runs_exactly_when_each_dependency_reached_a_state_that_will_do(made):
    edges, ends = made
    graph = Scripted("g")
    tasks = [graph.task(str(number), end) for number, end in enumerate(ends)]
    for task, needs in zip(tasks, edges):
        for other, wanted in needs:
            task.dependsOn(tasks[other], wanted)
    graph.execute()
    states = {CMD_DONE: DONE, CMD_ERROR: ERROR, CMD_CANCELED: CANCELED}
    runs = []
    for needs in edges:
        runs.append(all(runs[other] and states[ends[other]] in wanted for other, wanted in needs))
    assert sorted(graph.ran, key=int) == [str(number) for number, does in enumerate(runs) if does]
    for number, needs in enumerate(edges):
        if runs[number]:
            assert all(graph.ran.index(str(other)) < graph.ran.index(str(number)) for other, _ in needs)


def test_a_shared_task_counts_in_each_group_and_runs_once(scripted):
    task, last = scripted.task("shared"), scripted.task("last")
    scripted.addNewTaskGroup("g").addTask(task)
    last.dependsOn(scripted.root.taskGroups[0])
    tally = LocalRun(scripted.prepareGraphRepresentation()["tasks"], scripted.execNode).run()
    assert (tally.done, scripted.ran) == (2, ["shared", "last"])
