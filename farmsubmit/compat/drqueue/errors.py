"""What DrQueue's bindings raise and return where something fails, and the master that they speak to.

An error has DrQueue's number as ``drerrno``. Its text is ours and says more than DrQueue's own.
"""

from __future__ import annotations

import functools
import os
import time
from typing import Any, Callable, TypeVar, cast

from farmsubmit.engines.drqueue.codec import ORDERS
from farmsubmit.engines.drqueue.master import NOT_REGISTERED, Master
from farmsubmit.engines.drqueue.slave import Slave
from farmsubmit.engines.drqueue.wire import MASTER_PORT, SLAVE_PORT, NotConnected, Refused
from farmsubmit.errors import EngineError, EngineUnreachable, FarmsubmitError

DRE_NOERROR, DRE_NOCONNECT, DRE_ANSWERNOTRIGHT, DRE_ERRORREADING = 0, 4, 6, 8
DRE_NOTREGISTERED, DRE_NOENVMASTER = 9, 10

#: How often a master that does not answer is tried, and the seconds between, as DrQueue's library does it.
TRIES, PAUSE = 3, 2.0
#: The port of slaves.
PORT = SLAVE_PORT
_last = ["no error"]

Function = TypeVar("Function", bound=Callable[..., Any])


class DrQueueError(IOError):
    """What the bindings raise; ``drerrno`` is DrQueue's number of the error."""

    def __init__(self, drerrno: int, text: str) -> None:
        self.drerrno = drerrno
        super().__init__(text)


def drerrno_str() -> str:
    """Return the text of the last error."""
    return _last[0]


def raising(function: Function) -> Function:
    """Return the function with errors of the engine raised as IOError."""

    @functools.wraps(function)
    def call(*args: Any, **named: Any) -> Any:
        try:
            return _tried(function, args, named)
        except FarmsubmitError as error:
            raise _noted(DrQueueError(_number(error), str(error))) from error
        except DrQueueError as error:
            raise _noted(error) from None

    return cast(Function, call)


def returning(function: Function) -> Function:
    """Return the function with 1 for what it did, or what it returns, and 0 for an error."""
    call_raising = raising(function)

    @functools.wraps(function)
    def call(*args: Any, **named: Any) -> Any:
        try:
            found = call_raising(*args, **named)
        except DrQueueError:
            return 0
        return 1 if found is None else found

    return cast(Function, call)


def master() -> Master:
    """Return the master of ``DRQUEUE_MASTER``; raises IOError where that is not set."""
    name = os.environ.get("DRQUEUE_MASTER", "")
    if not name:
        raise DrQueueError(DRE_NOENVMASTER, "the environment variable DRQUEUE_MASTER is not set; it names the master")
    host, colon, port = name.rpartition(":")
    if not colon or not port.isdigit():
        host, port = name, str(MASTER_PORT)
    order = os.environ.get("DRQUEUE_MASTER_ORDER", "little")
    return Master(host, int(port), order if order in ORDERS else "little")


def slave(host: str) -> Slave:
    """Return the slave on a host."""
    return Slave(host, PORT)


def _tried(function: Callable[..., Any], args: Any, named: Any) -> Any:
    """Call a function, again where nobody answered: only what never left is sent twice."""
    for left in range(TRIES - 1, -1, -1):
        try:
            return function(*args, **named)
        except NotConnected:
            if not left:
                raise
            time.sleep(PAUSE)
    return None


def _number(error: FarmsubmitError) -> int:
    if isinstance(error, Refused):
        return DRE_NOTREGISTERED if error.code == NOT_REGISTERED else DRE_ANSWERNOTRIGHT
    if isinstance(error, EngineUnreachable):
        return DRE_NOCONNECT if isinstance(error, NotConnected) else DRE_ERRORREADING
    return DRE_ANSWERNOTRIGHT if isinstance(error, EngineError) else DRE_ERRORREADING


def _noted(error: DrQueueError) -> DrQueueError:
    _last[0] = str(error)
    return error
