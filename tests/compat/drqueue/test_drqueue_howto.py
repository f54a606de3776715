"""The examples of DrQueue's "Python bindings Howto", in the syntax of Python 3, print what is printed there."""

import time


def wait(condition):
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.005)
    return True


def test_the_list_of_jobs_is_a_python_list(drqueue):
    import drqueue

    job_list = drqueue.request_job_list(drqueue.CLIENT)
    assert isinstance(job_list, list)
    assert len(job_list) == 0


def test_a_job_instance_is_filled_sent_and_gets_its_number(drqueue):
    for _ in range(4):
        other = drqueue.job()
        other.name = "earlier"
        assert other.send_to_queue() == 1

    job = drqueue.job()
    job.name = "Test python job"
    job.frame_start = 1
    job.frame_end = 10
    job.cmd = "ls -al"
    job.priority = 100
    assert job.send_to_queue() == 1
    assert job.id == 4


def test_each_method_of_a_job_returns_1(drqueue):
    job = drqueue.job()
    job.name, job.cmd, job.frame_end = "methods", "true", 10
    assert job.send_to_queue() == 1
    who = drqueue.CLIENT
    assert [frame.status for frame in job.request_frame_list(who)] == [drqueue.FS_WAITING] * 10
    assert job.job_frame_index_to_number(9) == 10
    assert job.request_stop(who) == 1
    assert wait(lambda: job.update(who) == 1 and job.status == drqueue.JOBSTATUS_STOPPED)
    assert job.request_continue(who) == 1
    assert wait(lambda: job.update(who) == 1 and job.status == drqueue.JOBSTATUS_WAITING)
    assert (job.request_hard_stop(who), job.request_rerun(who), job.request_delete(who)) == (1, 1, 1)
    assert wait(lambda: drqueue.request_job_list(who) == [])


def test_a_computer_is_enabled_through_its_slave(farm, drqueue):
    farm.enabled, farm.cpus = 0, 1
    computer_list = drqueue.request_computer_list(drqueue.CLIENT)
    assert len(computer_list) == 1
    computer = computer_list[0]
    assert computer.hwinfo.name == "render1"
    assert computer.hwinfo.ncpus == 1
    assert computer.limits.enabled == 0
    assert computer.request_enable(drqueue.CLIENT) == 1
    assert wait(lambda: computer.update(drqueue.CLIENT) == 1 and computer.limits.enabled == 1)


def test_a_function_of_the_library_is_called_as_in_c(farm, drqueue):
    found = 0
    try:
        drlist = drqueue.request_computer_list(drqueue.CLIENT)
    except OSError:
        drlist = None
        print("Could not retrieve list of slaves")
    for tcomp in drlist:
        if tcomp.hwinfo.name == "render1":
            compid = tcomp.hwinfo.id
            found = 1
    assert (found, compid) == (1, 0)
    assert drqueue.request_slave_limits_nmaxcpus_set("127.0.0.1", 4, drqueue.CLIENT) == 1
    assert wait(lambda: farm.slave.told == [(2, 4)])
