"""How requests and jobs differ, in words."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from farmsubmit.author.elements import Instance, Job
from farmsubmit.formats.jobjson import from_json, to_json
from farmsubmit.history.differences import differences, shown, told
from farmsubmit.history.treediff import job_differences

leaves = st.none() | st.booleans() | st.integers() | st.text(max_size=5)
values = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4)
)


@pytest.mark.parametrize(
    ("before", "after", "lines"),
    [
        ({"job": {"priority": 50}}, {"job": {"priority": 10}}, ["changed job.priority 50 → 10"]),
        ({}, {"comment": "x"}, ["added comment 'x'"]),
        ({"comment": "x"}, {}, ["removed comment 'x'"]),
        ({"a": 1}, {"a": 1.0}, []),
        ({"a": 1}, {"a": True}, ["changed a 1 → true"]),
        ({"a": None}, {"a": []}, ["changed a null → 0 values"]),
        ({"a": ["x", "1", "y"]}, {"a": ["x", "2", "y"]}, ["changed a[1] '1' → '2'"]),
        ({"a": ["x", "y"]}, {"a": ["y"]}, ["removed a[0] 'x'"]),
        ({"a": ["x"]}, {"a": "x"}, ["changed a ['x'] → 'x'"]),
        ({"a": [{"b": 1}, {"b": 2}]}, {"a": [{"b": 1}, {"b": 3}]}, ["changed a[1].b 2 → 3"]),
    ],
)
def test_each_difference_has_its_place(before, after, lines):
    assert list(map(str, differences(before, after))) == lines


def test_rows_are_compared_by_their_ids():
    rows = [{"id": "a", "chunk": 1}, {"id": "b", "chunk": 2}, {"id": "c", "chunk": 3}]
    changed = [{"id": "c", "chunk": 5}, rows[1]]
    assert list(map(str, differences({"rows": rows}, {"rows": changed}))) == [
        "removed rows[a] 'a'",
        "changed rows[c].chunk 3 → 5",
        "changed the order of rows 'b, c' → 'c, b'",
    ]


@given(values)
def test_a_value_does_not_differ_from_itself(value):
    assert differences(value, json.loads(json.dumps(value))) == []


@given(values, values)
def test_values_that_are_written_apart_differ(before, after):
    if before != after:
        assert differences(before, after)


def test_depth_is_no_danger():
    deep, deeper = 1, 2
    for _ in range(100_000):
        deep, deeper = [deep], [deeper]
    assert len(differences(deep, deeper)) == 1


def test_what_is_shown_is_short_and_safe_for_a_terminal():
    assert shown("a\x1b[31m") == "'a\\x1b[31m'"
    assert len(shown("x" * 1000)) == 60
    assert str(differences({}, {"\x1b": 1})[0]) == "added \\x1b 1"
    assert told("abc", 2) == ["a", "b", "… and 1 more"]


def job(*titles, argv=("render", "1..5"), **attributes):
    made = Job(title="j", **attributes)
    top = made.newTask(title="top")
    for title in titles:
        top.newTask(title=title, argv=list(argv), service="linux")
    return made


def lines(before, after):
    return job_differences(before, after).lines()


def test_a_job_does_not_differ_from_its_own_copy():
    assert not job_differences(job("a", "b"), from_json(to_json(job("a", "b"))))


def test_settings_tasks_and_commands_are_told():
    assert lines(job("a", "b", priority=5), job("b", "c", priority=7, argv=("render", "1..6"))) == [
        "changed job.priority 5 → 7",
        "removed task 'a' in 'top'",
        "added task 'c' in 'top'",
        "changed 'b': cmds[0].argv[1] '1..5' → '1..6'",
    ]


def test_tasks_that_differ_alike_are_one_line():
    titles = [f"f{number}" for number in range(200)]
    changed = lines(job(*titles), job(*titles, argv=("render", "1..6")))
    assert changed == ["changed 200 tasks, the first 'f0': cmds[0].argv[1] '1..5' → '1..6'"]


def test_of_a_tree_that_is_gone_only_the_top_is_named():
    bare = Job(title="j")
    bare.newTask(title="other")
    assert lines(job("a", "b"), bare) == ["removed task 'top', and 2 below it", "added task 'other'"]


def test_another_order_is_told():
    assert lines(job("a", "b"), job("b", "a")) == ["changed the order of the tasks"]


def test_of_tasks_with_the_same_title_the_first_is_the_first():
    assert lines(job("a", "a", "a"), job("a", "a")) == ["removed task 'a' in 'top'"]


def test_instances_are_told_too():
    with_instance = job("a")
    with_instance.addChild(Instance(title="a"))
    assert lines(job("a"), with_instance) == ["added instance 'a'"]


def test_ten_thousand_tasks_and_a_deep_chain_are_no_danger():
    chain = Job(title="j")
    place = chain
    for number in range(5000):
        place = place.newTask(title=f"t{number}")
    assert lines(chain, job("a"))[0] == "removed task 't0', and 4,999 below it"
    many = [f"t{number}" for number in range(10_000)]
    assert len(lines(job(), job(*many))) == 51
