"""100,000 tasks with a command each: build, write, read back, memory; and a chain of 5,000 tasks everywhere.

Memory is that of a fresh process that only builds the job; times are the median of three.
"""

from __future__ import annotations

import resource
import subprocess
import sys

from _report import report, timed

from farmsubmit import author, check, from_json, from_tcl, preview, to_json, to_tcl

TASKS = 100_000
CHAIN = 5_000


def build(count: int) -> author.Job:
    job = author.Job(title="big", priority=100, service="PixarRender")
    for number in range(count):
        task = job.newTask(title=f"frame {number}")
        task.newCommand(argv=["prman", "-Progress", "-t:0", f"/net/ribs/a.{number:06d}.rib"], service="PixarRender")
    return job


def chain(count: int) -> author.Job:
    job = author.Job(title="deep", service="PixarRender")
    parent: author.Job | author.Task = job
    for number in range(count):
        parent = parent.newTask(title=f"step {number}", argv=["true"], service="PixarRender")
    return job


def resident_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def memory() -> None:
    """Print how much the job adds to this process, which has built nothing yet."""
    before = resident_mb()
    job = build(TASKS)
    print(resident_mb() - before)
    del job


def main() -> None:
    # First of all: a process starts with the peak of the one that started it.
    done = subprocess.run([sys.executable, __file__, "memory"], capture_output=True, text=True, check=True)
    report("memory of the job", float(done.stdout), "MB", 130)
    report(f"build {TASKS:,} Task + Command, checked", timed(lambda: build(TASKS)), "s", 1.0)
    job = build(TASKS)
    text = to_tcl(job)
    report(f"asTcl, {len(text) / 1e6:.1f} MB", timed(lambda: to_tcl(job)), "s", 0.8)
    report("from_tcl", timed(lambda: from_tcl(text)), "s", 3.0)
    document = to_json(job)
    report("to_json", timed(lambda: to_json(job), 1), "s")
    report("from_json", timed(lambda: from_json(document), 1), "s")
    report("check", timed(lambda: check(job), 1), "s")
    for form in ("tree", "html", "dot"):
        report(f"preview as {form}", timed(lambda form=form: preview(job, form), 1), "s")
    deep = chain(CHAIN)
    report(f"a chain of {CHAIN:,}: script there and back", timed(lambda: from_tcl(to_tcl(deep)), 1), "s")
    report(f"a chain of {CHAIN:,}: JSON there and back", timed(lambda: from_json(to_json(deep)), 1), "s")
    for form in ("tree", "html", "dot"):
        report(f"a chain of {CHAIN:,}: {form}", timed(lambda form=form: preview(deep, form), 1), "s")
    report(f"a chain of {CHAIN:,}: check", timed(lambda: check(deep), 1), "s")


if __name__ == "__main__":
    memory() if sys.argv[1:] == ["memory"] else main()
