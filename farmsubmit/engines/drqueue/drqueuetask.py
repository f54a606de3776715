# ruff: noqa: PTH110, PTH118, PTH208
# Not pathlib: it takes as long to import as all else here, and this starts once for each frame.
"""Runs one frame of a DrQueue job: the row of a table on the shared disk.

Started by a slave as ``drqueuetask.py FOLDER STEP`` with the frame's number in ``DRQUEUE_FRAME``. The ``farmtask.py``
beside it runs the row's commands and writes down how they went. DrQueue lets a job start when the one before is over,
also where that one failed; so this looks whether all that the row waits for went well, and ends with BLOCKED where it
did not. It needs nothing but Python 3.6 or newer.
"""

import os
import signal
import sys
import threading
import traceback
from typing import Any, Dict, List

import farmtask  # type: ignore[import-not-found, unused-ignore]

#: The exit code of a frame that did not start, because something that it waits for failed.
BLOCKED = 75
LAST = "last"


class Frame(farmtask.Run):  # type: ignore[misc, name-defined, unused-ignore]
    """A row of a table, run for a frame of DrQueue."""

    farm = "DrQueue"

    def place(self) -> Dict[str, Any]:
        """Return where on the master this runs, for the journal."""
        return {"drqueue": "{}:{}".format(os.environ.get("DRQUEUE_JOBID"), os.environ.get("DRQUEUE_FRAME"))}

    def _begin(self) -> None:
        super()._begin()
        for path in (self.journal.path, self.log):
            share(path)


def main(argv: List[str]) -> int:
    """Run the row that this frame is for, and return the exit code."""
    folder, step = argv[1:3]
    job = farmtask.read_job(folder)
    part, at = divmod(int(os.environ["DRQUEUE_FRAME"]) - 1, int(job["size"]))
    table = LAST if step == LAST else f"{step}-{part}"
    row = farmtask.read_row(folder, table, str(at))
    if step != LAST and not may_run(folder, row):
        sys.stdout.write("not started: what it waits for has not been done\n")
        return BLOCKED
    return guarded(lambda: work(Frame(folder, job, row)))


def share(path: str) -> None:
    """Let the one who sent the job write on in a file: a slave may be another user."""
    try:
        farmtask.append(path, "")
        os.chmod(path, 0o666)  # noqa: PTH101, S103
    except OSError:
        # It is another slave's, who shared it.
        return


def may_run(folder: str, row: Dict[str, Any]) -> bool:
    """Tell whether all that a row waits for was done; once it was, a mark saves the others the look."""
    name = row.get("waits")
    if name is None:
        return True
    mark = os.path.join(folder, "waits", f"{name}.passed")
    if os.path.exists(mark):
        return True
    # Looking at the folder lets a network disk see the journals that other slaves have just begun.
    os.listdir(os.path.join(folder, "journals"))
    tids = farmtask.read_json(os.path.join(folder, "waits", f"{name}.json"))
    if not all(farmtask.Journal(folder, tid).state() in farmtask.PASSED for tid in tids):
        return False
    farmtask.append(mark, "")
    return True


def work(frame: Frame) -> int:
    """Run a row, and return the exit code; SIGTERM ends its command first."""
    signal.signal(signal.SIGTERM, frame.stop)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    return int(frame.run())


def guarded(run: Any) -> int:
    """Do the work in a process of its own, and end as it does; it is asked to end when this process does.

    A slave ends a frame by signals to its group, where this process is. So the command ends in good order however
    this one is ended, and the slave sees the signal that it sent.
    """
    end, start = os.pipe()
    pid = os.fork()
    if not pid:
        os.close(start)
        worker(run, end)
    os.close(end)
    got: List[int] = []

    def forward(number: int, _: Any) -> None:
        got.append(number)
        os.kill(pid, signal.SIGTERM)

    signal.signal(signal.SIGTERM, forward)
    signal.signal(signal.SIGINT, forward)
    _, status = os.waitpid(pid, 0)
    if got:
        signal.signal(got[0], signal.SIG_DFL)
        os.kill(os.getpid(), got[0])
    return os.WEXITSTATUS(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status)


def worker(run: Any, end: int) -> None:
    """Do the work, and leave the process; it never returns."""
    code = 1
    try:
        os.setsid()
        threading.Thread(target=watch, args=(end,), daemon=True).start()
        code = run()
    except BaseException:
        # Nothing else tells of it: this process ends here.
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def watch(end: int) -> None:
    """Ask for the end of the work when the process that waits for it is gone."""
    os.read(end, 1)
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(main(sys.argv))
