"""What DrQueue's own bindings got wrong or left out: many jobs, whole frame lists, errors where they happen."""

import subprocess
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from farmsubmit.compat.drqueue import author_job, tree
from farmsubmit.compat.drqueue import job as Job
from farmsubmit.engines.drqueue.frames import count
from farmsubmit.lang.substitution import has_live


def wait(condition):
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.005)
    return True


def sent(drqueue, **values):
    job = drqueue.job()
    for name, value in {"name": "job", "cmd": "true", **values}.items():
        setattr(job, name, value)
    assert job.send_to_queue() == 1
    return job


def test_the_names_of_later_releases_lead_to_the_same_module(drqueue):
    import drqueue.base.libdrqueue as later
    from drqueue.base import libdrqueue

    assert later is libdrqueue is drqueue
    assert (drqueue.CLIENT, drqueue.KOJ_3DSMAX, drqueue.OSF_CYGWIN, drqueue.JF_JOBDELETE) == (20, 18, 16, 8)


def test_a_job_begins_with_the_defaults_of_drqueue(drqueue):
    job = drqueue.job()
    assert (job.priority, job.frame_start, job.frame_end, job.frame_step, job.frame_pad) == (500, 1, 1, 1, 4)
    assert (job.block_size, job.autoRequeue, job.limits.nmaxcpus, job.limits.pool) == (1, 1, 65535, "Default")
    assert job.owner


def test_any_number_of_jobs_is_listed_with_their_own_frames(drqueue):
    for end in (3, 5, 1):
        sent(drqueue, name=f"to{end}", frame_end=end)
    jobs = drqueue.request_job_list(drqueue.CLIENT)
    assert [job.name for job in jobs] == ["to3", "to5", "to1"]
    assert [len(job.request_frame_list(drqueue.CLIENT)) for job in jobs] == [3, 5, 1]


def test_a_frame_list_tells_each_frame_as_it_is(farm, drqueue):
    job = sent(drqueue, cmd='test "$DRQUEUE_FRAME" != 2', frame_end=3)
    farm.run()
    frames = job.request_frame_list(drqueue.CLIENT)
    assert [(frame.status, frame.exitcode) for frame in frames] == [(3, 0), (3, 1), (3, 0)]


def test_a_job_may_be_an_index_beyond_its_frames_away(drqueue):
    job = drqueue.job()
    job.frame_start, job.frame_end, job.frame_step, job.block_size = 10, 20, 2, 2
    assert [job.job_frame_index_to_number(index) for index in range(3)] == [10, 14, 18]
    with pytest.raises(IndexError):
        job.job_frame_index_to_number(3)


def test_variables_of_a_job_travel_with_it(farm, drqueue):
    job = drqueue.job()
    job.name, job.cmd = "variables", "true"
    assert job.environment_variable_add("SHOT", "010") == 1
    job.environment_variable_add("GONE", "1")
    assert job.environment_variable_delete("GONE") == 1
    assert job.environment_variable_find("SHOT") == "010"
    with pytest.raises(IndexError):
        job.environment_variable_find("GONE")
    job.send_to_queue()
    assert drqueue.request_job_envvars(job.id, drqueue.CLIENT) == {"SHOT": "010"}


def test_a_slot_that_holds_another_job_now_is_left_alone(drqueue):
    job = sent(drqueue, name="mine")
    job.update(drqueue.CLIENT)
    drqueue.request_job_delete(job.id, drqueue.CLIENT)
    wait(lambda: not drqueue.request_job_list(drqueue.CLIENT))
    other = sent(drqueue, name="mine")
    assert other.id == job.id
    with pytest.raises(IOError, match="has left the queue"):
        job.request_delete(drqueue.CLIENT)
    assert len(drqueue.request_job_list(drqueue.CLIENT)) == 1


def test_a_request_that_fails_returns_0_and_tells_why(drqueue):
    assert drqueue.request_job_xfer(7, drqueue.job(), drqueue.CLIENT) == 0
    assert "there is no such job" in drqueue.drerrno_str()
    assert drqueue.request_job_stop(100, drqueue.CLIENT) == 0
    assert drqueue.register_job(drqueue.job(cmd="x" * 2000)) == 0


def test_errors_are_ioerrors_with_drqueues_numbers(farm, drqueue, monkeypatch):
    with pytest.raises(IOError, match="there is no such job") as error:
        drqueue.job(id=9).update(drqueue.CLIENT)
    assert error.value.drerrno == 9
    monkeypatch.setenv("DRQUEUE_MASTER", "127.0.0.1:1")
    with pytest.raises(IOError, match="does not answer") as error:
        drqueue.request_job_list(drqueue.CLIENT)
    assert error.value.drerrno == 4
    monkeypatch.delenv("DRQUEUE_MASTER")
    with pytest.raises(IOError, match="DRQUEUE_MASTER is not set") as error:
        drqueue.request_computer_list(drqueue.CLIENT)
    assert error.value.drerrno == 10


def test_computers_are_blocked_by_name_without_the_request_that_stalls_a_master(farm, drqueue):
    job = sent(drqueue)
    assert drqueue.request_job_block_host_by_name(job.id, "render1", drqueue.CLIENT) == 1
    assert wait(lambda: drqueue.request_job_list_blocked_host(job.id, drqueue.CLIENT) == ["render1"])
    assert drqueue.request_job_unblock_host_by_name(job.id, "render1", drqueue.CLIENT) == 1
    assert wait(lambda: not drqueue.request_job_list_blocked_host(job.id, drqueue.CLIENT))
    assert drqueue.request_job_block_host_by_name(job.id, "nobody", drqueue.CLIENT) == 0
    assert not {34, 35} & set(farm.asked)


def test_numbers_pools_and_frames_of_a_job_are_set(farm, drqueue):
    job = sent(drqueue)
    who = drqueue.CLIENT
    assert drqueue.request_job_priority_update(job.id, 7, who) == 1
    assert drqueue.request_job_limits_pool_set(job.id, "fast", who) == 1
    assert drqueue.request_job_sesupdate(job.id, 1, 4, 1, 1, who) == 1
    assert wait(lambda: job.update(who) and (job.priority, job.limits.pool, job.frame_end) == (7, "fast", 4))
    assert drqueue.request_job_frame_finish(job.id, 2, who) == 1
    info = drqueue.frame_info()
    assert wait(lambda: drqueue.request_job_frame_info(job.id, 2, info, who) and info.status == drqueue.FS_FINISHED)
    assert drqueue.request_job_name(job.id, who) == "job"


def test_a_computer_tells_its_pools_load_and_tasks_and_changes_its_pools(farm, drqueue):
    sent(drqueue)
    farm.assign()
    (computer,) = drqueue.request_computer_list(drqueue.CLIENT)
    assert computer.limits.get_pool(0) == "Default"
    assert (computer.status.get_loadavg(2), computer.status.ntasks) == (30, 1)
    assert computer.status.get_task(0).jobname == "job"
    assert computer.set_pools(["fast"]) == 1
    wait(lambda: len(farm.slave.told) == 2)
    assert farm.slave.told == [(6, "fast"), (7, "Default")]
    assert computer.update(drqueue.CLIENT) == 1
    assert computer.list_pools() == ["fast"]


# --- as a tree of ours


def test_a_frame_job_becomes_a_task_for_each_block(drqueue):
    found = author_job(drqueue.job(name="shot", cmd="render 100%", frame_end=5, block_size=2, priority=510))
    assert [task.title for task in found.subtasks] == ["frame 1", "frame 3", "frame 5"]
    assert (found.title, found.priority) == ("shot", 10.0)
    assert found.subtasks[0].cmds[0].argv[-3:] == ["sh", "-c", "render 100%%"]


def test_its_tasks_see_the_variables_that_a_slave_would_set(drqueue):
    job = drqueue.job(name="a shot", cmd='echo "$DRQUEUE_PADFRAMES|$DRQUEUE_JOBNAME|$SHOT"', frame_end=4, block_size=2)
    argv = author_job(job, {"SHOT": "0 1"}).subtasks[1].cmds[0].argv
    assert subprocess.run(argv, check=False, capture_output=True, text=True).stdout == "0003 0004|a shot|0 1\n"


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40), st.integers(1, 9))
def test_every_frame_of_a_job_has_its_task_and_nothing_in_it_expands(cmd, block):
    job = Job(name="any", cmd=cmd, frame_end=20, block_size=block, owner="me")
    tasks = author_job(job).subtasks
    assert len(tasks) == count(job)
    assert not any(has_live(word) for task in tasks for word in task.cmds[0].argv)
    assert tree.author_job(job).asTcl() == author_job(job).asTcl()
