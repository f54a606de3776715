"""What users do to jobs of ours on a DrQueue, and how these stand then."""

import os
import shlex
import subprocess
from pathlib import Path

import pytest

from farmsubmit.author import Job
from farmsubmit.engines.base import BLOCKED, DONE, ERROR, KILLED, PAUSED, READY, SKIPPED
from farmsubmit.engines.drqueue import DrQueueEngine, slots
from farmsubmit.engines.drqueue.records import JobRecord
from farmsubmit.errors import EngineError


def test_a_paused_job_starts_when_it_is_resumed(site, farm):
    jid = site.spool(site.frames(2, paused=True))
    assert farm.run() == 0
    assert site.engine.status(jid).state == PAUSED
    site.engine.control(jid, "resume")
    assert site.engine.status(jid).state == READY
    farm.run()
    assert site.marks() == ["1", "2"]


def test_failed_tasks_and_those_behind_them_run_again(site, farm):
    switch = site.folder / "repaired"
    jid = site.run(site.stages("one", "two", then=f"test -e {switch}"))
    switch.touch()
    site.engine.control(jid, "retry")
    farm.run()
    assert site.marks() == ["one", "one", "two"]
    assert site.states(jid) == [DONE, DONE]
    with pytest.raises(EngineError, match="no task of job 1 is in error; name the tasks"):
        site.engine.control(jid, "retry")


def test_a_skipped_task_lets_those_behind_it_run(site, farm):
    jid = site.run(site.stages("one", "two", then="exit 1"))
    site.engine.control(jid, "skip", [1])
    farm.run()
    assert site.states(jid) == [SKIPPED, DONE]
    assert site.engine.jobs()[0].counts == {SKIPPED: 1, DONE: 1}


def test_a_killed_job_runs_again_after_a_retry(site, farm):
    jid = site.spool(site.frames(2))
    farm.assign()
    farm.pids_missing = 2
    site.engine.control(jid, "kill")
    assert site.engine.status(jid).state == KILLED
    assert farm.run() == 0
    site.engine.control(jid, "retry")
    farm.run()
    assert site.engine.status(jid).counts == {DONE: 2}


def test_a_frame_without_a_process_is_never_killed(site, farm, monkeypatch):
    monkeypatch.setattr(slots, "_STARTED_WITHIN", 0.05)
    jid = site.spool(site.frames(1))
    farm.assign()
    farm.pids_missing = 10**6
    with pytest.raises(EngineError, match="just being started, and cannot be killed; try again"):
        site.engine.control(jid, "kill")
    assert 11 not in farm.asked


def test_one_task_is_killed_and_counts_as_failed(site, farm):
    jid = site.spool(site.frames(2))
    farm.assign()
    site.engine.control(jid, "kill", [1])
    farm.settle()
    assert site.states(jid) == [ERROR, READY]
    assert site.engine.tasks(jid)[0].reason == "killed"
    with pytest.raises(EngineError, match="nothing to kill in job 1: task 2 is ready"):
        site.engine.control(jid, "kill", [2])


def test_a_deleted_job_leaves_nothing(site, farm):
    jid = site.spool(site.stages("one", "two"))
    site.engine.control(jid, "delete")
    assert (site.names(), site.engine.jobs()) == ([], [])
    with pytest.raises(EngineError, match="there is no job 1 here"):
        site.engine.status(jid)


def test_a_priority_is_counted_from_drqueues_own(site, farm):
    jid = site.spool(site.frames(1))
    site.engine.control(jid, "priority", value=-20)
    farm.settle()
    assert farm.jobs[0]["priority"] == 480
    assert site.engine.status(jid).priority == -20


def test_a_slot_that_another_job_has_now_is_left_alone(site, farm, client):
    jid = site.spool(site.frames(1))
    farm.jobs[0] = None
    client.register(JobRecord(name=farm_name(jid), cmd="true"), {})
    with pytest.raises(EngineError, match="is over"):
        site.engine.control(jid, "kill")
    assert site.engine.status(jid).state == BLOCKED
    assert not {8, 9, 10, 11, 32} & set(farm.asked)


def farm_name(jid):
    return "frames.key-of-the-j.1of1"


def test_what_a_slave_ended_by_a_signal_is_an_error(site, farm):
    jid = site.spool(site.frames(1))
    farm.assign()
    farm.jobs[0].frames[0][0] = 2
    assert site.engine.tasks(jid)[0].reason == "DrQueue ended it by a signal, or lost it"


def test_a_wrapper_that_cannot_start_is_an_error(site, farm):
    site.engine = DrQueueEngine(f"//{farm.host}?folder={site.folder}/jobs&python=/no/python")
    jid = site.run(site.frames(1))
    assert site.engine.tasks(jid)[0].reason == "exit code 127, see DrQueue's own log of it"
    assert site.engine.status(jid).state == ERROR


def test_logs_are_those_of_the_wrapper(site):
    job = Job(title="logs")
    for word in ("one", "two"):
        job.newTask(title=word, argv=["echo", f"says {word}"])
    jid = site.run(job)
    assert "says one" in site.engine.log(jid, 1)
    assert site.engine.log(jid).index("says one") < site.engine.log(jid).index("says two")
    with pytest.raises(EngineError, match="job 1 has no task 3; it has 1 to 2"):
        site.engine.log(jid, 3)


def test_a_wrapper_that_is_killed_ends_its_command(site, farm):
    job = Job(title="kill")
    job.newTask(title="t", argv=["sh", "-c", f"echo $$ > {site.folder}/pid; exec sleep 60"])
    jid = site.spool(job)
    process = subprocess.Popen(shlex.split(farm.jobs[0]["cmd"]), env={**os.environ, "DRQUEUE_FRAME": "1"})
    site.wait_until(lambda: (site.folder / "pid").exists() and (site.folder / "pid").read_text().strip())
    pid = int((site.folder / "pid").read_text())
    process.kill()
    process.wait()
    site.wait_until(lambda: not Path(f"/proc/{pid}").exists())
    farm.jobs[0].frames[0][0] = 2
    site.wait_until(lambda: site.states(jid) == [ERROR])
    assert site.engine.tasks(jid)[0].reason == "killed: DrQueue asked it to end"
