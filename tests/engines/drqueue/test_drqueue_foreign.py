"""Jobs that others sent to DrQueue, and the command line on them and on ours."""

import pytest

from farmsubmit.cli.main import main
from farmsubmit.engines import registry
from farmsubmit.engines.base import ACTIVE, DONE, ERROR, PAUSED, READY
from farmsubmit.engines.drqueue import DrQueueEngine
from farmsubmit.engines.drqueue.records import JobRecord
from farmsubmit.errors import EngineError


@pytest.fixture
def other(site, client, farm):
    """A job of somebody else with frames 1, 3 and 5, of which 3 fails; its id."""
    record = JobRecord(name="theirs", cmd='echo at "$DRQUEUE_FRAME"; test "$DRQUEUE_FRAME" != 3', owner="them")
    record.frame_end, record.frame_step = 5, 2
    client.register(record, {})
    return "s0-1700000000"


def test_it_is_listed_with_its_frames_as_tasks(site, other):
    (status,) = site.engine.jobs()
    assert (status.jid, status.title, status.state, status.owner) == (other, "theirs", READY, "them")
    assert [(task.tid, task.title) for task in site.engine.tasks(other)] == [
        (1, "frame 1"),
        (2, "frame 3"),
        (3, "frame 5"),
    ]


def test_a_frame_that_ended_with_an_exit_code_failed_whatever_drqueue_says(site, farm, other):
    farm.run()
    assert (farm.jobs[0]["done"], farm.jobs[0]["failed"]) == (3, 0)
    assert site.engine.status(other).counts == {DONE: 2, ERROR: 1}
    task = site.engine.tasks(other)[1]
    assert (task.state, task.exit_code, task.reason, task.blade) == (ERROR, 1, "exit code 1", "render1")


def test_its_logs_are_those_of_the_slaves(site, farm, other):
    farm.run()
    assert "at 3" in site.engine.log(other, 2)
    assert "at 5" in site.engine.log(other)
    assert site.engine.commands(other, 1)[0][:2] == ["sh", "-c"]
    with pytest.raises(EngineError, match="logs are not known here; add logs="):
        DrQueueEngine(f"//{farm.host}").log(other, 1)


def test_it_is_paused_resumed_retried_and_deleted(site, farm, other):
    site.engine.control(other, "pause")
    farm.settle()
    assert site.engine.status(other).state == PAUSED
    site.engine.control(other, "resume")
    farm.run()
    site.engine.control(other, "retry")
    farm.settle()
    assert [task.state for task in site.engine.tasks(other)] == [DONE, READY, DONE]
    assert site.engine.status(other).state == ACTIVE
    site.engine.control(other, "delete")
    assert site.engine.jobs() == []


def test_a_later_job_in_its_slot_is_another_one(site, farm, client, other):
    farm.jobs[0] = None
    client.register(JobRecord(name="theirs", cmd="true"), {})
    with pytest.raises(EngineError, match="there is no job s0-1700000000 in DrQueue"):
        site.engine.control(other, "kill")
    assert 11 not in farm.asked


def test_one_frame_is_killed_or_skipped(site, farm, other):
    farm.assign()
    site.engine.control(other, "kill", [1])
    site.engine.control(other, "skip", [2])
    farm.settle()
    assert [task.state for task in site.engine.tasks(other)] == [DONE, DONE, READY]
    with pytest.raises(EngineError, match="has no task 4; it has 1 to 3"):
        site.engine.control(other, "skip", [4])


def test_a_frame_that_was_given_up_is_tried_as_often_as_a_new_one(site, farm, other):
    farm.jobs[0].frames[0][:] = [2, 0, 0, 0, 0, 0, 3, 0]
    site.engine.control(other, "retry")
    assert farm.asked.index(26) < farm.asked.index(15)
    assert site.engine.tasks(other)[0].state == READY


# --- the command line


@pytest.fixture
def cli(site, monkeypatch, capsys):
    monkeypatch.setattr(registry, "_homes", lambda: {"drqueue": "drqueue"})
    monkeypatch.setattr(registry, "_load", lambda home, scheme: DrQueueEngine)

    def run(*words):
        code = main([*words, "--engine", f"drqueue:{site.url}"])
        return code, capsys.readouterr().out

    return run


def test_the_command_line_reads_like_that_of_the_local_engine(site, farm, other, cli):
    farm.run()
    code, told = cli("jobs")
    assert (code, "theirs" in told, "error" in told) == (0, True, True)
    code, told = cli("job", other)
    assert (code, "frame 3" in told) == (0, True)
    code, told = cli("log", f"{other}:2")
    assert (code, "at 3" in told) == (0, True)
    assert cli("retry", other)[0] == 0
    farm.settle()
    assert cli("kill", other)[0] == 0
