"""What Slurm tells of the elements of arrays, read from squeue's and sacct's lines.

Source: the pages of squeue and sacct, "JOB STATE CODES", and what both print in Slurm 22.05.
"""

from __future__ import annotations

from typing import Dict, Iterator, NamedTuple, Optional

#: States in which an element waits to be started, or to be started again.
WAITING = frozenset({"PENDING", "REQUEUED", "REQUEUE_HOLD", "REQUEUE_FED", "SPECIAL_EXIT", "RESV_DEL_HOLD"})
CANCELLED, COMPLETED = "CANCELLED", "COMPLETED"
#: States in which nothing more will happen to an element.
OVER = frozenset(
    {
        "BOOT_FAIL",
        CANCELLED,
        COMPLETED,
        "DEADLINE",
        "FAILED",
        "NODE_FAIL",
        "OUT_OF_MEMORY",
        "PREEMPTED",
        "REVOKED",
        "TIMEOUT",
    }
)
#: What read_queue reads, as squeue's ``-o`` takes it.
QUEUE_FORM = "%i|%T|%r|%N"
#: What read_accounting reads, as sacct's ``--format`` takes it.
ACCOUNTING_FORM = "JobID,State,ExitCode,NodeList,Start,End"
#: So sacct tells times in seconds since 1970, and which indices a line is for in full.
ACCOUNTING_ENVIRONMENT = {"SLURM_TIME_FORMAT": "%s", "SLURM_BITSTR_LEN": "0"}


class Element(NamedTuple):
    """How an element stands: ``state`` is such as PENDING, ``reason`` why it waits or who ended it.

    ``node`` is where it was started last, and empty where it never was. ``code`` is an exit code, or the negative of a
    signal. Times are seconds since 1970.
    """

    state: str
    reason: str = ""
    node: str = ""
    code: Optional[int] = None
    started: Optional[float] = None
    stopped: Optional[float] = None


def read_queue(text: str) -> Dict[str, Element]:
    """Return what squeue tells, by ``ID_INDEX``."""
    found: Dict[str, Element] = {}
    for line in text.splitlines():
        name, state, reason, node = (*line.split("|"), "", "", "")[:4]
        found[name] = Element(state, "" if reason == "None" else reason, node)
    return found


def read_accounting(text: str) -> Dict[str, Element]:
    """Return how elements ended as sacct tells, by ``ID_INDEX``.

    Those that are not over are left out: the accounting is asked for what the controller has forgotten, and learns of
    an end a little later, or never where the controller lost its state.
    """
    found: Dict[str, Element] = {}
    for line in text.splitlines():
        names, told, code, nodes, started, stopped = (*line.split("|"), "", "", "", "", "")[:6]
        # "CANCELLED by 1000" tells the user's number.
        state, _, who = told.partition(" ")
        if state not in OVER:
            continue
        node = "" if nodes == "None assigned" else nodes
        reason = who.replace("by", "by user", 1)
        element = Element(state, reason, node, _code(code, state), _moment(started), _moment(stopped))
        found.update((name, element) for name in _each(names))
    return found


def _each(names: str) -> Iterator[str]:
    """Return the elements that a line of sacct is for: those that never began share one, such as ``12_[0-3,7%2]``."""
    jid, bracket, ranges = names.partition("_[")
    if not bracket:
        yield names
        return
    for some in ranges.rstrip("]").partition("%")[0].split(","):
        first, _, last = some.partition("-")
        last, _, step = last.partition(":")
        if first.isdigit() and (last or first).isdigit():
            yield from (f"{jid}_{at}" for at in range(int(first), int(last or first) + 1, int(step or 1)))


def _code(text: str, state: str) -> Optional[int]:
    """Return what ``CODE:SIGNAL`` means; Slurm writes 0:0 also for what it ended itself, and no signal is above 64."""
    code, _, signal = text.partition(":")
    if not (code.isdigit() and signal.isdigit()):
        return None
    if int(code) or state == COMPLETED:
        return int(code)
    return -int(signal) if 0 < int(signal) <= 64 else None


def _moment(text: str) -> Optional[float]:
    return float(text) if text.isdigit() else None
