"""Graphs that become jobs for other engines."""

import json
import sys

import pytest

from farmsubmit.author import Instance
from farmsubmit.compat.puliclient import CANCELED, DONE, ERROR, Graph, GraphError, Task, TaskGroup
from farmsubmit.compat.puliclient import _tojob as tojob
from farmsubmit.formats.alf import from_tcl


def shape(element):
    """Return titles with what is below them; ``=x`` is an Instance of x, and a tuple runs in series."""
    if isinstance(element, Instance):
        return f"={element.target.title}"
    below = [shape(child) for child in element.subtasks]
    return (element.title, tuple(below) if element.serialsubtasks else below) if below else element.title


def lines(graph):
    return [command.argv for task in graph.toJob().job.subtasks for command in task.cmds]


def test_groups_tasks_and_packets_become_a_tree(graph):
    group = graph.addNewTaskGroup("g")
    group.addNewTask("one", {"cmd": "x"})
    group.addNewTask("two", {"cmd": "x", "start": 1, "end": 2})
    job = graph.toJob().job
    assert shape(job) == ("film", [("g", ["one", ("two", ["two_1_1", "two_2_2"])])])
    assert from_tcl(job.asTcl()).asTcl() == job.asTcl()


def test_what_is_waited_for_becomes_instances(graph):
    a, b = graph.addNewTask("a", {"cmd": "x"}), graph.addNewTask("b", {"cmd": "x"})
    c = graph.addNewTask("c", {"cmd": "x", "start": 1, "end": 2})
    graph.addEdges([(a, b), (a, c), (b, c)])
    assert shape(graph.toJob().job) == ("film", ["a", ("b", ["=a"]), ("c", ("=a", "=b", ("c", ["c_1_1", "c_2_2"])))])


def test_a_line_runs_once_a_frame_with_nothing_expanded_by_the_engine(graph):
    graph.addNewTask("t", {"cmd": "~/r -f %%MI_FRAME%% 50%", "start": 1, "end": 2, "packetSize": 2, "timeout": 60})
    assert lines(graph) == [["/bin/sh", "-c", f" ~/r -f {frame} 50%%"] for frame in (1, 2)]
    assert graph.toJob().job.subtasks[0].cmds[0].maxrunsecs == 60


def test_another_runner_is_run_by_the_watcher_wherever_a_blade_has_it(graph):
    graph.addNewTask("t", {"wait": "5%"}, runner="studio.Wait")
    (argv,) = lines(graph)
    assert argv[1].startswith("%D(") and argv[1].endswith("watcher.py)")
    assert argv[2:4] == ["studio.Wait", '{"wait": "5%%"}'] and json.loads(argv[4].replace("%%", "%")) == sys.path


def test_the_environment_goes_with_each_command_and_the_outer_one_wins(graph):
    group = graph.add(TaskGroup("g", environment={"SHOW": "big film"}))
    group.addNewTask("t", {"cmd": "x"}, environment={"SHOW": "small", "A": "%"})
    command = graph.toJob().job.subtasks[0].subtasks[0].cmds[0]
    assert command.argv == ["/usr/bin/env", "SHOW=big film", "A=%%", "/bin/sh", "-c", "x"]


def test_options_that_a_job_has_are_kept():
    tags = {"prod": "p", "comment": "c", "paused": True, "nbFrames": 3}
    graph = Graph("film", maxRN=4, tags=tags)
    graph.root.dispatchKey, graph.root.timer, graph.root.maxRN = 7, 86400.0, 9
    graph.addNewTask("t", {"cmd": "x"}, lic="nuke&shave", ramUse=2048, minNbCores=2)
    job, dropped = graph.toJob()
    assert (job.maxactive, job.priority, job.projects, job.comment, job.paused) == (4, 7, ["p"], "c", True)
    assert (job.after is not None, json.loads(job.metadata)["tags"]["nbFrames"]) == (True, 3)
    command = job.subtasks[0].cmds[0]
    assert (command.tags, command.service, dropped) == (["nuke", "shave"], "@.mem >= 2 && @.nCPUs >= 2", ())


def test_what_a_job_cannot_say_is_told():
    graph = Graph("film", poolName="big")
    own = {"maxRN": 1, "priority": 1, "dispatchKey": 1, "validator": "x", "maxNbCores": 1, "requirements": {"a": 1}}
    graph.addNewTask(
        "t", {"cmd": "x"}, timer=1, maxAttempt=2, tags={"a": 1}, runnerPackages="m", watcherPackages="n", **own
    )
    told = {each.option for each in graph.toJob().dropped}
    named = {"poolName", "maxRN", "priority", "dispatchKey", "validationExpression", "maxNbCores", "requirements"}
    assert told == named | {"timer", "maxAttempt", "tags", "runnerPackages", "watcherPackages"}


def test_other_states_are_told_and_waiting_for_a_failure_alone_is_refused(graph):
    a, b = graph.addNewTask("a", {"cmd": "x"}), graph.addNewTask("b", {"cmd": "x"})
    b.dependsOn(a, [DONE, ERROR])
    assert [each.option for each in graph.toJob().dropped] == ["dependencies"]
    b.dependsOn(a, [ERROR, CANCELED])
    with pytest.raises(GraphError, match="'a' in states"):
        graph.toJob()


def test_the_root_may_be_a_task_or_have_a_name_of_its_own():
    assert shape(Graph("g", root=Task("t", {"cmd": "x"})).toJob().job) == ("g", ["t"])
    group = TaskGroup("inner")
    group.addNewTask("t", {"cmd": "x"})
    assert shape(Graph("g", root=group).toJob().job) == ("g", [("inner", ["t"])])


def test_a_task_in_two_groups_is_an_instance_in_the_second(graph):
    task = graph.addNewTaskGroup("g").addNewTask("t", {"cmd": "x"})
    graph.addNewTaskGroup("h").addTask(task)
    assert shape(graph.toJob().job) == ("film", [("g", ["t"]), ("h", ["=t"])])


@pytest.mark.parametrize(
    ("arguments", "more"), [({}, {}), ({"cmd": "x", "start": "a"}, {}), ({"cmd": "x"}, {"environment": {"A=": "1"}})]
)
def test_commands_that_cannot_be_made_are_refused(graph, arguments, more):
    graph.addNewTask("t", arguments, **more)
    with pytest.raises(GraphError):
        graph.toJob()


def test_a_time_that_is_none_is_refused(graph):
    graph.root.timer = 1e300
    with pytest.raises(GraphError, match="timer"):
        graph.toJob()


def test_too_many_commands_are_refused(graph, monkeypatch):
    monkeypatch.setattr(tojob, "MOST_COMMANDS", 3)
    graph.addNewTask("t", {"cmd": "x", "start": 1, "end": 4, "packetSize": 4})
    with pytest.raises(GraphError, match="commands"):
        graph.toJob()


def test_a_chain_of_five_thousand_becomes_a_job(graph):
    graph.addChain([graph.addNewTask(str(number), {"cmd": "x"}) for number in range(5000)])
    assert len(graph.toJob().job.subtasks) == 5000


def test_a_graph_runs_on_the_engine_that_the_settings_name(graph, farm, tmp_path, monkeypatch, capsys):
    (tmp_path / "studio_local.py").write_text("def greet(name):\n    print('hello', name)\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "studio_local", raising=False)
    import studio_local

    monkeypatch.setenv("FARMSUBMIT_ENGINE", "local:")
    graph.addNewCallable(studio_local.greet, user_args=("ann",))
    first = graph.addNewTask(
        "frames", {"cmd": "echo %%MI_FRAME%% $A 5%", "start": 1, "end": 2}, environment={"A": "b c"}
    )
    graph.addNewTask("last", {"cmd": "echo over"}, maxAttempt=2).dependsOn(first)
    assert graph.submit("nowhere.invalid") == ("local:/nodes/1", "Graph created.\nCreated nodes: 1")
    assert "maxAttempt" in capsys.readouterr().err
    assert set(farm.run(1).values()) == {"done"}
    log = capsys.readouterr().out
    assert "hello ann\n" in log and "1 b c 5%\n" in log and log.index("2 b c 5%\n") < log.index("over\n")


def test_a_saved_graph_does_not_go_to_another_engine(graph, tmp_path, monkeypatch):
    monkeypatch.setenv("FARMSUBMIT_ENGINE", "local:")
    with pytest.raises(GraphError, match="local:"):
        Graph.loadAndSubmit(str(tmp_path / "x"))
