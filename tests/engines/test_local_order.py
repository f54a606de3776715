"""Which task of a local job runs when."""

from __future__ import annotations

from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from farmsubmit.author import Instance, Iterate, Job, Task
from farmsubmit.author.planning.planner import build_plan
from farmsubmit.errors import AuthorError, JobTreeError, RequiredValueError

TRUE = ["true"]


def test_children_run_before_their_parent(queue, job):
    parent = job.newTask(title="parent", argv=queue.mark("parent"))
    parent.newTask(title="child", argv=queue.mark("child")).newTask(title="leaf", argv=queue.mark("leaf"))
    assert queue.run(job).state == "done"
    assert queue.marked() == ["leaf", "child", "parent"]


def test_siblings_run_at_the_same_time(queue, job):
    meet = (
        "import os, time, sys\nopen(sys.argv[1], 'w').close()\nwhile not os.path.exists(sys.argv[2]): time.sleep(.01)"
    )
    a, b = str(queue.folder / "a"), str(queue.folder / "b")
    job.newTask(title="a", argv=[*queue.python(meet), a, b])
    job.newTask(title="b", argv=[*queue.python(meet), b, a])
    assert queue.run(job).counts == {"done": 2}


def test_no_more_commands_run_at_once_than_there_are_slots(queue, job):
    alone = "import os\nos.mkdir('busy')\nimport time\ntime.sleep(.02)\nos.rmdir('busy')"
    for number in range(4):
        job.newTask(title=str(number), argv=queue.python(alone))
    assert queue.run(job, slots=1).counts == {"done": 4}


def test_serial_children_of_a_task_run_whole_subtree_by_whole_subtree(queue, job):
    group = job.newTask(title="group", serialsubtasks=True)
    first = group.newTask(title="first", argv=queue.mark("first"))
    first.newTask(title="slow", argv=queue.mark("slow", "import time; time.sleep(.2)"))
    second = group.newTask(title="second", argv=queue.mark("second"))
    second.newTask(title="below", argv=queue.mark("below"))
    assert queue.run(job).state == "done"
    assert queue.marked() == ["slow", "first", "below", "second"]


def test_serial_does_not_reach_grandchildren(queue):
    job = Job(title="test", serialsubtasks=True)
    group = job.newTask(title="group")
    group.newTask(title="a", argv=TRUE)
    group.newTask(title="b", argv=TRUE)
    job.newTask(title="last", argv=TRUE)
    plan = queue.engine.translate(job).payload
    assert plan.needs[:3] == [[2, 3], [], []]


def test_a_failed_serial_sibling_keeps_the_later_ones_blocked(queue):
    job = Job(title="test", serialsubtasks=True)
    job.newTask(title="bad", argv=["false"])
    job.newTask(title="later", argv=TRUE).newTask(title="below", argv=TRUE)
    assert queue.run(job).state == "error"
    assert queue.states() == ["error", "blocked", "blocked"]


def test_serial_groups_inside_serial_groups_keep_their_order(queue):
    job = Job(title="test", serialsubtasks=True)
    for outer in "ab":
        group = job.newTask(title=outer, argv=queue.mark(outer), serialsubtasks=True)
        for inner in "12":
            group.newTask(title=inner, argv=queue.mark(outer + inner))
    queue.run(job)
    assert queue.marked() == ["a1", "a2", "a", "b1", "b2", "b"]


def test_a_failure_blocks_its_ancestors_and_nothing_else(queue, job):
    parent = job.newTask(title="parent", argv=TRUE)
    parent.newTask(title="bad", argv=["false"])
    parent.newTask(title="good", argv=TRUE)
    job.newTask(title="other", argv=TRUE)
    assert queue.run(job, slots=1).state == "error"
    assert queue.states() == ["blocked", "error", "done", "done"]


def test_the_commands_of_a_task_run_in_order_and_stop_at_the_first_failure(queue, job):
    task = job.newTask(title="task")
    for argv in (queue.mark("a"), queue.mark("b", "raise SystemExit(3)"), queue.mark("c")):
        task.newCommand(argv=argv)
    queue.run(job)
    assert queue.marked() == ["a", "b"]
    assert (queue.task().exit_code, queue.task().reason) == (3, "exit code 3")


def test_a_task_without_commands_is_done_with_its_children(queue, job):
    job.newTask(title="group").newTask(title="a", argv=TRUE)
    job.newTask(title="empty")
    assert queue.run(job).counts == {"done": 3}


@pytest.mark.parametrize("name", ["sim.1", "simulate"])
def test_an_instance_waits_for_its_task_by_id_or_title(queue, job, name):
    job.newTask(title="render", argv=queue.mark("render")).addChild(Instance(title=name))
    job.newTask(title="simulate", id="sim.1", argv=queue.mark("sim", "import time; time.sleep(.1)"))
    queue.run(job)
    assert queue.marked() == ["sim", "render"]


def test_a_task_under_two_parents_runs_once_before_both(queue, job):
    shared = Task(title="shared", argv=queue.mark("shared"))
    for name in "ab":
        job.newTask(title=name, argv=queue.mark(name)).addChild(shared)
    assert queue.run(job).total == 3
    assert queue.marked()[0] == "shared"
    assert sorted(queue.marked()) == ["a", "b", "shared"]


def test_a_serial_sibling_waits_for_the_task_of_an_instance_before_it(queue, job):
    job.newTask(title="far", argv=queue.mark("far", "import time; time.sleep(.1)"))
    group = job.newTask(title="group", serialsubtasks=True)
    group.addChild(Instance(title="far"))
    group.newTask(title="after", argv=queue.mark("after"))
    queue.run(job)
    assert queue.marked() == ["far", "after"]


def test_an_iterate_runs_its_template_once_for_each_value(queue, job):
    iterate = Iterate(varname="frame", frm=1, to=5, by=2)
    iterate.addTemplate(Task(title="frame $frame", argv=queue.mark("f${frame}x$framed")))
    job.addChild(iterate)
    assert queue.run(job, slots=1).state == "done"
    assert queue.marked() == ["f1x$framed", "f3x$framed", "f5x$framed"]
    assert [task.title for task in queue.engine.tasks("1")] == ["frame 1", "frame 3", "frame 5"]


def test_iterates_nest_and_count_down_and_run_their_subtasks_first(queue, job):
    inner = Iterate(varname="j", frm=2, to=1, by=-1)
    inner.addTemplate(Task(title="t", argv=queue.mark("$i$j")))
    outer = Iterate(varname="i", frm=1, to=2)
    outer.addTemplate(inner)
    outer.subtasks.append(Task(title="first", argv=queue.mark("first", "import time; time.sleep(.1)")))
    job.addChild(outer)
    queue.run(job, slots=1)
    assert queue.marked() == ["first", "12", "11", "22", "21"]


def test_a_task_shared_inside_a_template_is_shared_within_each_round(queue, job):
    shared = Task(title="shared $i", argv=TRUE)
    iterate = Iterate(varname="i", frm=1, to=2)
    for name in "ab":
        task = Task(title=name)
        task.addChild(shared)
        iterate.addTemplate(task)
    job.addChild(iterate)
    assert queue.run(job).total == 6


def test_an_iterate_of_too_many_tasks_is_refused(queue, job):
    iterate = Iterate(varname="i", frm=1, to=10**9)
    iterate.addTemplate(Task(title="t"))
    job.addChild(iterate)
    with pytest.raises(JobTreeError, match="more than 1,000,000 tasks"):
        queue.engine.translate(job)


def test_templates_inside_themselves_are_refused(queue, job):
    iterate = Iterate(varname="i", frm=1, to=1)
    iterate.template.append(iterate)
    job.addChild(iterate)
    with pytest.raises(JobTreeError, match="templates deep"):
        queue.engine.translate(job)


def test_an_iterate_with_a_step_of_zero_is_refused(queue, job):
    iterate = Iterate(varname="i", frm=1, to=2, by=0)
    iterate.addTemplate(Task(title="t"))
    job.addChild(iterate)
    with pytest.raises(AuthorError, match="by = 0"):
        queue.engine.translate(job)


def test_a_chain_of_5000_tasks_runs(queue, job):
    task = job
    for number in range(5000):
        task = task.newTask(title=str(number))
    task.newCommand(argv=TRUE)
    assert queue.run(job).counts == {"done": 5000}


def test_tasks_that_wait_for_each_other_are_refused(queue, job):
    for name, other in ("ab", "ba"):
        job.newTask(title=name).addChild(Instance(title=other))
    with pytest.raises(JobTreeError, match="wait for each other"):
        queue.engine.translate(job)


def test_an_instance_of_nothing_is_refused_with_the_nearest_name(queue, job):
    job.newTask(title="simulate")
    job.newTask(title="render").addChild(Instance(title="simulat"))
    with pytest.raises(JobTreeError, match="did you mean 'simulate'"):
        queue.engine.translate(job)


def test_a_reference_to_nothing_is_refused(queue, job):
    job.newTask(title="a").newCommand(argv=TRUE, refersto="nobody")
    with pytest.raises(JobTreeError, match="refers to 'nobody'"):
        queue.engine.translate(job)


def test_a_job_without_tasks_is_refused(queue, job):
    with pytest.raises(RequiredValueError, match="subtasks is missing"):
        queue.engine.translate(job)


def test_a_task_without_a_title_is_refused(queue, job):
    job.newTask(argv=TRUE)
    with pytest.raises(RequiredValueError, match="title is missing"):
        queue.engine.translate(job)


def test_a_live_list_that_went_bad_is_refused(queue, job):
    job.newTask(title="a", argv=["true"]).cmds[0].argv.append(7)
    with pytest.raises(AuthorError, match="argv"):
        queue.engine.translate(job)


# --- the law of the order, on any tree

# A tree is (serial, children); a forest of up to 20 tasks.
trees = st.recursive(
    st.just((False, [])), lambda inner: st.tuples(st.booleans(), st.lists(inner, max_size=4)), max_leaves=20
)


def planned(tree):
    """Return the plan of a tree, and the children and the serial flag of each task by tid; 0 is the job."""
    serial, below = tree
    job = Job(title="law", serialsubtasks=serial)
    children, flags, tids = {0: []}, {0: serial}, count(1)
    todo = [(job, 0, subtree) for subtree in reversed(below)]
    while todo:
        parent, above, (serial, below) = todo.pop()
        tid = next(tids)
        task = parent.newTask(title=str(tid), serialsubtasks=serial)
        children[above].append(tid)
        children[tid], flags[tid] = [], serial
        todo += [(task, tid, subtree) for subtree in reversed(below)]
    return build_plan(job, 1)[0], children, flags


def reached(start, after):
    found, todo = set(), [start]
    while todo:
        new = set(after(todo.pop())) - found
        found |= new
        todo += new
    return found


@given(trees.filter(lambda tree: tree[1]))
def test_a_task_needs_its_subtree_and_the_elders_of_serial_parents_and_nothing_else(tree):
    plan, children, flags = planned(tree)
    expected = {tid: reached(tid, children.get) for tid in children}
    for parent, below in children.items():
        elders = set()
        for tid in below if flags[parent] else ():
            for each in {tid} | reached(tid, children.get):
                expected[each] |= elders
            elders |= {tid} | reached(tid, children.get)
    for task in plan.tasks:
        needed = {node for node in reached(task.tid, lambda node: plan.needs[node - 1]) if node <= len(plan.tasks)}
        assert needed == expected[task.tid]


@given(trees.filter(lambda tree: tree[1]))
def test_the_needs_of_a_job_grow_with_its_tasks_only(tree):
    plan, _, _ = planned(tree)
    assert sum(map(len, plan.needs)) <= 4 * len(plan.tasks)
