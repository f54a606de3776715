"""What stands behind ``drqueue:`` in the engine's URL."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple, Tuple

from farmsubmit.engines.batch.location import jobs_home
from farmsubmit.engines.urloptions import read_options
from farmsubmit.errors import EngineError

FOLDER = "FARMSUBMIT_DRQUEUE_FOLDER"
_OPTIONS = ("folder", "logs", "pool", "python", "zone", "order")
_ORDERS = ("little", "big")
_FORM = "write drqueue://master?folder=/shared/jobs"
_MASTER_PORT = 1234


class Location(NamedTuple):
    """A master, the folder of jobs, and what is given to each job.

    ``logs`` is where slaves write their logs, for jobs that others sent; ``pool`` takes jobs that name none. ``python``
    runs the wrapper on the slaves and ``zone`` is theirs; empty means the settings of those names. ``order`` is that of
    the master's own numbers: ``little`` on x86.
    """

    host: str
    port: int
    folder: Path
    logs: str = ""
    pool: str = "Default"
    python: str = ""
    zone: str = ""
    order: str = "little"


def read_location(text: str) -> Location:
    """Return what an engine's URL says behind ``drqueue:``; raises EngineError for what there is not.

    Without a master, it is that of ``DRQUEUE_MASTER``.
    """
    place, _, query = text.lstrip("/").partition("?")
    options = read_options("drqueue", query, _OPTIONS, _FORM)
    host, port = _master(place.rstrip("/") or os.environ.get("DRQUEUE_MASTER", ""))
    home = jobs_home(options.pop("folder", ""), FOLDER, "drqueue")
    logs = options.pop("logs", "") or os.environ.get("DRQUEUE_LOGS", "")
    if options.get("order", "little") not in _ORDERS:
        raise EngineError(f"drqueue: order={options['order']} is not known", "it is little or big")
    return Location(host, port, home, logs, **options)


def _master(place: str) -> Tuple[str, int]:
    host, colon, port = place.rpartition(":")
    if not colon:
        host, port = place, str(_MASTER_PORT)
    if not host:
        raise EngineError("drqueue: names no master", _FORM)
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise EngineError(f"drqueue: {port!r} is no port", f"it is {_MASTER_PORT} where nobody changed it")
    return host, int(port)
