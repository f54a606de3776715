"""Run-time expansion in the local engine: what a command grafts, when it runs, and what becomes of it."""

from __future__ import annotations

import os
import signal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from farmsubmit.author import Command, Instance, Iterate, Job, Task
from farmsubmit.engines.base import Dropped
from farmsubmit.engines.local import expansion, lock
from farmsubmit.engines.local.output import OutputScanner
from farmsubmit.engines.local.script import read_script
from farmsubmit.engines.local.store import Store, queue_folder
from farmsubmit.errors import EngineError, JobFileError, TclError
from farmsubmit.formats.alf import to_tcl

TRUE, FALSE = ["true"], ["false"]


def script(*tasks, **settings):
    """Return the job script of a Job with these tasks."""
    job = Job(title="graft", **settings)
    for task in tasks:
        job.addChild(task)
    return to_tcl(job)


def marker(queue, name, seconds=0.0, **attributes):
    """A task that writes its name behind those of others, after a while."""
    code = f"import time; time.sleep({seconds})\nopen({str(queue.marks)!r}, 'a').write({name + chr(10)!r})"
    return Task(argv=queue.python(code), title=name, **attributes)


def saying(queue, *texts, then=""):
    """A command that prints texts, as they are."""
    return queue.python(f"import sys\nfor text in {texts!r}: print(text, flush=True)\n{then}")


def expanding(queue, task, *texts, then="", **attributes):
    """Give a task a command with -expand that prints texts."""
    return task.newCommand(argv=saying(queue, *texts, then=then), expand=True, **attributes)


def chunk(queue, name, *tasks, **settings):
    """Write a file of tasks, and return the line that grafts it."""
    path = queue.folder / f"{name}.alf"
    path.write_text(script(*tasks, **settings))
    return f'TR_EXPAND_CHUNK "{path}"'


def titles(queue):
    return [task.title for task in queue.engine.tasks("1")]


# --- the order


def test_the_output_of_an_expand_command_becomes_subtasks_of_its_task(queue, job):
    text = script(marker(queue, "a"), marker(queue, "b"))
    parent = job.newTask(title="parent", argv=queue.mark("parent"))
    expanding(queue, parent.newTask(title="host"), text)
    assert queue.run(job, slots=1).counts == {"done": 4}
    assert queue.marked() == ["a", "b", "parent"]
    assert [(task.tid, task.title, task.parent) for task in queue.engine.tasks("1")][2:] == [(3, "a", 2), (4, "b", 2)]


def test_bare_tasks_with_comments_are_a_script_too(queue, job):
    text = "##AlfredToDo 3.0\n# don't {\nTask {a} -cmds {\n  RemoteCmd {true}\n}\nTask -title b; # more\nTask {c}"
    expanding(queue, job.newTask(title="host"), text)
    assert queue.run(job).counts == {"done": 4}
    assert titles(queue) == ["host", "a", "b", "c"]


def test_an_expand_command_that_says_nothing_grafts_nothing(queue, job):
    expanding(queue, job.newTask(title="host"))
    assert queue.run(job).counts == {"done": 1}
    assert "grafted 0 tasks" in queue.engine.log("1", 1)


def test_a_chunk_runs_while_its_command_runs(queue, job):
    line = chunk(queue, "x", Task(argv=queue.python("open('go', 'w').close()"), title="go"))
    wait = "import os, time\nwhile not os.path.exists('go'): time.sleep(.01)"
    job.newTask(title="host", argv=saying(queue, line, then=wait))
    assert queue.run(job).counts == {"done": 2}


def expansions():
    """Return the folders and files that commands had for job scripts, as far as they are there."""
    return [*(queue_folder() / "logs").rglob("*.expansions*")]


def in_own_folder(text, then=""):
    """Return what writes a job script where a command has room for it, and grafts it."""
    home = "import os\nhome = os.environ['FARMSUBMIT_EXPANSIONS']\nos.mkdir(home)"
    return f"{home}\nopen(home + '/x', 'w').write({text!r})\nprint('TR_EXPAND_CHUNK', home + '/x', flush=True)\n{then}"


def test_the_scripts_that_a_command_writes_in_its_own_folder_are_gone_in_the_end(queue, job):
    job.newTask(title="host", argv=saying(queue, then=in_own_folder(script(marker(queue, "a")))))
    assert queue.run(job).counts == {"done": 2}
    assert (queue.marked(), expansions()) == (["a"], [])


def test_they_are_gone_too_where_the_command_was_killed(queue, job):
    job.newTask(title="host", argv=saying(queue, then=in_own_folder("Task {", "os.kill(os.getpid(), 9)")))
    assert queue.run(job).state == "error"
    assert expansions() == []


def test_whoever_waits_for_a_task_waits_for_its_chunks(queue, job):
    line = chunk(queue, "x", marker(queue, "slow", 0.3))
    parent = job.newTask(title="parent", argv=queue.mark("parent"))
    parent.newTask(title="host", argv=saying(queue, line))
    queue.run(job)
    assert queue.marked() == ["slow", "parent"]


def test_a_task_waits_as_blocked_for_what_it_grafted(queue, job):
    expanding(queue, job.newTask(title="host"), script(Task(argv=FALSE, title="bad")))
    assert queue.run(job).state == "error"
    assert queue.states() == ["blocked", "error"]
    assert queue.task(1).exit_code == 0


def test_further_commands_and_cleanup_do_not_wait_for_the_graft(queue, job):
    host = job.newTask(title="host")
    expanding(queue, host, script(marker(queue, "graft")))
    host.newCommand(argv=queue.mark("next"))
    host.addCleanup(Command(argv=queue.mark("cleanup")))
    queue.run(job, slots=1)
    assert queue.marked() == ["next", "cleanup", "graft"]


def test_several_chunks_without_quotes_and_with_relative_paths(queue, job):
    chunk(queue, "x y", marker(queue, "a"))
    chunk(queue, "z", marker(queue, "b"))
    job.newTask(title="host", argv=saying(queue, "TR_EXPAND_CHUNK x y.alf", " TR_EXPAND_CHUNK  z.alf "))
    assert queue.run(job, slots=1).counts == {"done": 3}
    assert queue.marked() == ["a", "b"]


def test_a_graft_keeps_its_serial_order_instances_cleanup_and_iterates(queue, job):
    group = Task(title="group", serialsubtasks=True)
    group.addChild(Instance(title="far"))
    for name in "ab":
        group.addChild(marker(queue, name, 0.2 if name == "a" else 0))
    group.addCleanup(Command(argv=queue.mark("cleanup")))
    iterate = Iterate(varname="i", frm=1, to=2)
    iterate.addTemplate(Task(title="i$i", argv=TRUE))
    far = marker(queue, "far", 0.2, id="far")
    expanding(queue, job.newTask(title="host"), script(far, group, iterate))
    queue.run(job)
    assert queue.marked() == ["far", "a", "b", "cleanup"]
    assert titles(queue)[-2:] == ["i1", "i2"]


def test_grafts_under_a_serial_task_follow_each_other(queue, job):
    first = chunk(queue, "x", marker(queue, "a", 0.3), marker(queue, "b", 0.2))
    second = chunk(queue, "y", marker(queue, "c"), marker(queue, "d"))
    job.newTask(title="host", serialsubtasks=True, argv=saying(queue, first, second))
    queue.run(job)
    assert queue.marked() == ["a", "b", "c", "d"]


def test_a_grafted_job_may_ask_for_its_own_order(queue, job):
    slow = marker(queue, "slow", 0.2)
    expanding(queue, job.newTask(title="host"), script(slow, marker(queue, "next"), serialsubtasks=True))
    queue.run(job)
    assert queue.marked() == ["slow", "next"]


def test_an_instance_in_a_graft_may_name_a_task_of_the_job(queue, job):
    after = Task(title="after", argv=queue.mark("after"))
    after.addChild(Instance(title="sim"))
    expanding(queue, job.newTask(title="host"), script(after))
    job.newTask(title="simulation", id="sim", argv=marker(queue, "sim", 0.5).cmds[0].argv)
    queue.run(job)
    assert queue.marked() == ["sim", "after"]


def test_an_instance_of_what_is_done_holds_nothing(queue, job):
    host = job.newTask(title="host")
    host.newTask(title="first", id="first", argv=TRUE)
    group = Task(title="group", serialsubtasks=True)
    group.addChild(Instance(title="first"))
    group.newTask(title="next", argv=queue.mark("next"))
    expanding(queue, host, script(group, Instance(title="first")))
    assert queue.run(job).counts == {"done": 4}


def test_a_later_chunk_may_wait_for_an_earlier_one(queue, job):
    first = chunk(queue, "x", marker(queue, "a", 0.2, id="a"))
    after = marker(queue, "b")
    after.addChild(Instance(title="a"))
    job.newTask(title="host", argv=saying(queue, first, chunk(queue, "y", after)))
    queue.run(job)
    assert queue.marked() == ["a", "b"]


def test_a_grafted_task_can_expand_too(queue, job):
    inner = Task(title="inner")
    expanding(queue, inner, script(marker(queue, "deep", 0.2)))
    parent = job.newTask(title="parent", argv=queue.mark("parent"))
    expanding(queue, parent.newTask(title="host"), script(inner))
    assert queue.run(job).counts == {"done": 4}
    assert queue.marked() == ["deep", "parent"]


# --- what counts in a graft


def test_of_a_grafted_job_only_what_concerns_its_tree_counts(queue, job):
    show = queue.python("import os; print(os.environ.get('A'), '$root', '$shot')")
    job.newAssign("root", "/show")
    graft = Job(title="other", priority=9, envkey=["setenv A=1"], tier="rush")
    graft.newAssign("shot", "$root/010")
    graft.newCleanup(argv=queue.mark("cleanup"))
    graft.newTask(title="show", argv=show)
    (queue.folder / "graft.alf").write_text(to_tcl(graft))
    job.newTask(title="host").newCommand(argv=["cat", "graft.alf"], expand=True)
    assert queue.run(job).priority == 0
    assert queue.marked() == []
    assert "ignored of the grafted Job 'other': cleanup, priority, tier" in queue.engine.log("1", 1)
    assert "\n1 /show /show/010\n" in queue.engine.log("1", 2)


def test_grafted_commands_take_what_the_job_says_for_all(queue, job):
    job.atleast, job.envkey = 2, ["setenv A=job"]
    show = Task(title="show", id="s.1")
    show.newCommand(
        argv=[*queue.python("import os, sys; print(os.environ['A'], *sys.argv[1:])"), "%n", "%t", "%c", "%{s.1}"]
    )
    host = job.newTask(title="host")
    expanding(queue, host, script(Task(title="first", argv=TRUE)))
    expanding(queue, host, script(show))
    queue.run(job)
    assert f"\njob 2 3 4 {os.uname().nodename}\n" in queue.engine.log("1", 3)


def test_what_one_machine_cannot_express_of_a_graft_is_in_the_log(queue, job):
    expanding(queue, job.newTask(title="host"), script(Task(title="a", metadata="x")))
    queue.run(job)
    assert "ignored in the graft, metadata of Task 'a': this engine does not keep it" in queue.engine.log("1", 1)


def test_expand_is_no_loss_but_where_it_cannot_be(queue, job):
    expanding(queue, job.newTask(title="host"))
    assert queue.engine.translate(job).dropped == ()
    job.newCleanup(argv=["true"], expand=True)
    why = "only the commands of a task expand it, not cleanup and postscripts"
    assert queue.engine.translate(job).dropped == (Dropped("Command 'true'", "expand", why),)


def test_a_cleanup_grafts_nothing(queue, job):
    line = chunk(queue, "x", Task(title="a"))
    job.newTask(title="t", argv=TRUE).addCleanup(Command(argv=saying(queue, line)))
    job.newPostscript(argv=saying(queue, line))
    assert queue.run(job).counts == {"done": 1}
    assert queue.engine.log("1").count("not grafted: ") == 2


def test_the_output_of_an_expand_command_is_kept_beside_its_log_and_errors_are_in_it(queue, job):
    expanding(queue, job.newTask(title="host"), "Task {a}", then="print('warning', file=sys.stderr)")
    queue.run(job)
    assert (queue_folder() / "logs/1/1.1.alf").read_text() == "Task {a}\n"
    assert "\nwarning\n" in queue.engine.log("1", 1)


@pytest.mark.parametrize("then", ["sys.exit(3)", "print('TR_EXIT_STATUS 3', file=sys.stderr)"])
def test_the_output_of_a_failed_expand_command_is_not_grafted(queue, job, then):
    expanding(queue, job.newTask(title="host"), "Task {a}", then=then)
    assert queue.run(job).counts == {"error": 1}
    assert queue.task().exit_code == 3


# --- what is wrong


def test_a_bad_script_is_an_error_with_line_and_column(queue, job):
    expanding(queue, job.newTask(title="host"), "# tasks\nTask {a}\nTsk {b}")
    assert queue.run(job).counts == {"error": 1}
    path = queue_folder() / "logs/1/1.1.alf"
    why = f"cannot expand: {path}: line 3, column 1: unknown operator 'Tsk' in -subtasks; did you mean 'Task'?"
    assert queue.task().reason == why
    assert f"{why}\n" in queue.engine.log("1", 1)


def test_a_bad_chunk_ends_its_command(queue, job):
    line = "TR_EXPAND_CHUNK /no/such.alf"
    job.newTask(title="host", argv=saying(queue, line, line, then="import time; time.sleep(60)"))
    assert queue.run(job).state == "error"
    assert queue.task().reason == "cannot expand: /no/such.alf: No such file or directory"
    assert "not grafted: /no/such.alf" in queue.engine.log("1", 1)


def test_a_bad_chunk_of_a_command_that_has_ended_well_is_an_error(queue, job):
    job.newTask(title="host", argv=["echo", "TR_EXPAND_CHUNK", "."])
    assert queue.run(job).state == "error"
    assert queue.task().reason.endswith(": it is no file")


@pytest.mark.parametrize(
    ("instance", "why"),
    [
        (Instance(title="nobody"), "an Instance waits for 'nobody', which is neither in the graft nor"),
        (Instance(title="parent"), "an Instance waits for task 1, which waits for this graft"),
        (Instance(title="host"), "an Instance waits for task 2, which waits for this graft"),
    ],
)
def test_a_graft_that_could_never_run_is_refused(queue, job, instance, why):
    parent = job.newTask(title="p", id="parent", argv=TRUE)
    expanding(queue, parent.newTask(title="h", id="host"), script(instance))
    assert queue.run(job).state == "error"
    assert why in queue.task(2).reason


def test_a_task_of_another_graft_cannot_be_named(queue, job):
    expanding(queue, job.newTask(title="one"), script(Task(title="a", id="a")))
    expanding(queue, job.newTask(title="two"), script(Instance(title="a")))
    assert queue.run(job, slots=1).state == "error"
    assert "neither in the graft" in queue.task(2).reason


def test_expansion_without_end_is_stopped(queue, job, monkeypatch):
    monkeypatch.setattr(expansion, "DEEPEST", 5)
    (queue.folder / "self.alf").write_text("Task {again} -cmds {RemoteCmd {cat self.alf} -expand 1}")
    job.newTask(title="host").newCommand(argv=["cat", "self.alf"], expand=True)
    assert queue.run(job).counts == {"blocked": 5, "error": 1}
    assert "more than 5 grafts deep" in queue.task(6).reason


def test_too_many_grafted_tasks_are_refused(queue, job, monkeypatch):
    monkeypatch.setattr(expansion, "MOST_TASKS", 5)
    for name in "ab":
        expanding(queue, job.newTask(title=name), "Task {x}\n" * 3)
    assert queue.run(job, slots=1).state == "error"
    assert "with 3 tasks more, more than 5 would be grafted" in queue.task(2).reason


# --- retry


def test_a_task_that_runs_again_grafts_anew(queue, job):
    parent = job.newTask(title="parent", argv=queue.mark("parent"))
    expanding(queue, parent.newTask(title="host"), script(marker(queue, "a"), Task(title="b")))
    queue.run(job)
    queue.engine.control("1", "retry", [2])
    queue.wait_for("1")
    assert queue.engine.status("1").counts == {"done": 4}
    assert queue.marked() == ["a", "parent", "a", "parent"]


def test_a_failed_grafted_task_runs_again_without_its_host(queue, job):
    bad = Task(title="bad", argv=queue.python("import os; os.stat('fixed')"))
    host = job.newTask(title="host")
    expanding(queue, host, script(bad), then=f"open({str(queue.marks)!r}, 'a').write('host\\n')")
    queue.run(job)
    (queue.folder / "fixed").touch()
    queue.engine.control("1", "retry")
    queue.wait_for("1")
    assert (queue.engine.status("1").state, queue.states()) == ("done", ["done", "done"])
    assert queue.marked() == ["host"]


def test_retry_of_a_done_grafted_task_runs_what_waited_for_its_host_again(queue, job):
    parent = job.newTask(title="parent", argv=queue.mark("parent"))
    host = parent.newTask(title="host")
    expanding(queue, host, script(marker(queue, "a")))
    host.newCommand(argv=queue.mark("host"))
    queue.run(job, slots=1)
    queue.engine.control("1", "retry", [3])
    queue.wait_for("1")
    assert queue.marked() == ["host", "a", "parent", "a", "parent"]
    assert queue.states() == ["done"] * 3


def test_retry_of_a_child_runs_its_expanding_parent_again(queue, job):
    host = job.newTask(title="host")
    host.newTask(title="child", argv=queue.mark("child"))
    expanding(queue, host, script(marker(queue, "a"), Task(title="bad", argv=FALSE)))
    queue.run(job, slots=1)
    assert queue.states() == ["blocked", "done", "done", "error"]
    queue.engine.control("1", "retry", [2])
    queue.wait_for("1")
    assert queue.marked() == ["child", "a", "child", "a"]
    assert queue.engine.status("1").total == 4


def test_a_child_that_the_graft_names_too_is_still_a_child(queue, job):
    host = job.newTask(title="host")
    host.newTask(title="child", id="child", argv=TRUE)
    expanding(queue, host, script(Instance(title="child"), marker(queue, "a")))
    queue.run(job)
    queue.engine.control("1", "retry", [2])
    queue.wait_for("1")
    assert queue.marked() == ["a", "a"]


def test_a_task_that_waits_for_its_graft_can_be_retried_itself(queue, job):
    inner = Task(title="inner")
    expanding(queue, inner, script(Task(title="bad", argv=queue.python("import os; os.stat('fixed')"))))
    expanding(queue, job.newTask(title="host"), script(inner))
    queue.run(job)
    (queue.folder / "fixed").touch()
    queue.engine.control("1", "retry", [1])
    queue.wait_for("1")
    assert queue.engine.status("1").counts == {"done": 3}


def test_retry_is_refused_while_a_grafted_task_runs(queue, job):
    sleep = Task(title="sleep", argv=queue.python("import time; time.sleep(60)"))
    expanding(queue, job.newTask(title="host"), script(sleep))
    queue.spool(job)
    queue.wait_until(lambda: queue.states() == ["blocked", "active"])
    with pytest.raises(EngineError, match="task 2 of job 1 still runs"):
        queue.engine.control("1", "retry", [1])


def test_skipping_the_failed_grafted_tasks_ends_the_job_well(queue, job):
    expanding(queue, job.newTask(title="host"), script(Task(title="bad", argv=FALSE)))
    queue.run(job)
    queue.engine.control("1", "skip", [2])
    queue.wait_for("1")
    assert queue.states() == ["done", "skipped"]


def test_a_command_that_has_grafted_is_not_retried_by_its_exit_code(queue, job):
    line = chunk(queue, "x", marker(queue, "a"))
    job.newTask(title="host").newCommand(
        argv=saying(queue, line, then="import time; time.sleep(.3); sys.exit(7)"), retryrc=[7]
    )
    assert queue.run(job).counts == {"error": 1, "done": 1}
    assert queue.marked() == ["a"]


def test_a_removed_task_is_unknown_and_its_log_is_gone(queue, job):
    line = chunk(queue, "x", Task(title="a", argv=["echo", "from a"]))
    once = "import os, sys\nif os.path.exists('once'): sys.exit(0)\nopen('once', 'w').close()\n"
    job.newTask(title="host", argv=queue.python(f"{once}print({line!r})"))
    queue.run(job)
    assert "from a" in queue.engine.log("1")
    queue.engine.control("1", "retry", [1])
    queue.wait_for("1")
    assert "from a" not in queue.engine.log("1")
    with pytest.raises(EngineError, match="has no task 2"):
        queue.engine.commands("1", 2)


def test_kill_and_delete_know_grafted_tasks(queue, job):
    sleep = Task(title="sleep", argv=queue.python("import time; time.sleep(60)"))
    expanding(queue, job.newTask(title="host"), script(sleep))
    queue.spool(job)
    queue.wait_until(lambda: queue.states() == ["blocked", "active"])
    queue.engine.control("1", "kill", [2])
    assert queue.states() == ["blocked", "error"]
    queue.engine.control("1", "delete")
    with Store(queue_folder()) as store:
        assert store.run("SELECT * FROM graft") + store.run("SELECT * FROM task") == []


# --- crashes


def crash(queue):
    queue.wait_until((queue_folder() / "runner.pid").exists)
    os.kill(queue.runner_pid(), signal.SIGKILL)
    queue.wait_for_no_runner()


def go_on(queue):
    (queue.folder / "go").touch()
    lock.ensure_runner(queue_folder())
    queue.wait_for("1")


WAIT = "import os, time\nwhile not os.path.exists('go'): time.sleep(.01)"


def test_a_crash_while_the_graft_runs_loses_and_doubles_nothing(queue, job):
    parent = job.newTask(title="parent", argv=queue.mark("parent"))
    text = script(marker(queue, "a"), Task(title="wait", argv=queue.python(WAIT)))
    expanding(queue, parent.newTask(title="host"), text, then=f"open({str(queue.marks)!r}, 'a').write('host\\n')")
    queue.spool(job)
    queue.wait_until(lambda: queue.states() == ["blocked", "blocked", "done", "active"])
    crash(queue)
    go_on(queue)
    assert queue.engine.status("1").counts == {"done": 4}
    assert queue.marked() == ["host", "a", "parent"]


@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGTERM])
def test_a_crash_while_the_command_runs_grafts_anew(queue, job, sent):
    line = chunk(queue, "x", marker(queue, "a"), marker(queue, "b"))
    job.newTask(title="host", argv=saying(queue, line, then=WAIT))
    queue.spool(job)
    queue.wait_until(lambda: queue.states() == ["active", "done", "done"])
    queue.wait_until((queue_folder() / "runner.pid").exists)
    os.kill(queue.runner_pid(), sent)
    queue.wait_for_no_runner()
    go_on(queue)
    assert queue.engine.status("1").counts == {"done": 3}
    assert sorted(queue.marked()) == ["a", "a", "b", "b"]


def test_a_queue_of_version_1_goes_on(queue, job):
    import sqlite3

    if sqlite3.sqlite_version_info < (3, 35):
        pytest.skip("this SQLite cannot drop a column")
    expanding(queue, job.newTask(title="host"), "Task {a}")
    queue.spool_only(job)
    with Store(queue_folder()) as store:
        for sql in ("DROP INDEX graft_job", "DROP TABLE graft", "ALTER TABLE job DROP COLUMN tasks"):
            store.run(sql)
        for name in ("spent", "serial"):
            store.run(f"ALTER TABLE task DROP COLUMN {name}")
        store.run("UPDATE job SET settings = json_set(settings, '$.ids', json('[\"x\"]'))")
        store.run("PRAGMA user_version=1")
    queue.idle()
    assert queue.engine.status("1").counts == {"done": 2}


# --- reading


def test_a_script_is_read_as_it_stands(tmp_path):
    path = tmp_path / "a.alf"
    path.write_bytes(b"Task {a}\r\n# {\r\nTask {b} -wrong 1\r\n")
    with pytest.raises(TclError, match="line 3, column 10: Task has no option -wrong"):
        read_script(path)


@pytest.mark.parametrize(("data", "why"), [(b"Task {\xff}", "not UTF-8"), (None, "No such file")])
def test_a_file_that_is_no_text_is_refused(tmp_path, data, why):
    path = tmp_path / "a.alf"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(JobFileError, match=why):
        read_script(path)


def test_a_pipe_is_never_read(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(JobFileError, match="it is no file"):
        read_script(tmp_path / "pipe")


def test_a_file_that_is_too_long_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("farmsubmit.engines.local.script.MOST_BYTES", 3)
    (tmp_path / "a.alf").write_text("Task")
    with pytest.raises(JobFileError, match="more than"):
        read_script(tmp_path / "a.alf")


@given(st.text(alphabet='Task{}\\"; #\n-cmdRubjo', max_size=60))
def test_any_text_is_a_job_or_one_sentence(tmp_path_factory, text):
    path = tmp_path_factory.getbasetemp() / "any.alf"
    path.write_text(text)
    try:
        assert isinstance(read_script(path), Job)
    except TclError as error:
        assert str(error).startswith(f"{path}: line ")


@pytest.mark.parametrize(
    ("line", "chunks"),
    [
        (b'TR_EXPAND_CHUNK "a b"', ["a b"]),
        (b"  TR_EXPAND_CHUNK a b \t", ["a b"]),
        (b"say TR_EXPAND_CHUNK a", []),
        (b"TR_EXPAND_CHUNK", []),
    ],
)
def test_which_lines_name_a_chunk(line, chunks):
    scanner = OutputScanner()
    scanner.feed(line + b"\n")
    assert scanner.chunks == chunks


# --- commands


def test_the_commands_of_a_task_are_told_as_they_were_sent(queue, job):
    task = job.newTask(title="t", argv=["echo", "%n", "a b"])
    task.newCommand(argv=TRUE)
    task.addCleanup(Command(argv=FALSE))
    queue.run(job)
    assert queue.engine.commands("1", 1) == [["echo", "%n", "a b"], ["true"]]
    with pytest.raises(EngineError, match="job 1 has no task 2"):
        queue.engine.commands("1", 2)
