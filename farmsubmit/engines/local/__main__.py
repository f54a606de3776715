"""``python -m farmsubmit.engines.local``: run the local queue until nothing is left to do."""

from __future__ import annotations

import os
import signal
import sys

from farmsubmit.engines.local.lock import RunnerStopped
from farmsubmit.engines.local.runner import run_until_idle
from farmsubmit.engines.local.store import queue_folder
from farmsubmit.errors import FarmsubmitError


def main() -> int:
    """Run the queue; the exit code is 0 also where another runner does it already."""
    signal.signal(signal.SIGTERM, _end)
    try:
        folder = queue_folder()
        # The folder that it was started in is not kept in use.
        os.chdir(folder)
        run_until_idle(folder)
    except FarmsubmitError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    return 0


def _end(*_: object) -> None:
    """Leave as if by sys.exit, so that commands are ended and their tasks made ready again."""
    # A second signal must not interrupt that.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise RunnerStopped(128 + signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(main())
