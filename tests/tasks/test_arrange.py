"""Parts that wait for each other, said as nested groups: exactly the waits asked for, and as few groups as will do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from farmsubmit.errors import FarmsubmitError
from farmsubmit.formats.alf import to_tcl
from farmsubmit.tasks.arguments import Arguments
from farmsubmit.tasks.arrange import arrange
from farmsubmit.tasks.build import build_task
from farmsubmit.tasks.grow import Again, Group, Part
from farmsubmit.tasks.plugin import TaskPlugin


def nest(after):
    return arrange({name: Part(name, Arguments()) for name in after}, after, {name: name for name in after})


def plain(what):
    """Return a nest as lists (side by side), tuples (in series) and names; a name with ``=`` is only waited for."""
    if isinstance(what, Again):
        return f"={what.id}"
    if isinstance(what, Part):
        return what.what
    inner = [plain(part) for part in what.parts]
    return inner[0] if len(inner) == 1 else tuple(inner) if what.serial else inner


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        ({"a": ""}, "a"),
        ({"a": "", "b": ""}, ["a", "b"]),
        ({"b": "a", "a": ""}, ("a", "b")),
        ({"a": "", "b": "a", "c": "ab"}, ("a", "b", "c")),
        ({"a": "", "b": "a", "c": "a"}, ("a", ["b", "c"])),
        ({"a": "", "b": "", "c": "ab", "d": "ab"}, (["a", "b"], ["c", "d"])),
        ({"a": "", "b": "a", "c": ""}, [("a", "b"), "c"]),
        ({"a": "", "b": "", "c": "a", "d": "ab"}, ["a", "b", ("=a", "c"), (["=a", "=b"], "d")]),
        ({"s": "", "a": "s", "b": "s", "c": "a", "d": "ab"}, ("s", ["a", "b", ("=a", "c"), (["=a", "=b"], "d")])),
    ],
)
def test_nests(after, expected):
    assert plain(nest(after)) == expected


def implied(what, before):
    """Return the names in a nest, and add to ``before`` which of them must be done before which."""
    if isinstance(what, (Again, Part)):
        return {what.id if isinstance(what, Again) else what.what}
    done = set()
    for part in what.parts:
        names = implied(part, before)
        if what.serial:
            for name in names:
                before.setdefault(name, set()).update(done)
        done |= names
    return done


def closed(before):
    for middle in before:
        for name in before:
            if middle in before[name]:
                before[name] |= before[middle]
    return before


@st.composite
def orders(draw):
    names = draw(st.permutations("abcdefgh"[: draw(st.integers(1, 8))]))
    after = {
        name: draw(st.sets(st.sampled_from(names[:place]))) if place else set() for place, name in enumerate(names)
    }
    return {name: sorted(after[name]) for name in sorted(after)}


@given(orders())
def test_a_nest_says_exactly_the_waits_asked_for(after):
    before = {name: set() for name in after}
    found = nest(after)
    # An Instance waits itself for nothing, so what it stands behind is no wait of its task.
    implied(found, before)
    assert closed(before) == closed({name: set(names) for name, names in after.items()})


@given(orders())
def test_each_part_stands_once_and_is_waited_for_only_after_it(after):
    seen, left = [], [nest(after)]
    while left:
        what = left.pop()
        if isinstance(what, Group):
            left += reversed(what.parts)
        elif isinstance(what, Again):
            assert what.id in seen
        else:
            seen.append(what.what)
    assert sorted(seen) == sorted(after)


def test_a_circle_is_named():
    with pytest.raises(FarmsubmitError, match="in a circle: a, c, b"):
        nest({"a": "c", "b": "a", "c": "b", "d": "a", "e": ""})


def test_a_long_chain_is_no_matter_of_recursion():
    names = [f"n{place}" for place in range(3000)]
    found = nest({name: names[place - 1 : place] if place else () for place, name in enumerate(names)})
    assert plain(found) == tuple(names)


class Echo(TaskPlugin):
    """Says its title."""

    def cmd(self):
        return ["/bin/echo", self.title]


def test_waits_across_groups_become_instances_by_id():
    parts = {name: Part(type(name, (Echo,), {"title": name}), Arguments()) for name in "abcd"}
    found = arrange(parts, {"c": "a", "d": "ab"}, {name: name for name in "abcd"})
    job = build_task(found).job
    a, b, c, d = job.subtasks
    # A command behind Instances is one task, not a group.
    assert [task.title for task in job.subtasks] == ["a", "b", "c", "d"]
    assert [wait.target for wait in c.subtasks] == [a]
    assert [wait.target for wait in d.subtasks] == [a, b]
    assert to_tcl(job).count("Instance") == 3


def test_what_is_waited_for_stays_one_task_whatever_it_is_made_of():
    one, two = (type(name, (Echo,), {"title": name}) for name in ("one", "two"))
    parts = {name: Part(type(name, (Echo,), {"title": name}), Arguments()) for name in "bcd"}
    made = {"a": Part([one, two], Arguments()), **parts}
    job = build_task(arrange(made, {"c": "a", "d": "ab"}, {name: name for name in "abcd"})).job
    a, _, c, _ = job.subtasks
    assert [task.title for task in a.subtasks] == ["one", "two"]
    assert [wait.target for wait in c.subtasks] == [a]


class Nothing(Echo):
    """Is left out."""

    def stop_traversal(self):
        return True


def test_what_is_left_out_is_not_waited_for():
    parts = {name: Part(type(name, (Echo,), {"title": name}), Arguments()) for name in "bcd"}
    made = {"a": Part(Nothing, Arguments()), **parts}
    job = build_task(arrange(made, {"c": "a", "d": "ab"}, {name: name for name in "abcd"})).job
    assert [task.title for task in job.subtasks] == ["b", "c", "d"]
    assert [wait.target.title for wait in job.subtasks[2].subtasks] == ["b"]
