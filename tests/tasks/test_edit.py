"""Finished jobs changed before they are sent."""

import pytest

from farmsubmit.author.elements import Command, Job
from farmsubmit.errors import AuthorError, FarmsubmitError, JobTreeError, UnknownAttributeError
from farmsubmit.formats.alf import to_tcl
from farmsubmit.tasks.edit import commands_of, fold, modify_commands, modify_tasks, serial_by_instances


def job(title, *tasks, **attributes):
    made = Job(title=title, **attributes)
    for name in tasks:
        made.newTask(title=name, argv=["/bin/echo", name], service=attributes.get("own"))
    return made


def titles(element):
    below = [titles(child) for child in element.subtasks or ()]
    return (element.title, tuple(below) if element.serialsubtasks else below) if below else element.title


def test_commands_are_changed_by_predicate_and_by_value():
    one = job("j", "a", "b")
    assert modify_commands(one, True, "tags", ["x"]) == 2
    assert modify_commands(one, lambda command: command.argv[1] == "b", "tags", lambda command: [command.argv[1]]) == 1
    assert [command.tags for command in commands_of(one)] == [["x"], ["b"]]
    assert modify_commands(one, False, "tags", ["y"]) == 0


def test_a_list_given_for_all_is_each_ones_own():
    one = job("j", "a", "b")
    modify_commands(one, True, "tags", ["x"])
    commands_of(one)[0].tags.append("y")
    assert commands_of(one)[1].tags == ["x"]


def test_tasks_are_changed_by_predicate():
    one = job("j", "a", "b")
    assert modify_tasks(one, lambda task: task.title == "a", "title", lambda task: task.title * 2) == 1
    assert titles(one) == ("j", ["aa", "b"])


def test_unknown_attribute_and_wrong_value_change_nothing():
    one = job("j", "a")
    before = to_tcl(one)
    with pytest.raises(UnknownAttributeError, match="did you mean 'tags'"):
        modify_commands(one, True, "tag", ["x"])
    with pytest.raises(AuthorError):
        modify_commands(one, True, "retryrc", "x")
    assert to_tcl(one) == before


@pytest.mark.parametrize(
    ("nest", "expected"),
    [
        (lambda a, b, c: [a, b], ["a", "b"]),
        (lambda a, b, c: (a, b), ("a", "b")),
        (lambda a, b, c: (a, [b, c]), ("a", ("parallel", ["b", "c"]))),
        (lambda a, b, c: [a, (b, c)], ["a", ("serial", ("b", "c"))]),
        (lambda a, b, c: a, ["a"]),
    ],
)
def test_jobs_fold_into_one_tree(nest, expected):
    folded = fold(nest(job("A", "a"), job("B", "b"), job("C", "c"))).job
    assert titles(folded)[1] == expected


def test_folded_job_with_several_tasks_becomes_a_task():
    folded = fold((job("A", "a", "b"), job("C", "c")), title="both").job
    assert titles(folded) == ("both", (("A", ["a", "b"]), "c"))


def test_folding_hands_down_what_a_job_says_for_its_commands():
    one = job("A", "a", service="linux", tags=["t"], envkey=["setenv X=1"], priority=5)
    one.newDirMap("X:/", "/x", "NFS")
    one.subtasks[0].cmds[0].service = "ram>8"
    before = to_tcl(one)
    folded = fold([one, job("B", "b")])
    command = folded.job.subtasks[0].cmds[0]
    assert (command.service, command.tags, command.envkey) == ("linux && ram>8", ["t"], ["setenv X=1"])
    assert folded.job.dirmaps == one.dirmaps
    assert folded.notes == ("A: priority of that job alone cannot be said in a common tree",)
    assert to_tcl(one) == before


def test_folding_keeps_a_jobs_cleanup_with_its_tree():
    one = job("A", "a")
    one.addCleanup(Command(argv=["/bin/rm", "x"]))
    folded = fold([one, job("B", "b")]).job
    assert folded.subtasks[0].title == "A" and folded.subtasks[0].cleanup[0].argv == ["/bin/rm", "x"]


def test_folding_keeps_the_variables_of_each_job():
    one, two = job("A", "a"), job("B", "b")
    one.newAssign("ROOT", "/show")
    two.newAssign("ROOT", "/show")
    assert [(assign.name, assign.value) for assign in fold([one, two]).job.init] == [("ROOT", "/show")]
    two.newAssign("ROOT", "/other")
    with pytest.raises(JobTreeError, match="A and B give the variable 'ROOT' different values"):
        fold([one, two])


def test_folding_refuses_ids_that_meet_and_what_is_no_job():
    one, two = job("A", "a"), job("B", "b")
    one.subtasks[0].id = two.subtasks[0].id = "same"
    with pytest.raises(JobTreeError, match="A and B both have a task with the id 'same'"):
        fold([one, two])
    with pytest.raises(FarmsubmitError, match="str is no job"):
        fold([one, "B"])


def test_serial_order_is_said_by_instances_for_a_graft():
    one = Job(title="j", serialsubtasks=True)
    first = one.newTask(title="first")
    first.newTask(title="f1", argv=["a"])
    first.newTask(title="f2", argv=["a"])
    second = one.newTask(title="second")
    second.newTask(title="s1", argv=["a"])
    serial_by_instances(one, "graft")
    assert [child.title for child in second.subtasks[0].subtasks] == [first.id] == ["graft.1"]
    assert not first.subtasks[0].subtasks and not second.cmds
    assert "Instance" in to_tcl(one)
