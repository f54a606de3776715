"""How fast the local engine is: 500 commands that do nothing, against a bare loop in the same run; and big jobs.

    python bench/local_engine.py [COMMANDS] [TASKS]

Each number is measured in a queue of its own in a temporary folder.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from farmsubmit.author import Job
from farmsubmit.engines.base import SpoolInfo
from farmsubmit.engines.local import LocalEngine, lock
from farmsubmit.engines.local.jobrun import JobRun
from farmsubmit.engines.local.runner import run_until_idle
from farmsubmit.engines.local.store import Journal, Store, queue_folder

NOTHING = ["/bin/true"] if Path("/bin/true").exists() else [sys.executable, "-S", "-c", ""]
INFO = SpoolInfo("bench", "here")


def flat_job(tasks: int) -> Job:
    job = Job(title=f"{tasks} tasks")
    for number in range(tasks):
        job.newTask(title=f"frame {number}", argv=NOTHING)
    return job


def main() -> None:
    commands = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    tasks = int(sys.argv[2]) if len(sys.argv) > 2 else 100_000
    lock.ensure_runner = lambda folder: None  # the queue is run here, so that nothing else is measured
    bare = timed(lambda: [subprocess.run(NOTHING, check=True) for _ in range(commands)])
    print(f"bare subprocess.run loop   {commands / bare:8.0f} commands/s")
    for slots in (1, os.cpu_count() or 1):
        with_queue(lambda slots=slots: run(commands, slots, bare))
    with_queue(lambda: spool(tasks))


def with_queue(measure) -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ["FARMSUBMIT_HOME"] = folder
        measure()


def run(commands: int, slots: int, bare: float) -> None:
    os.environ["FARMSUBMIT_SLOTS"] = str(slots)
    engine = LocalEngine()
    engine.spool(engine.translate(flat_job(commands)), INFO)
    seconds = timed(run_until_idle)
    assert engine.status("1").counts == {"done": commands}
    rate = f"{commands / seconds:8.0f} tasks/s, {(seconds - bare) / commands * 1000:+.2f} ms a task"
    print(f"local engine, {slots:3} slots     {rate}")


def spool(tasks: int) -> None:
    engine = LocalEngine()
    job = flat_job(tasks)
    translation = []
    seconds = timed(lambda: translation.append(engine.translate(job)))
    print(f"{tasks:,} tasks: translate   {seconds:6.2f} s")
    print(f"{tasks:,} tasks: spool       {timed(lambda: engine.spool(translation[0], INFO)):6.2f} s")
    with Store(queue_folder()) as store:
        print(f"{tasks:,} tasks: runner reads {timed(lambda: JobRun(store, Journal(store), 1)):5.2f} s")
    print(f"{tasks:,} tasks: status      {timed(lambda: engine.status('1')) * 1000:6.1f} ms")
    print(f"{tasks:,} tasks: tasks()     {timed(lambda: engine.tasks('1')):6.2f} s")


def timed(work) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
