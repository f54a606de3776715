"""The states of nodes, commands and render nodes, under the names of ``octopus.core.enums``.

Source: Puli's client and server, release 1.7.
"""

from __future__ import annotations

NODE_STATUS = (
    NODE_BLOCKED,
    NODE_READY,
    NODE_RUNNING,
    NODE_DONE,
    NODE_ERROR,
    NODE_CANCELED,
    NODE_PAUSED,
) = tuple(range(7))
NODE_STATUS_NAMES = ("BLOCKED", "READY", "RUNNING", "DONE", "ERROR", "CANCELED", "PAUSED")
NODE_STATUS_SHORT_NAMES = ("B", "I", "R", "D", "E", "C", "P")

CMD_STATUS = (
    CMD_BLOCKED,
    CMD_READY,
    CMD_ASSIGNED,
    CMD_RUNNING,
    CMD_FINISHING,
    CMD_DONE,
    CMD_TIMEOUT,
    CMD_ERROR,
    CMD_CANCELED,
) = tuple(range(9))
CMD_STATUS_NAME = ("BLOCKED", "READY", "ASSIGNED", "RUNNING", "FINISHING", "DONE", "TIMEOUT", "ERROR", "CANCELED")
CMD_STATUS_SHORT_NAMES = ("B", "I", "A", "R", "F", "D", "T", "E", "C")

RN_STATUS = (
    RN_UNKNOWN,
    RN_BOOTING,
    RN_PAUSED,
    RN_IDLE,
    RN_ASSIGNED,
    RN_WORKING,
    RN_FINISHING,
) = tuple(range(7))
RN_STATUS_NAMES = ("Unknown", "Booting", "Paused", "Idle", "Assigned", "Working", "Finishing")
RN_STATUS_SHORT_NAMES = ("U", "B", "P", "I", "A", "W", "F")


def isFinalNodeStatus(status: int) -> bool:
    """Tell whether nothing more happens to a node in this state by itself."""
    return status in (NODE_DONE, NODE_ERROR, NODE_CANCELED)


def isFinalStatus(status: int) -> bool:
    """Tell whether a command in this state is over."""
    return status in (CMD_DONE, CMD_ERROR, CMD_CANCELED, CMD_TIMEOUT)


def isRunningStatus(status: int) -> bool:
    """Tell whether a command in this state has a render node."""
    return status in (CMD_RUNNING, CMD_FINISHING, CMD_ASSIGNED)
