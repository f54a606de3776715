"""Real runners of the local engine: control, crashes, races. No runner outlives a test."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from pathlib import Path

import pytest

from farmsubmit.author import Command, Job
from farmsubmit.engines.local import lock
from farmsubmit.engines.local.runner import run_until_idle
from farmsubmit.engines.local.store import Store, queue_folder
from farmsubmit.errors import EngineError

TRUE, FALSE = ["true"], ["false"]
SLEEP = "import time; time.sleep(60)"


def alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def started(queue, name):
    """Wait until a command has written its process id into a file, and return it."""
    path = queue.folder / name
    queue.wait_until(lambda: path.exists() and path.read_text())
    return int(path.read_text())


def sleeper(queue, name, before=""):
    return queue.python(f"import os\n{before}\nopen({name!r}, 'w').write(str(os.getpid()))\n{SLEEP}")


# --- a runner of its own


def test_a_job_runs_without_whoever_spooled_it(queue, job):
    job.newTask(title="t", argv=TRUE)
    queue.wait_for(queue.spool(job))
    assert queue.engine.status("1").state == "done"
    queue.wait_for_no_runner()


def test_block_waits_until_a_runner_has_taken_the_job(queue, job):
    job.paused = True
    job.newTask(title="t", argv=TRUE)
    queue.spool(job, block=True)
    with Store(queue_folder()) as store:
        assert store.run("SELECT taken FROM job")[0][0] == 1


def test_a_running_runner_takes_new_jobs_by_their_priority(queue, job):
    job.newTask(title="long", argv=queue.python("import os, time\nwhile not os.path.exists('go'): time.sleep(.01)"))
    queue._monkeypatch.setenv("FARMSUBMIT_SLOTS", "1")
    queue.spool(job)
    queue.wait_for("1", "active")
    for title, priority in (("low", 1), ("high", 2)):
        late = Job(title=title, priority=priority)
        late.newTask(title="t", argv=queue.mark(title))
        queue.spool(late, block=True)
    (queue.folder / "go").touch()
    queue.wait_for("2")
    assert queue.marked() == ["high", "low"]


def test_a_second_runner_leaves_at_once(queue, job):
    job.newTask(title="t", argv=sleeper(queue, "pid"))
    queue.spool(job)
    started(queue, "pid")
    assert run_until_idle() is False


def test_jobs_spooled_at_the_same_time_all_run(queue):
    def spool():
        job = Job(title="t")
        job.newTask(title="t", argv=TRUE)
        queue.spool(job)

    threads = [threading.Thread(target=spool) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    queue.wait_until(lambda: [status.state for status in queue.engine.jobs()] == ["done"] * 8)


def test_a_job_spooled_just_before_the_lock_is_given_back_is_not_stuck(queue, job, monkeypatch):
    job.newTask(title="t", argv=TRUE)
    release, spooled = lock.RunnerLock.release, []

    def late(self):
        if not spooled and self._db is not None:
            # The runner has decided to go and still holds the lock, so this starts no other one.
            spooled.append(None)
            queue.spool(job)
        release(self)

    monkeypatch.setattr(
        "farmsubmit.engines.local.runner.RunnerLock", type("Late", (lock.RunnerLock,), {"release": late})
    )
    assert run_until_idle()
    assert queue.engine.status("1").state == "done"


def test_a_job_after_each_exit_of_the_runner_is_never_stuck(queue):
    for number in range(1, 6):
        job = Job(title="t")
        job.newTask(title="t", argv=TRUE)
        queue.spool(job)
        queue.wait_for(str(number))
    assert all(status.state == "done" for status in queue.engine.jobs())


# --- crashes


def test_what_a_killed_runner_left_is_run_again_and_its_processes_ended(queue, job):
    wait = queue.python("import os, time\nopen('pid' + str(os.path.exists('again')), 'w').write(str(os.getpid()))\n"
                        "while not os.path.exists('again'): time.sleep(.01)\ntime.sleep(.2)")  # fmt: skip
    job.newTask(title="p", argv=queue.mark("parent")).newTask(title="t", argv=wait)
    queue.spool(job)
    left = started(queue, "pidFalse")
    queue.wait_for("1", "active")
    time.sleep(0.2)
    os.kill(queue.runner_pid(), signal.SIGKILL)
    queue.wait_for_no_runner()
    assert queue.states() == ["blocked", "active"]
    assert alive(left)
    lock.ensure_runner(queue_folder())
    queue.wait_until(lambda: not alive(left))
    (queue.folder / "again").touch()
    queue.wait_for("1")
    assert queue.states() == ["done", "done"]
    assert queue.marked() == ["parent"]


def test_a_terminated_runner_ends_its_commands_and_puts_their_tasks_back(queue, job):
    job.newTask(title="t", argv=sleeper(queue, "pid"))
    queue.spool(job)
    pid = started(queue, "pid")
    os.kill(queue.runner_pid(), signal.SIGTERM)
    queue.wait_for_no_runner()
    assert not alive(pid)
    assert queue.states() == ["ready"]


def test_a_delete_that_a_crash_interrupted_is_finished(queue, job):
    job.newCleanup(argv=queue.mark("cleanup"))
    job.newTask(title="t", argv=TRUE)
    queue.spool_only(job)
    with Store(queue_folder()) as store:
        store.run("UPDATE job SET ending = 'delete', state = 'killed'")
    queue.idle()
    assert queue.marked() == ["cleanup"]
    assert queue.engine.jobs() == []


# --- kill


def test_kill_ends_the_whole_group_of_processes_and_the_job_is_killed(queue, job):
    spawn = f"import subprocess, sys\nchild = subprocess.Popen([sys.executable, '-c', {SLEEP!r}])\n"
    job.newTask(title="p", argv=TRUE).newTask(
        title="t", argv=sleeper(queue, "pid", spawn + "open('c', 'w').write(str(child.pid))")
    )
    queue.spool(job)
    pid, child = started(queue, "pid"), started(queue, "c")
    queue.engine.control("1", "kill")
    assert queue.engine.status("1").state == "killed"
    assert not alive(pid)
    assert not alive(child)
    assert (queue.states(), queue.task(2).reason) == (["blocked", "error"], "killed")


def test_a_command_that_does_not_end_when_asked_is_made_to(queue, job, monkeypatch):
    job.newTask(title="t", argv=sleeper(queue, "pid", "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)"))
    queue.spool(job)
    pid = started(queue, "pid")
    queue.engine.control("1", "kill")
    assert not alive(pid)
    assert queue.task().exit_code == -9


def test_kill_gives_the_rest_of_the_group_its_time_when_the_leader_has_gone(queue, job):
    child = (
        "import os, signal, time\n"
        "def end(*_):\n    time.sleep(.3)\n    open('saved', 'w').close()\n    os._exit(0)\n"
        "signal.signal(signal.SIGTERM, end)\nopen('pid', 'w').write(str(os.getpid()))\ntime.sleep(60)"
    )
    leader = f"import subprocess, sys, time\nsubprocess.Popen([sys.executable, '-c', {child!r}])\ntime.sleep(60)"
    job.newTask(title="t", argv=queue.python(leader))
    queue.spool(job)
    pid = started(queue, "pid")
    queue.engine.control("1", "kill")
    assert (queue.folder / "saved").exists()
    assert not alive(pid)


def test_kill_runs_the_cleanup_of_active_tasks_and_of_the_job_but_no_postscript(queue, job):
    job.newCleanup(argv=queue.mark("job"))
    job.newPostscript(argv=queue.mark("post"))
    task = job.newTask(title="t", argv=sleeper(queue, "pid"))
    task.newCommand(argv=queue.mark("never"))
    task.addCleanup(Command(argv=queue.mark("task")))
    job.newTask(title="idle").newTask(title="x", argv=sleeper(queue, "pid2")).addCleanup(Command(argv=TRUE))
    queue.spool(job)
    started(queue, "pid")
    queue.engine.control("1", "kill")
    queue.wait_for_no_runner()
    assert queue.marked() == ["task", "job"]
    assert queue.engine.status("1").state == "killed"


def test_a_killed_job_runs_again_when_it_is_retried(queue, job):
    job.newTask(title="t", argv=sleeper(queue, "pid", "if os.path.exists('pid'): raise SystemExit"))
    queue.spool(job)
    started(queue, "pid")
    queue.engine.control("1", "kill")
    queue.wait_for_no_runner()
    queue.engine.control("1", "retry")
    queue.wait_for("1")
    assert queue.engine.status("1").state == "done"


def test_one_task_is_killed_and_the_others_go_on(queue, job):
    job.newTask(title="a", argv=sleeper(queue, "pid"))
    job.newTask(title="b", argv=TRUE)
    queue.spool(job)
    started(queue, "pid")
    queue.engine.control("1", "kill", [1])
    queue.wait_for("1")
    assert (queue.states(), queue.engine.status("1").state) == (["error", "done"], "error")


def test_a_job_that_is_over_or_a_task_that_does_not_run_is_not_killed(queue, job):
    job.newTask(title="t", argv=TRUE)
    queue.run(job)
    with pytest.raises(EngineError, match="job 1 is over: it is done"):
        queue.engine.control("1", "kill")
    with pytest.raises(EngineError, match="nothing to kill in job 1: task 1 is done"):
        queue.engine.control("1", "kill", [1])


def test_a_job_that_only_waits_is_killed_too(queue, job):
    job.after = "23:59"
    job.newTask(title="t", argv=TRUE)
    queue.spool(job)
    queue.engine.control("1", "kill")
    assert queue.engine.status("1").state == "killed"


# --- the other actions


def test_retry_runs_what_is_in_error_and_then_the_rest(queue, job):
    parent = job.newTask(title="p", argv=queue.mark("parent"))
    parent.newTask(title="bad", argv=queue.python("import os; os.stat('fixed')"))
    parent.newTask(title="good", argv=queue.mark("good"))
    queue.run(job)
    (queue.folder / "fixed").touch()
    queue.engine.control("1", "retry")
    queue.wait_for("1")
    assert queue.engine.status("1").state == "done"
    assert queue.marked() == ["good", "parent"]


def test_retry_of_a_done_task_runs_again_what_came_after_it(queue, job):
    job.newTask(title="p", argv=queue.mark("parent")).newTask(title="c", argv=queue.mark("child"))
    job.newTask(title="o", argv=queue.mark("other"))
    queue.run(job, slots=1)
    queue.engine.control("1", "retry", [2])
    queue.wait_for("1")
    assert queue.marked() == ["child", "parent", "other", "child", "parent"]


@pytest.mark.parametrize(("tids", "why"), [([], "no task of job 1 is in error"), ([1], "task 1 of job 1 is blocked")])
def test_retry_of_what_has_not_ended_is_refused(queue, job, tids, why):
    job.paused = True
    job.newTask(title="a", argv=TRUE).newTask(title="b", argv=TRUE)
    queue.run(job)
    with pytest.raises(EngineError, match=why):
        queue.engine.control("1", "retry", tids)


def test_retry_under_an_active_task_is_refused(queue, job):
    job.newTask(title="p", argv=sleeper(queue, "pid")).newTask(title="c", argv=TRUE)
    queue.spool(job)
    started(queue, "pid")
    with pytest.raises(EngineError, match="task 1 of job 1 still runs"):
        queue.engine.control("1", "retry", [2])


def test_a_skipped_task_counts_as_done_for_its_parent(queue, job):
    job.newTask(title="p", argv=queue.mark("parent")).newTask(title="bad", argv=FALSE)
    assert queue.run(job).state == "error"
    queue.engine.control("1", "skip", [2])
    queue.wait_for("1")
    assert (queue.engine.status("1").state, queue.states()) == ("done", ["done", "skipped"])
    assert queue.marked() == ["parent"]


def test_a_serial_sibling_still_waits_when_one_between_is_skipped(queue):
    job = Job(title="test", serialsubtasks=True)
    job.newTask(title="a", argv=sleeper(queue, "pid"))
    for name in "bc":
        job.newTask(title=name, argv=TRUE)
    queue.spool(job)
    started(queue, "pid")
    queue.engine.control("1", "skip", [2])
    assert queue.states() == ["active", "skipped", "blocked"]


def test_skip_wants_tasks_that_do_not_run(queue, job):
    job.newTask(title="t", argv=sleeper(queue, "pid"))
    queue.spool(job)
    started(queue, "pid")
    with pytest.raises(EngineError, match="task 1 of job 1 still runs"):
        queue.engine.control("1", "skip", [1])
    with pytest.raises(EngineError, match="skip needs tasks"):
        queue.engine.control("1", "skip")


def test_a_paused_job_starts_nothing_new_until_it_is_resumed(queue, job):
    job.newTask(title="p", argv=TRUE).newTask(
        title="c", argv=queue.python("import os, time\nwhile not os.path.exists('go'): time.sleep(.01)")
    )
    queue.spool(job)
    queue.wait_for("1", "active")
    queue.engine.control("1", "pause")
    (queue.folder / "go").touch()
    queue.wait_for_no_runner()
    assert (queue.engine.status("1").state, queue.states()) == ("paused", ["ready", "done"])
    queue.engine.control("1", "resume")
    queue.wait_for("1")
    assert queue.states() == ["done", "done"]


def test_a_job_that_is_over_is_neither_paused_nor_resumed(queue, job):
    job.newTask(title="t", argv=TRUE)
    queue.run(job)
    for action in ("pause", "resume"):
        with pytest.raises(EngineError, match="job 1 is over"):
            queue.engine.control("1", action)


def test_another_priority_reorders_the_queue(queue, job):
    job.newTask(title="long", argv=queue.python("import os, time\nwhile not os.path.exists('go'): time.sleep(.01)"))
    queue._monkeypatch.setenv("FARMSUBMIT_SLOTS", "1")
    queue.spool(job)
    queue.wait_for("1", "active")
    for title in "ab":
        later = Job(title=title)
        later.newTask(title="t", argv=queue.mark(title))
        queue.spool(later, block=True)
    queue.engine.control("3", "priority", value=7)
    assert [status.priority for status in queue.engine.jobs()] == [0.0, 0.0, 7.0]
    (queue.folder / "go").touch()
    queue.wait_for("2")
    assert queue.marked() == ["b", "a"]


def test_priority_needs_a_number_and_unknown_actions_are_refused(queue, job):
    job.newTask(title="t", argv=TRUE)
    queue.run(job)
    with pytest.raises(EngineError, match="needs a number"):
        queue.engine.control("1", "priority")
    with pytest.raises(EngineError, match="did you mean 'resume'"):
        queue.engine.control("1", "resum")


def test_what_takes_a_whole_job_takes_no_tasks(queue, job):
    job.newTask(title="t", argv=TRUE)
    queue.run(job)
    with pytest.raises(EngineError, match="pause takes a whole job"):
        queue.engine.control("1", "pause", [1])


def test_delete_removes_a_job_and_its_logs(queue, job):
    job.newTask(title="t", argv=TRUE)
    queue.run(job)
    queue.engine.control("1", "delete")
    assert queue.engine.jobs() == []
    assert not (queue_folder() / "logs" / "1").exists()
    with pytest.raises(EngineError, match="there is no job 1 here; the queue is empty"):
        queue.engine.status("1")


def test_delete_ends_what_runs_and_cleans_up(queue, job):
    job.newCleanup(argv=queue.mark("job"))
    job.newTask(title="t", argv=sleeper(queue, "pid")).addCleanup(Command(argv=queue.mark("task")))
    queue.spool(job)
    pid = started(queue, "pid")
    queue.engine.control("1", "delete")
    assert not alive(pid)
    assert queue.engine.jobs() == []
    queue.wait_for_no_runner()
    assert queue.marked() == ["task", "job"]


def test_a_job_that_another_waits_for_is_not_deleted(queue, job):
    first, second = Job(title="first"), Job(title="second", afterjids=[1])
    first.newTask(title="t", argv=FALSE)
    second.newTask(title="t", argv=TRUE)
    queue.spool_only(first)
    queue.run(second)
    with pytest.raises(EngineError, match="job 2 waits for job 1 to be done; delete that one first"):
        queue.engine.control("1", "delete")


def test_an_answer_outlives_the_runner_that_gave_it(queue, job):
    job.newTask(title="t", argv=TRUE)
    queue.run(job)
    with Store(queue_folder()) as store:
        request = store.add_request(1, "pause", [], None)
        queue.idle()
        queue.idle()
        assert "job 1 is over" in store.take_answer(request)
        assert store.run("SELECT * FROM request") == []


def test_a_job_id_is_never_given_twice(queue, job):
    job.newTask(title="t", argv=TRUE)
    queue.run(job)
    queue.engine.control("1", "delete")
    assert queue.spool(job) == "2"


def test_the_python_of_a_host_program_is_not_the_program_itself(monkeypatch, tmp_path):
    (tmp_path / "mayapy").write_text("#!/bin/sh\n")
    (tmp_path / "mayapy").chmod(0o755)
    monkeypatch.setattr("sys.executable", str(tmp_path / "maya.bin"))
    assert lock.python_program() == str(tmp_path / "mayapy")


def test_somebody_who_waits_wakes_a_runner_where_there_is_none(queue, job):
    job.newTask(title="t", argv=TRUE)
    jid = queue.spool_only(job)
    assert queue.states() == ["ready"]
    queue.wait_for(jid)
    assert queue.states() == ["done"]


@pytest.mark.parametrize("variable", ["FARMSUBMIT_CONFIGURATION_PATH", "JOBTRONAUT_CONFIGURATION_PATH"])
def test_a_runner_finds_a_configuration_file_that_is_named_from_here(queue, job, tmp_path, monkeypatch, variable):
    monkeypatch.chdir(tmp_path)
    Path("studio.py").touch()
    monkeypatch.setenv(variable, "studio.py")
    job.newTask(title="t", argv=TRUE)
    queue.wait_for(queue.spool(job))
    assert queue.states() == ["done"]


def test_a_runner_that_ends_in_error_is_told_to_whoever_waits(queue, job):
    job.newTask(title="t", argv=TRUE)
    jid, folder = queue.spool_only(job), queue_folder()
    words = ["-c", "import sys; print('no luck today', file=sys.stderr); sys.exit(2)"]
    with (folder / "runner.log").open("ab") as log:
        lock._started.append((folder, lock._detached([sys.executable, *words], log)))
    lock._started[-1][1].wait(timeout=30)
    with pytest.raises(EngineError, match="exit code 2: no luck today"):
        queue.engine.status(jid)
