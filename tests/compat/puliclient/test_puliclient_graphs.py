"""Graphs as old scripts build them, and the document that is made of them."""

import builtins
import json

import pytest

import farmsubmit.compat.puliclient as puliclient
from farmsubmit.compat.puliclient import DONE, ERROR, Graph, Task, TaskGroup
from farmsubmit.errors import FarmsubmitError, JobTreeError, SpoolError


def node(document, name):
    return next(each for each in document["tasks"] if each["name"] == name)


def names(document, dependencies):
    return [(document["tasks"][number]["name"], states) for number, states in dependencies]


def test_a_graph_has_the_documented_defaults(graph):
    assert (graph.poolName, graph.maxRN, graph.meta, graph.root.name) == ("default", -1, {}, "film")
    assert Graph("x").user


def test_a_task_has_the_documented_defaults(graph):
    graph.addNewTask("t", arguments={"cmd": "ls"})
    wanted = {
        "type": "Task",
        "runner": "puliclient.jobs.DefaultCommandRunner",
        "validationExpression": "0",
        "minNbCores": 1,
        "maxAttempt": 1,
        "lic": "",
        "timer": None,
        "commands": [{"description": "t", "type": "command", "task": "t", "arguments": {"cmd": "ls"}}],
    }
    assert node(graph.prepareGraphRepresentation(), "t").items() >= wanted.items()


def test_numbers_follow_dependencies_before_children(graph):
    first, _, second = (graph.addNewTask(name, {}) for name in ("first", "third", "second"))
    first.dependsOn(second)
    group = graph.addNewTaskGroup("group")
    group.addNewTask("inside", {})
    second.dependsOn(group)
    numbered = [each["name"] for each in graph.prepareGraphRepresentation()["tasks"]]
    assert numbered == ["film", "first", "second", "group", "inside", "third"]


def test_the_dependencies_of_a_group_are_copied_to_its_tasks(graph):
    before, group = graph.addNewTask("before", {}), graph.addNewTaskGroup("group")
    group.addNewTaskGroup("inner").addNewTask("leaf", {})
    group.dependsOn(before, [ERROR])
    document = graph.prepareGraphRepresentation()
    assert names(document, node(document, "leaf")["dependencies"]) == [("before", [ERROR])]


def test_shot_and_plan_are_mirrored(graph):
    graph.addNewTask("t", {}, tags={"shot": "s1"}).updateTags({"take": 2})
    document = graph.prepareGraphRepresentation()
    assert node(document, "t")["tags"] == {"shot": "s1", "plan": "s1", "take": 2}


def test_preparing_twice_changes_nothing(graph):
    graph.addNewTask("t", arguments={"cmd": "ls", "start": 1, "end": 4})
    assert graph.prepareGraphRepresentation() == graph.prepareGraphRepresentation()


def test_edges_and_chains_set_the_states_that_will_do(graph):
    a, b, c = (graph.addNewTask(name, {}) for name in "abc")
    assert graph.addEdges([(a, b), (a, c, [ERROR])]) is True
    assert graph.addChain([b, c], [DONE, ERROR]) is True
    assert (b.dependencies, c.dependencies) == ({a: [DONE]}, {a: [ERROR], b: [DONE, ERROR]})


@pytest.mark.parametrize("edge", [(), (1,), (1, 2, [3], 4), (1, 2), "ab", None])
def test_what_is_no_edge_is_refused(graph, edge):
    with pytest.raises(puliclient.ConnectionError, match="edge 0"):
        graph.addEdges([edge])


@pytest.mark.parametrize("states", [(3,), 3, [], [7], ["DONE"]])
def test_what_are_no_states_is_refused_and_no_edge_is_made(graph, states):
    a, b = graph.addNewTask("a", {}), graph.addNewTask("b", {})
    with pytest.raises(puliclient.ConnectionError):
        graph.addEdges([(a, b), (a, b, states)])
    assert b.dependencies == {}


def test_a_chain_is_a_list(graph):
    with pytest.raises(puliclient.ConnectionError, match="no chain"):
        graph.addChain({1, 2})
    with pytest.raises(puliclient.ConnectionError, match="states"):
        graph.addChain([], 3)


def test_the_error_of_an_edge_is_the_builtin_too(graph):
    with pytest.raises(builtins.ConnectionError):
        graph.addEdges([(1,)])
    assert issubclass(puliclient.ConnectionError, FarmsubmitError)


def test_nothing_is_added_where_the_root_is_a_task():
    graph = Graph("g", root=Task("t", {}), tags={"a": 1})
    for add in (graph.addNewTask, graph.addNewTaskGroup):
        with pytest.raises(puliclient.GraphError, match="task"):
            add("x", {})
    assert graph.root.tags == {"a": 1}


def test_a_root_is_a_task_or_a_group(graph):
    with pytest.raises(puliclient.GraphError):
        Graph("g", root="film")
    for wrong in ("x", [1]):
        with pytest.raises(puliclient.GraphError):
            graph.addList(wrong)


def test_a_group_takes_a_task_once(graph):
    task = graph.add(Task("t", {}))
    with pytest.raises(AssertionError):
        graph.addList([task])
    with pytest.raises(puliclient.GraphError):
        graph.root.addTaskGroup(task)


def test_arguments_and_environment_are_looked_up_in_the_groups(graph):
    group = graph.add(TaskGroup("g", arguments={"scene": "a.ma"}, environment={"SHOW": "x"}))
    task = group.addNewTask("t", {"cmd": "ls"})
    group.setEnv({"SHOW": "y"})
    assert (task.arguments["scene"], task.environment["SHOW"], "scene" in task.arguments) == ("a.ma", "y", False)
    with pytest.raises(KeyError):
        task.arguments["nothing"]


def test_a_group_is_made_of_a_task():
    task = Task("t", {"a": 1}, environment={"B": "2"}, requirements={"softs": []})
    group = TaskGroup.createFromTask(task)
    assert (group.name, group.arguments, group.environment) == ("t", {"a": 1}, {"B": "2"})


def test_packages_come_from_rez(monkeypatch):
    monkeypatch.setenv("REZ_USED_RESOLVE", "python-3 pulicontrib-1.2")
    task = Task("t", {})
    assert (task.runnerPackages, task.watcherPackages) == ("python-3 pulicontrib-1.2", " pulicontrib-1.2")


def test_nodes_that_wait_for_each_other_are_refused(graph):
    a, b = graph.addNewTask("a", {}), graph.addNewTask("b", {})
    graph.addEdges([(a, b), (b, a)])
    with pytest.raises(puliclient.DependencyCycleError, match=r"(a → b → a|b → a → b)"):
        graph.prepareGraphRepresentation()


def test_a_node_outside_the_graph_is_refused(graph):
    graph.addNewTask("a", {}).dependsOn(Task("elsewhere", {}))
    with pytest.raises(JobTreeError, match="elsewhere"):
        graph.prepareGraphRepresentation()


def test_what_a_script_wrote_into_the_dictionary_is_checked(graph):
    task = graph.addNewTask("a", {})
    task.dependencies["b"] = [DONE]
    with pytest.raises(puliclient.GraphError, match="'b'"):
        graph.prepareGraphRepresentation()
    with pytest.raises(puliclient.GraphError):
        task.dependsOn("b")


def test_text_that_is_not_ascii_is_refused_with_its_place(graph):
    graph.addNewTask("a", {"cmd": "echo été"})
    with pytest.raises(SpoolError, match="'cmd'"):
        graph.prepareGraphRepresentation()


def test_numbers_may_be_text_but_not_any(graph):
    task = graph.addNewTask("t", {}, ramUse="2048", timer="7")
    document = graph.prepareGraphRepresentation()
    assert (node(document, "t")["ramUse"], node(document, "t")["timer"]) == (2048, 7)
    for element, name in ((graph, "maxRN"), (task, "dispatchKey")):
        setattr(element, name, "high")
        with pytest.raises(puliclient.GraphError, match=f"{name} is 'high'"):
            graph.prepareGraphRepresentation()
        setattr(element, name, 1)


def test_an_environment_is_a_dictionary(graph):
    with pytest.raises(puliclient.GraphError, match="dictionary"):
        graph.root.setEnv("A=1")


def test_a_chain_of_five_thousand_and_groups_as_deep_are_prepared(graph):
    graph.addChain([graph.addNewTask(str(number), {}) for number in range(5000)])
    group = graph.root
    for number in range(5000):
        group = group.addNewTaskGroup(f"g{number}")
    assert len(graph.prepareGraphRepresentation()["tasks"]) == 10001


def test_a_graph_prints_as_json(graph):
    assert json.loads(repr(graph))["user"] == "ann"
    assert (repr(Task("t", {})), repr(graph.root)) == ("Task('t')", "TaskNode('film')")


def test_a_runner_package_of_a_command_is_kept(graph):
    task = graph.addNewTask("t", {}, decomposer=None)
    task.addCommand("c", {"cmd": "ls"}, runnerPackages="maya-2024")
    assert (task.decompose().commands[0].runnerPackages, len(task.commands)) == ("maya-2024", 1)
