"""``import puliclient`` answered by farmsubmit: old submit scripts for Puli run in Python 3.

The modules here have the names of the client's, and ``install()`` lets them be imported under those. A graph goes to a
Puli server, runs here with ``execute()``, or becomes a Job for any other engine. Source: Puli's API reference and
client, release 1.7.
"""

from __future__ import annotations

from farmsubmit.compat.aliases import install_puliclient as install
from farmsubmit.compat.puliclient import jobs
from farmsubmit.compat.puliclient._elements import Command, HierarchicalDict, Task, TaskGroup
from farmsubmit.compat.puliclient._errors import (
    ConnectionError,
    DependencyCycleError,
    Error,
    GraphError,
    GraphExecError,
    GraphExecInterrupt,
    GraphSubmissionError,
    TaskAlreadyDecomposedError,
)
from farmsubmit.compat.puliclient._graph import Graph
from farmsubmit.compat.puliclient.enums import (
    CMD_ASSIGNED,
    CMD_BLOCKED,
    CMD_CANCELED,
    CMD_DONE,
    CMD_ERROR,
    CMD_FINISHING,
    CMD_READY,
    CMD_RUNNING,
    CMD_STATUS,
    CMD_STATUS_NAME,
    CMD_TIMEOUT,
    isFinalStatus,
    isRunningStatus,
)
from farmsubmit.compat.puliclient.enums import NODE_BLOCKED as BLOCKED
from farmsubmit.compat.puliclient.enums import NODE_CANCELED as CANCELED
from farmsubmit.compat.puliclient.enums import NODE_DONE as DONE
from farmsubmit.compat.puliclient.enums import NODE_ERROR as ERROR
from farmsubmit.compat.puliclient.enums import NODE_PAUSED as PAUSED
from farmsubmit.compat.puliclient.enums import NODE_READY as READY
from farmsubmit.compat.puliclient.enums import NODE_RUNNING as RUNNING
from farmsubmit.compat.puliclient.runner import CallableRunner, RunnerToolkit

__all__ = [
    "BLOCKED",
    "CANCELED",
    "CMD_ASSIGNED",
    "CMD_BLOCKED",
    "CMD_CANCELED",
    "CMD_DONE",
    "CMD_ERROR",
    "CMD_FINISHING",
    "CMD_READY",
    "CMD_RUNNING",
    "CMD_STATUS",
    "CMD_STATUS_NAME",
    "CMD_TIMEOUT",
    "DONE",
    "ERROR",
    "PAUSED",
    "READY",
    "RUNNING",
    "CallableRunner",
    "Command",
    "ConnectionError",
    "DependencyCycleError",
    "Error",
    "Graph",
    "GraphError",
    "GraphExecError",
    "GraphExecInterrupt",
    "GraphSubmissionError",
    "HierarchicalDict",
    "RunnerToolkit",
    "Task",
    "TaskAlreadyDecomposedError",
    "TaskGroup",
    "install",
    "isFinalStatus",
    "isRunningStatus",
    "jobs",
]
