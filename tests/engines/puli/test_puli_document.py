"""The document of a graph: numbers, copied dependencies, and what is refused before it is sent."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from farmsubmit.engines.puli import document
from farmsubmit.engines.puli.document import (
    CommandNode,
    GraphCycleError,
    GroupNode,
    TaskNode,
    graph_document,
    plain_document,
)
from farmsubmit.errors import JobTreeError, SpoolError


def task(name, *after, **more):
    return TaskNode(name, [CommandNode(name, {"cmd": "x"})], dependencies=[(node, [3]) for node in after], **more)


def names(found):
    return [node["name"] for node in found["tasks"]]


def test_dependencies_are_numbered_before_children_and_tasks_before_groups():
    late = task("late")
    inner = GroupNode("inner", [task("a"), task("b", late)], dependencies=[(late, [3])])
    root = GroupNode("root", [task("first")], [inner, GroupNode("other", [late])])
    found = graph_document(root, "g", "u")
    assert names(found) == ["root", "first", "inner", "late", "a", "b", "other"]
    assert found["tasks"][0]["tasks"] == [1, 2, 6]


def test_dependencies_of_a_group_are_copied_to_every_task_below():
    late = task("late")
    inner = GroupNode("inner", [task("a")], [GroupNode("deep", [task("b", late)])], dependencies=[(late, [3, 4])])
    found = graph_document(GroupNode("root", [late], [inner]), "g", "u")
    waits = {node["name"]: node["dependencies"] for node in found["tasks"]}
    assert waits == {
        "root": [],
        "late": [],
        "inner": [[1, [3, 4]]],
        "a": [[1, [3, 4]]],
        "deep": [],
        "b": [[1, [3]], [1, [3, 4]]],
    }
    assert plain_document(GroupNode("root", [late], [inner]), "g", "u")["tasks"][3]["dependencies"] == []


def test_a_document_has_what_the_client_of_puli_sends():
    tags = {"plan": "s010"}
    found = graph_document(GroupNode("root", [task("a", lic="nuke&maya", tags=tags)]), "g", "u", "fast", 7, {"k": 1})
    assert {key: value for key, value in found.items() if key != "tasks"} == {
        "name": "g",
        "user": "u",
        "poolName": "fast",
        "maxRN": 7,
        "meta": {"k": 1},
        "root": 0,
    }
    assert found["tasks"][1] == {
        "name": "a",
        "type": "Task",
        "runner": "puliclient.jobs.DefaultCommandRunner",
        "arguments": {},
        "environment": {},
        "dependencies": [],
        "maxRN": 0,
        "priority": 0,
        "dispatchKey": 0,
        "validationExpression": "0",
        "requirements": {},
        "minNbCores": 1,
        "maxNbCores": 0,
        "ramUse": 0,
        "commands": [{"description": "a", "type": "command", "task": "a", "arguments": {"cmd": "x"}}],
        "lic": "nuke&maya",
        "licence": "nuke&maya",
        "tags": {"plan": "s010", "shot": "s010"},
        "timer": None,
        "maxAttempt": 1,
        "runnerPackages": "",
        "watcherPackages": "",
    }
    assert tags == {"plan": "s010"}


def circle():
    one, two = task("one"), task("two")
    one.dependencies, two.dependencies = [(two, [3])], [(one, [3])]
    return GroupNode("g", [one, two])


def itself():
    one = task("one")
    one.dependencies = [(one, [3])]
    return GroupNode("g", [one])


def its_group():
    group = GroupNode("inner")
    group.tasks = [task("one", group)]
    return GroupNode("g", groups=[group])


def groups_of_each_other():
    first, second = GroupNode("first", [task("a")]), GroupNode("second", [task("b")])
    first.dependencies, second.tasks[0].dependencies = [(second, [3])], [(first.tasks[0], [3])]
    return GroupNode("g", groups=[first, second])


@pytest.mark.parametrize("graph", [circle, itself, its_group, groups_of_each_other])
def test_nodes_that_wait_for_each_other_are_named(graph):
    with pytest.raises(GraphCycleError, match=r"wait for each other: .* → ") as told:
        graph_document(graph(), "g", "u")
    assert told.value.nodes[0] is told.value.nodes[-1]


def test_waiting_for_a_node_to_run_is_no_circle():
    group = GroupNode("inner", [task("one")])
    group.tasks.append(TaskNode("watch", dependencies=[(group, [2])]))
    assert len(graph_document(GroupNode("g", groups=[group]), "g", "u")["tasks"]) == 4


def test_a_group_inside_itself_is_refused():
    group = GroupNode("inner")
    group.groups = [group]
    with pytest.raises(GraphCycleError):
        graph_document(GroupNode("g", groups=[group]), "g", "u")


def test_a_node_outside_the_graph_is_refused():
    with pytest.raises(JobTreeError, match="'b' depends on 'a', which is not in the graph"):
        graph_document(GroupNode("g", [task("b", task("a"))]), "g", "u")


def test_too_many_copied_dependencies_are_refused(monkeypatch):
    monkeypatch.setattr(document, "MOST_DEPENDENCIES", 10)
    first = task("first")
    group = GroupNode("inner", [task(f"t{number}") for number in range(11)], dependencies=[(first, [3])])
    with pytest.raises(JobTreeError, match="more than 10 ways"):
        graph_document(GroupNode("g", [first], [group]), "g", "u")


def test_a_chain_of_5000_and_groups_5000_deep_need_no_stack():
    root = group = GroupNode("g")
    before = []
    for number in range(5000):
        inner = GroupNode(f"g{number}", [task(f"t{number}", *before)])
        before = inner.tasks[-1:]
        group.groups.append(inner)
        group = inner
    with pytest.raises(GraphCycleError):
        group.dependencies.append((root, [3]))
        graph_document(root, "g", "u")


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"name": "café"}, r"Task 'caf\\xe9', name, column 4: 'é' is not ASCII"),
        ({"environment": {"A": "xé"}}, "Task 't', environment variable 'A', column 2"),
        ({"environment": {"é": "x"}}, r"environment variable '\\xe9', column 1"),
        ({"arguments": {"a": [{"b": "ü"}]}}, "Task 't', argument 'a', column 1"),
        ({"tags": {"shot": "№"}}, "Task 't', tag 'shot', column 1"),
        ({"commands": [CommandNode("dé", {})]}, r"command 'd\\xe9', description, column 2"),
        ({"commands": [CommandNode("c", {"cmd": "ls ~/ñ"})]}, "command 'c', argument 'cmd', column 6: 'ñ'"),
        ({"lic": "é"}, "Task 't', lic, column 1"),
        ({"arguments": {"a": object()}}, "object is no value that JSON has"),
        ({"arguments": {"a": float("nan")}}, "float is no value that JSON has"),
    ],
)
def test_what_the_server_would_choke_on_is_refused_with_its_place(change, place):
    with pytest.raises(SpoolError, match=place):
        graph_document(GroupNode("g", [TaskNode(**{"name": "t", **change})]), "g", "u")


@pytest.mark.parametrize("name", ["name", "user", "pool"])
def test_the_graph_itself_is_ascii_too(name):
    with pytest.raises(SpoolError, match="of the graph, column 1"):
        graph_document(GroupNode("g"), **{"name": "g", "user": "u", name: "é"})


def test_arguments_without_a_bottom_are_refused():
    deep = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(SpoolError, match="more than 50 lists or dictionaries deep"):
        graph_document(GroupNode("g", [TaskNode("t", arguments={"a": deep})]), "g", "u")


@given(st.lists(st.tuples(st.integers(0, 30), st.booleans(), st.sets(st.integers(0, 30), max_size=3)), max_size=30))
def test_every_node_has_one_number_and_every_dependency_is_kept(rows):
    nodes = [GroupNode("0")]
    for number, (place, is_group, after) in enumerate(rows, 1):
        groups = [node for node in nodes if isinstance(node, GroupNode)]
        node = GroupNode(str(number)) if is_group else task(str(number))
        node.dependencies = [
            (nodes[other], [3]) for other in after if other < number and not below(nodes[other], groups)
        ]
        home = groups[place % len(groups)]
        (home.groups if is_group else home.tasks).append(node)
        nodes.append(node)
    try:
        found = plain_document(nodes[0], "g", "u")
    except GraphCycleError:
        return
    assert sorted(map(int, names(found))) == list(range(len(nodes)))
    for entry in found["tasks"]:
        after = [int(found["tasks"][other]["name"]) for other, _ in entry["dependencies"]]
        assert after == [nodes.index(node) for node, _ in nodes[int(entry["name"])].dependencies]
    assert json.loads(json.dumps(found)) == found


def below(node, groups):
    """Groups that have children already may hold the node that is to come, so nothing waits for them."""
    return node in groups
