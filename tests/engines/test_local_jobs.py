"""How a local job begins and ends: holds, limits, cleanup, postscripts, and what the queue tells of it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from farmsubmit.author import Command, Job
from farmsubmit.author.planning.moments import start_time
from farmsubmit.engines.local import LocalEngine
from farmsubmit.engines.local.store import Store, queue_folder
from farmsubmit.errors import EngineError, SpoolError

TRUE, FALSE = ["true"], ["false"]


# --- cleanup and postscripts


@pytest.mark.parametrize("code", [0, 1])
def test_the_cleanup_of_a_task_runs_after_success_and_failure(queue, job, code):
    task = job.newTask(title="t", argv=queue.mark("cmd", f"raise SystemExit({code})"))
    task.addCleanup(Command(argv=queue.mark("cleanup1", "raise SystemExit(1)")))
    task.addCleanup(Command(argv=queue.mark("cleanup2")))
    assert queue.run(job).state == ("error" if code else "done")
    assert queue.marked() == ["cmd", "cleanup1", "cleanup2"]


def test_a_parent_starts_after_the_cleanup_of_its_child(queue, job):
    parent = job.newTask(title="p", argv=queue.mark("parent"))
    parent.newTask(title="c").addCleanup(Command(argv=queue.mark("cleanup", "import time; time.sleep(.1)")))
    queue.run(job)
    assert queue.marked() == ["cleanup", "parent"]


@pytest.mark.parametrize(("argv", "ran"), [(TRUE, ["done", "always", "unset"]), (FALSE, ["error", "always", "unset"])])
def test_postscripts_run_by_when_and_in_order(queue, job, argv, ran):
    for when in ("done", "error", "always"):
        job.newPostscript(argv=queue.mark(when), when=when)
    job.newPostscript(argv=queue.mark("unset"))
    job.newTask(title="t", argv=argv)
    queue.run(job)
    assert queue.marked() == ran


def test_the_older_forms_of_postscripts_run_too(queue, job):
    job.whendone, job.whenerror, job.whenalways = queue.mark("d"), queue.mark("e"), queue.mark("a")
    job.newTask(title="t", argv=FALSE)
    queue.run(job)
    assert queue.marked() == ["e", "a"]


def test_the_cleanup_of_a_job_runs_last_when_it_is_done(queue, job):
    job.newCleanup(argv=queue.mark("cleanup"))
    job.newPostscript(argv=queue.mark("post"))
    job.newTask(title="t", argv=queue.mark("task"))
    queue.run(job)
    assert queue.marked() == ["task", "post", "cleanup"]


def test_a_job_in_error_is_not_cleaned_up_for_it_can_be_retried(queue, job):
    job.newCleanup(argv=queue.mark("cleanup"))
    job.newTask(title="t", argv=FALSE)
    assert queue.run(job).state == "error"
    assert queue.marked() == []


def test_what_fails_after_the_tree_is_in_the_log_and_changes_nothing(queue, job):
    job.newPostscript(argv=["no-such-program"])
    job.newCleanup(argv=queue.python("raise SystemExit(9)"))
    job.newTask(title="t", argv=TRUE)
    assert queue.run(job).state == "done"
    assert "not found on PATH" in queue.engine.log("1")
    assert "exit code 9" in queue.engine.log("1")


# --- several jobs


def test_jobs_run_by_priority_and_then_in_spool_order(queue):
    for title, priority in (("a", 1), ("b", 5), ("c", 1), ("d", 5)):
        job = Job(title=title, priority=priority)
        job.newTask(title=title, argv=queue.mark(title))
        queue.spool_only(job)
    queue.idle(slots=1)
    assert queue.marked() == ["b", "d", "a", "c"]


def test_maxactive_bounds_how_many_commands_of_a_job_run(queue, job):
    job.maxactive = 1
    alone = "import os, time\nos.mkdir('busy')\ntime.sleep(.02)\nos.rmdir('busy')"
    for number in range(4):
        job.newTask(title=str(number), argv=queue.python(alone))
    assert queue.run(job).counts == {"done": 4}


def test_a_job_waits_for_the_jobs_that_it_names(queue):
    first = Job(title="first")
    first.newTask(title="t", argv=queue.mark("first", "import time; time.sleep(.1)"))
    second = Job(title="second", priority=9, afterjids=[1])
    second.newTask(title="t", argv=queue.mark("second"))
    queue.spool_only(first)
    assert queue.run(second).state == "done"
    assert queue.marked() == ["first", "second"]


def test_a_job_behind_one_in_error_stays_blocked(queue):
    first, second = Job(title="first"), Job(title="second", afterjids=[1])
    first.newTask(title="t", argv=FALSE)
    second.newTask(title="t", argv=TRUE)
    queue.spool_only(first)
    assert queue.run(second).state == "blocked"


def test_a_job_behind_an_unknown_one_is_refused(queue, job):
    job.afterjids = [17]
    job.newTask(title="t", argv=TRUE)
    with pytest.raises(SpoolError, match="there is no job 17 here; the queue is empty"):
        queue.spool_only(job)


def test_a_paused_job_keeps_nothing_busy(queue, job):
    job.paused = True
    job.newTask(title="t", argv=TRUE)
    assert queue.run(job).state == "paused"
    assert queue.states() == ["ready"]


def test_a_job_starts_at_its_time(queue, job):
    job.after = datetime.now() + timedelta(seconds=0.4)
    job.newTask(title="t", argv=TRUE)
    status = queue.run(job)
    assert status.state == "done"
    assert status.started >= job.after.timestamp()


def test_a_time_of_today_that_is_past_holds_nothing(queue, job):
    job.after = "0:00"
    job.newTask(title="t", argv=TRUE)
    assert queue.run(job).state == "done"


NOW = datetime(2024, 12, 30, 15, 0)


@pytest.mark.parametrize(
    ("after", "meant"),
    [
        ("16:30", datetime(2024, 12, 30, 16, 30)),
        ("9:00", datetime(2024, 12, 30, 9, 0)),
        ("1 2 08:00", datetime(2025, 1, 2, 8, 0)),
        ("12 29 08:00", datetime(2024, 12, 29, 8, 0)),
        ("2 29 08:00", datetime(2024, 2, 29, 8, 0)),
    ],
)
def test_a_moment_without_a_year_is_the_nearest(after, meant):
    assert start_time(after, NOW) == meant.timestamp()


@given(
    st.datetimes(datetime(1980, 1, 1), datetime(2090, 1, 1)), st.datetimes(datetime(2000, 1, 1), datetime(2001, 1, 1))
)
def test_a_moment_without_a_year_is_never_further_than_half_a_year(now, moment):
    after = f"{moment.month} {moment.day} {moment:%H:%M}"
    leap_day = (moment.month, moment.day) == (2, 29)
    assert abs(start_time(after, now) - now.timestamp()) <= (366 * 4 + 184 if leap_day else 184) * 86400


# --- what the queue tells


def test_times_and_counts_of_a_job(queue, job):
    job.priority = 3
    job.newTask(title="a", argv=TRUE)
    status = queue.run(job)
    assert (status.jid, status.title, status.priority, status.owner, status.total) == ("1", "test", 3.0, "me", 1)
    assert status.spooled <= status.started <= status.stopped


def test_tasks_are_told_in_script_order_with_their_parents(queue, job):
    parent = job.newTask(title="parent", argv=TRUE)
    parent.newTask(title="child", argv=TRUE)
    job.newTask(title="other", argv=TRUE)
    queue.run(job)
    told = [(task.tid, task.title, task.parent) for task in queue.engine.tasks("1")]
    assert told == [(1, "parent", None), (2, "child", 1), (3, "other", None)]


def test_job_ids_count_up_and_all_jobs_are_listed(queue):
    for title in "ab":
        job = Job(title=title)
        job.newTask(title="t", argv=TRUE)
        queue.spool_only(job)
    assert [(status.jid, status.title, status.counts) for status in queue.engine.jobs()] == [
        ("1", "a", {"ready": 1}),
        ("2", "b", {"ready": 1}),
    ]
    queue.idle()


def test_a_title_that_is_not_unicode_is_kept_as_far_as_it_goes(queue):
    job = Job(title="a\udcff")
    job.newTask(title="t\ud800", argv=TRUE)
    assert queue.run(job).title == "a?"


@pytest.mark.parametrize("jid", ["17", "", "x", "-1", "1" * 40, "²"])
def test_an_unknown_job_is_told_with_the_known_ones(queue, job, jid):
    job.newTask(title="t", argv=TRUE)
    queue.run(job)
    with pytest.raises(EngineError, match=f"there is no job {jid} here; known is 1"):
        queue.engine.status(jid)


def test_an_unknown_task_is_told_with_the_known_ones(queue, job):
    job.newTask(title="t", argv=TRUE)
    queue.run(job)
    with pytest.raises(EngineError, match="job 1 has no task 2; it has 1 to 1"):
        queue.engine.log("1", 2)


def test_the_folder_of_the_queue_is_its_owners_alone(queue):
    queue.engine.jobs()
    assert queue_folder().stat().st_mode & 0o777 == 0o700


def test_a_queue_of_a_newer_version_is_refused(queue):
    with Store(queue_folder()) as store:
        store.run("PRAGMA user_version=99")
    with pytest.raises(EngineError, match="newer farmsubmit"):
        queue.engine.jobs()
    (queue_folder() / "queue.db").unlink()


def test_a_queue_that_is_no_database_is_an_engine_error(queue):
    (queue_folder() / "queue.db").write_text("no database at all, but long enough to be looked at" * 10)
    with pytest.raises(EngineError, match="does not work"):
        queue.engine.jobs()
    (queue_folder() / "queue.db").unlink()


def test_a_location_is_refused():
    with pytest.raises(EngineError, match="takes nothing behind the colon"):
        LocalEngine("host")


def test_the_environment_is_not_stored(queue, job, monkeypatch):
    monkeypatch.setenv("SECRET", "hunter2-of-this-test")
    job.newTask(title="t", argv=TRUE)
    queue.run(job)
    stored = b"".join(path.read_bytes() for path in queue_folder().rglob("*") if path.is_file())
    assert b"hunter2-of-this-test" not in stored
