"""The request functions of DrQueue's library: 1 for what was done, 0 for what failed; drerrno_str() says why.

Arguments are those of the C functions, without those for their results: these are returned. Blocking by name is done
by the numbers of computers, because the request for names stalls a master.
"""

from __future__ import annotations

from typing import Callable, Dict, List, Union

from farmsubmit.compat.drqueue.constants import CLIENT
from farmsubmit.compat.drqueue.errors import DRE_NOTREGISTERED, DrQueueError, master, returning, slave
from farmsubmit.compat.drqueue.jobs import frame_info, job
from farmsubmit.engines.drqueue import master as codes

_Told = Callable[..., int]


def _job_request(code: int, text: str) -> _Told:
    @returning
    def request(ijob: int, who: int = CLIENT) -> None:
        master().tell(code, ijob)

    request.__doc__ = text
    return request  # type: ignore[return-value]


def _number_request(code: int, text: str) -> _Told:
    @returning
    def request(ijob: int, number: int, who: int = CLIENT) -> None:
        master().tell_number(code, ijob, number)

    request.__doc__ = text
    return request  # type: ignore[return-value]


request_job_stop = _job_request(codes.STOP, "Let no more frames of a job start.")
request_job_continue = _job_request(codes.CONTINUE, "Let frames of a job start again.")
request_job_hstop = _job_request(codes.HARD_STOP, "Let no more frames of a job start, and kill those that run.")
request_job_rerun = _job_request(codes.RERUN, "Run all frames of a job again.")
request_job_delete = _job_request(codes.DELETE, "Take a job out of the queue.")

request_job_priority_update = _number_request(codes.SET_PRIORITY, "Set the priority of a job.")
request_job_limits_nmaxcpus_set = _number_request(codes.SET_CPUS, "Set the most processors of a job.")
request_job_limits_nmaxcpuscomputer_set = _number_request(
    codes.SET_COMPUTER_CPUS, "Set the most processors of a job on one computer."
)
request_job_limits_memory_set = _number_request(codes.SET_MEMORY, "Set the memory that a job needs, in MB.")
request_job_frame_waiting = _number_request(codes.FRAME_WAIT, "Run a frame of a job again, by its number.")
request_job_frame_kill = _number_request(codes.FRAME_KILL, "Kill a frame of a job, by its number.")
request_job_frame_finish = _number_request(codes.FRAME_FINISH, "Count a frame of a job as finished.")
request_job_frame_kill_finish = _number_request(codes.FRAME_KILL_FINISH, "Kill a frame and count it as finished.")
request_job_frame_reset_requeued = _number_request(codes.FRAME_RESET, "Count anew how often a frame was tried.")
request_job_add_blocked_host = _number_request(codes.BLOCK, "Keep a job off a computer, by the computer's number.")
request_job_delete_blocked_host = _number_request(
    codes.UNBLOCK, "Let a job run on a computer again, by its place among the blocked ones."
)


@returning
def request_job_limits_pool_set(ijob: int, pool: str, who: int = CLIENT) -> None:
    """Set the pool of a job."""
    master().set_pool(ijob, pool)


@returning
def request_job_sesupdate(ijob: int, start: int, end: int, step: int, block: int, who: int = CLIENT) -> None:
    """Set the frames of a job; stop it first."""
    master().set_frames(ijob, start, end, step, block)


@returning
def request_job_xfer(ijob: int, into: job, who: int = CLIENT) -> None:
    """Fill a job object with a job of the queue."""
    vars(into).update(vars(master().job(ijob)))


@returning
def request_job_name(ijob: int, who: int = CLIENT) -> Union[str, int]:
    """Return the name of a job."""
    return master().name(ijob)


@returning
def request_job_envvars(ijob: int, who: int = CLIENT) -> Union[Dict[str, str], int]:
    """Return the environment variables of a job by their names."""
    return master().variables(ijob)


@returning
def request_job_frame_info(ijob: int, frame: int, into: frame_info, who: int = CLIENT) -> None:
    """Fill a frame_info with how a frame stands, by its number."""
    vars(into).update(vars(master().frame(ijob, frame)))


@returning
def request_job_list_blocked_host(ijob: int, who: int = CLIENT) -> Union[List[str], int]:
    """Return the names of the computers that a job is kept off."""
    return master().blocked_hosts(ijob)


@returning
def request_job_block_host_by_name(ijob: int, name: str, who: int = CLIENT) -> None:
    """Keep a job off a computer, by the computer's name."""
    numbers = {each.hardware.name: each.hardware.id for each in master().computers()}
    if name not in numbers:
        raise DrQueueError(DRE_NOTREGISTERED, f"there is no computer {name!r}")
    master().tell_number(codes.BLOCK, ijob, numbers[name])


@returning
def request_job_unblock_host_by_name(ijob: int, name: str, who: int = CLIENT) -> None:
    """Let a job run on a computer again, by the computer's name."""
    names = master().blocked_hosts(ijob)
    if name not in names:
        raise DrQueueError(DRE_NOTREGISTERED, f"job {ijob} is not kept off a computer {name!r}")
    master().tell_number(codes.UNBLOCK, ijob, names.index(name))


@returning
def request_slave_limits_enabled_set(host: str, is_enabled: int, who: int = CLIENT) -> None:
    """Let a slave take work, or not."""
    slave(host).set_enabled(bool(is_enabled))


@returning
def request_slave_limits_nmaxcpus_set(host: str, number: int, who: int = CLIENT) -> None:
    """Set how many processors a slave gives at most."""
    slave(host).set_cpus(number)


@returning
def request_slave_limits_maxfreeloadcpu_set(host: str, number: int, who: int = CLIENT) -> None:
    """Set up to which load a slave takes more."""
    slave(host).set_free_load(number)


@returning
def request_slave_limits_autoenable_set(host: str, hour: int, minute: int, flags: int, who: int = CLIENT) -> None:
    """Set when a slave takes work again by itself."""
    slave(host).set_autoenable(hour, minute, flags)


@returning
def request_slave_limits_pool_add(host: str, name: str, who: int = CLIENT) -> None:
    """Put a slave into a pool."""
    slave(host).add_pool(name)


@returning
def request_slave_limits_pool_remove(host: str, name: str, who: int = CLIENT) -> None:
    """Take a slave out of a pool."""
    slave(host).remove_pool(name)


@returning
def request_slave_killtask(host: str, task: int, who: int = CLIENT) -> None:
    """Kill what one of a slave's tasks runs."""
    slave(host).kill_task(task)


__all__ = [name for name in dir() if name.startswith("request_")]
