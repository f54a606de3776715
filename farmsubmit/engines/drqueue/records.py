"""The structs that travel between DrQueue and its clients: jobs, frames, computers and their tasks.

Names are those of DrQueue's own structs. Source: the wire of DrQueue 0.64.4 and later, sizes as they were seen there.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any, Dict, List, Type, TypeVar

from farmsubmit.engines.drqueue.codec import Layout, number, room, text

#: Sizes of fields in bytes, with their NUL, and how many there may be of what.
NAME, COMMAND, KOJI = 128, 1024, 28672
MOST_JOBS, MOST_COMPUTERS, MOST_TASKS = 100, 100, 32
LARGEST_U16, LARGEST_U32 = 65535, 4294967295

WAITING, ACTIVE, STOPPED, FINISHED = range(4)
FRAME_WAITING, FRAME_ASSIGNED, FRAME_ERROR, FRAME_FINISHED = range(4)
DEPENDS = 4

#: Operating systems that a job may run on, as bits; by the names that service keys use.
SYSTEMS = {"irix": 1, "linux": 2, "osx": 4, "freebsd": 8, "cygwin": 16}

_JOB = Layout(
    "a job",
    number("u8", "used"),
    number("u32", "id"),
    number("u16", "nprocs", "status"),
    number("u32", "priority"),
    text(NAME, "name"),
    text(COMMAND, "cmd"),
    text(NAME, "owner", "email"),
    number("u8", "autoRequeue"),
    number("u16", "koj"),
    room(KOJI, "koji"),
    number("u32", "frame_start", "frame_end"),
    number("u8", "frame_pad"),
    number("u32", "frame_step", "fleft", "fdone", "ffailed"),
    number("raw u32", "old_fdone"),
    number("raw u16", "old_nprocs"),
    number("u32", "block_size"),
    number("raw u32", "submit_time"),
    number("u32", "avg_frame_time", "est_finish_time"),
    number("raw u64", "frame_info"),
    number("raw i64", "fishmid"),
    number("raw u64", "blocked_host"),
    number("raw i64", "bhshmid"),
    number("raw u16", "nblocked"),
    number("u32", "flags"),
    number("raw u32", "dependid"),
    number("u16", "limits.nmaxcpus", "limits.nmaxcpuscomputer", "limits.os_flags"),
    number("u32", "limits.memory"),
    text(NAME, "limits.pool"),
    number("raw u16", "nvariables"),
    number("raw i64", "evshmid", "evsemid"),
    number("raw u64", "envvars"),
)
_FRAME = Layout(
    "a frame",
    number("u8", "status"),
    number("u32", "start", "end"),
    number("u8", "exitcode"),
    number("u32", "icomp"),
    number("u16", "itask", "requeued", "flags"),
)
_TASK = Layout(
    "a task",
    number("u8", "used"),
    text(NAME, "jobname"),
    number("u32", "ijob", "icomp"),
    number("u16", "itask"),
    text(COMMAND, "jobcmd"),
    text(NAME, "owner"),
    number("u32", "frame", "frame_start", "frame_end"),
    number("u8", "frame_pad"),
    number("u32", "frame_step", "block_size"),
    number("i32", "pid", "exitstatus"),
    number("u8", "status"),
    number("u64", "start_loading_time"),
)
_HARDWARE = (
    number("u32", "id"),
    number("u8", "arch", "os", "proctype"),
    number("u32", "procspeed"),
    number("u16", "ncpus"),
    number("u32", "speedindex", "memory"),
    number("u8", "nnbits"),
)
_OLD_HARDWARE = Layout("a computer", text(NAME, "name"), *_HARDWARE)
_NEW_HARDWARE = Layout("a computer", text(NAME, "name", "address"), *_HARDWARE)
_LIMITS = Layout(
    "the limits of a computer",
    number("u8", "enabled"),
    number("u16", "nmaxcpus", "maxfreeloadcpu"),
    number("u32", "autoenable.last"),
    number("u8", "autoenable.h", "autoenable.m", "autoenable.flags"),
    number("raw u16", "npools"),
    number("raw i64", "poolshmid", "poolsemid"),
    number("raw u32", "npoolsattached"),
    number("raw u64", "pool", "local_pool"),
)

JOB_SIZE, FRAME_SIZE, TASK_SIZE, LIMITS_SIZE = _JOB.size, _FRAME.size, _TASK.size, _LIMITS.size
VARIABLE_SIZE, NAME_SIZE = 2 * NAME, NAME
#: The two sizes of a computer's hardware: the releases of 0.64.4, and later versions, which add an address.
HARDWARE_SIZES = (_OLD_HARDWARE.size, _NEW_HARDWARE.size)


@dataclass
class JobLimits:
    """What a job asks of computers: most processors together and on one, systems as bits, MB of memory, and a pool."""

    nmaxcpus: int = LARGEST_U16
    nmaxcpuscomputer: int = LARGEST_U16
    os_flags: int = LARGEST_U16
    memory: int = 0
    pool: str = "Default"


@dataclass
class JobRecord:
    """A job; times are seconds since the epoch, ``koji`` what a viewer needs to know of the kind of job.

    Defaults are those of DrQueue. Pointers and ids of shared memory mean nothing outside of the process that has them.
    """

    used: int = 0
    id: int = 0
    nprocs: int = 0
    status: int = WAITING
    priority: int = 500
    name: str = ""
    cmd: str = ""
    owner: str = ""
    email: str = ""
    autoRequeue: int = 1  # noqa: N815
    koj: int = 0
    koji: bytes = b""
    frame_start: int = 1
    frame_end: int = 1
    frame_pad: int = 4
    frame_step: int = 1
    fleft: int = 0
    fdone: int = 0
    ffailed: int = 0
    old_fdone: int = 0
    old_nprocs: int = 0
    block_size: int = 1
    submit_time: int = 0
    avg_frame_time: int = 0
    est_finish_time: int = 0
    frame_info: int = 0
    fishmid: int = -1
    blocked_host: int = 0
    bhshmid: int = -1
    nblocked: int = 0
    flags: int = 0
    dependid: int = 0
    limits: JobLimits = field(default_factory=JobLimits)
    nvariables: int = 0
    evshmid: int = -1
    evsemid: int = -1
    envvars: int = 0


@dataclass
class FrameRecord:
    """A frame: its state, times, exit code, and which task of which computer has or had it."""

    status: int = FRAME_WAITING
    start: int = 0
    end: int = 0
    exitcode: int = 0
    icomp: int = 0
    itask: int = 0
    requeued: int = 0
    flags: int = 0


@dataclass
class TaskRecord:
    """A frame that a computer runs; ``pid`` is 0 until it has started."""

    used: int = 0
    jobname: str = ""
    ijob: int = 0
    icomp: int = 0
    itask: int = 0
    jobcmd: str = ""
    owner: str = ""
    frame: int = 0
    frame_start: int = 0
    frame_end: int = 0
    frame_pad: int = 0
    frame_step: int = 0
    block_size: int = 0
    pid: int = 0
    exitstatus: int = 0
    status: int = 0
    start_loading_time: int = 0


@dataclass
class Hardware:
    """A computer itself; ``address`` is empty where the master's version has none, ``memory`` is in MB."""

    name: str = ""
    address: str = ""
    id: int = 0
    arch: int = 0
    os: int = 0
    proctype: int = 0
    procspeed: int = 0
    ncpus: int = 0
    speedindex: int = 0
    memory: int = 0
    nnbits: int = 0


@dataclass
class AutoEnable:
    """When a computer takes work again by itself, each day: hour and minute."""

    last: int = 0
    h: int = 0
    m: int = 0
    flags: int = 0


@dataclass
class ComputerLimits:
    """What a computer gives to DrQueue; ``pools`` are the names of its pools."""

    enabled: int = 0
    nmaxcpus: int = 0
    maxfreeloadcpu: int = 0
    autoenable: AutoEnable = field(default_factory=AutoEnable)
    npools: int = 0
    poolshmid: int = -1
    poolsemid: int = -1
    npoolsattached: int = 0
    pool: int = 0
    local_pool: int = 0
    pools: List[str] = field(default_factory=list)


@dataclass
class Computer:
    """A computer as the master tells of it; ``load`` is that of 1, 5 and 15 minutes, times 100."""

    hardware: Hardware = field(default_factory=Hardware)
    limits: ComputerLimits = field(default_factory=ComputerLimits)
    load: List[int] = field(default_factory=lambda: [0, 0, 0])
    nrunning: int = 0
    tasks: List[TaskRecord] = field(default_factory=list)


Derived = TypeVar("Derived")


def pack_job(job: JobRecord, order: str = "little") -> bytes:
    """Return a job as it travels; raises EngineError for a value that does not fit."""
    return _JOB.pack(_values(job, _JOB.fields), order)


def unpack_job(data: bytes, order: str = "little") -> JobRecord:
    """Return the job in these bytes."""
    own, nested = _split(_JOB.unpack(data, order))
    return JobRecord(**own, limits=JobLimits(**nested))


def pack_frame(frame: FrameRecord) -> bytes:
    """Return a frame as it travels."""
    return _FRAME.pack(_values(frame, _FRAME.fields))


def unpack_frame(data: bytes) -> FrameRecord:
    """Return the frame in these bytes."""
    return FrameRecord(**_FRAME.unpack(data))


def pack_task(task: TaskRecord) -> bytes:
    """Return a task as it travels."""
    return _TASK.pack(_values(task, _TASK.fields))


def unpack_task(data: bytes) -> TaskRecord:
    """Return the task in these bytes."""
    return TaskRecord(**_TASK.unpack(data))


def pack_hardware(hardware: Hardware, size: int) -> bytes:
    """Return a computer's hardware in one of its two sizes."""
    layout = _hardware(size)
    return layout.pack(_values(hardware, layout.fields))


def unpack_hardware(data: bytes) -> Hardware:
    """Return the hardware in these bytes; their number tells which of the two it is."""
    return Hardware(**_hardware(len(data)).unpack(data))


def pack_limits(limits: ComputerLimits, order: str = "little") -> bytes:
    """Return a computer's limits as they travel, without the pools, which follow by themselves."""
    return _LIMITS.pack(_values(limits, _LIMITS.fields), order)


def unpack_limits(data: bytes, order: str = "little") -> ComputerLimits:
    """Return the limits in these bytes."""
    own, nested = _split(_LIMITS.unpack(data, order))
    return ComputerLimits(**own, autoenable=AutoEnable(**nested))


def new(kind: Type[Derived], values: Any) -> Derived:
    """Return a record of a kind derived from that of ``values``, with the same values."""
    return kind(**{each.name: getattr(values, each.name) for each in fields(values)})


def _hardware(size: int) -> Layout:
    return _NEW_HARDWARE if size == _NEW_HARDWARE.size else _OLD_HARDWARE


def _values(record: Any, wanted: Any) -> Dict[str, Any]:
    found: Dict[str, Any] = {}
    for each in wanted:
        home: Any = record
        for name in each.name.split("."):
            home = getattr(home, name)
        found[each.name] = home
    return found


def _split(values: Dict[str, Any]) -> Any:
    """Return the values of the struct itself, and those of the struct inside it."""
    own = {name: value for name, value in values.items() if "." not in name}
    return own, {name.partition(".")[2]: value for name, value in values.items() if "." in name}
