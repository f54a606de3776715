"""The task tree of a job of 100,000 tasks, and of a million: shown, filtered, opened, kept up to date.

Each time is the median of three, from the call until the rows are painted, in a window that has shown a small job
before. Memory is that of a fresh process, above the job that it has built. The garbage collector has looked through
each job before, as it has in a session whose worker built it.
"""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import time
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from _report import report, timed

from farmsubmit import author
from farmsubmit.author.collector import collector_paused
from farmsubmit_ui import ensure_binding

ensure_binding()

from qtpy.QtWidgets import QApplication  # noqa: E402

from farmsubmit.engines.base import ACTIVE, TaskStatus  # noqa: E402
from farmsubmit_ui import worker  # noqa: E402
from farmsubmit_ui.models.tree_path import critical_path  # noqa: E402
from farmsubmit_ui.models.tree_shape import scan  # noqa: E402
from farmsubmit_ui.panels.graph_panel import GraphPanel  # noqa: E402
from farmsubmit_ui.style import apply_style  # noqa: E402

LARGE, HUGE = 100_000, 1_000_000
SHOWN, KEYSTROKE, ALL_OPEN, CHANGE, TURN = 0.1, 0.15, 0.5, 0.05, 0.05
HUGE_SHOWN, HUGE_MB = 1.0, 150


def build(count: int, groups: int) -> author.Job:
    job = author.Job(title="big", priority=100, service="PixarRender")
    with collector_paused():
        for group in range(groups):
            parent: Any = job.newTask(title=f"group {group}") if groups > 1 else job
            for number in range(group * count // groups, (group + 1) * count // groups):
                argv = ["prman", "-Progress", "-t:0", f"/net/ribs/a.{number:07d}.rib"]
                parent.newTask(title=f"frame {number}").newCommand(argv=argv, service="PixarRender")
    gc.collect()
    return job


def megabytes() -> float:
    """Return what this process holds now, not at its peak, which building had."""
    with open("/proc/self/statm") as file:  # noqa: PTH123
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


class Window:
    """A window with the tab of the task graph."""

    def __init__(self) -> None:
        self.app = QApplication.instance() or QApplication([])
        self.panel = GraphPanel()
        apply_style(self.panel, "dark")
        self.panel.resize(800, 760)
        self.panel.show()
        self.small = build(500, 5)
        self.show(self.small)

    def show(self, job: author.Job) -> None:
        self.panel.model.set_job(job)
        self.paint()

    def paint(self) -> None:
        """Let the window lay out and paint itself, as it does when events come in."""
        self.app.processEvents()

    def filter(self, text: str) -> None:
        self.panel.model.set_filter(text)
        while self.panel.model._index._search.running:
            self.app.processEvents()
        self.paint()

    def settled(self) -> float:
        """Let the shape be worked out between events, and return the seconds of the longest turn."""
        longest = 0.0
        while self.panel.model._index._work.running:
            start = time.perf_counter()
            self.app.processEvents()
            longest = max(longest, time.perf_counter() - start)
        return longest


def shown(window: Window, job: author.Job) -> float:
    """Return the seconds until a job is painted; each round shows another one before."""
    times = []
    for _ in range(3):
        window.show(window.small)
        window.settled()
        times.append(timed(lambda: window.show(job), 1))
    return sorted(times)[1]


def measure(window: Window, job: author.Job, what: str) -> None:
    report(f"{what}: shown", shown(window, job), "s", SHOWN)
    longest = window.settled()
    report(f"{what}: longest turn while it is read", longest, "s", TURN)
    for text in ("f", "fr", "frame 777", "a.0012345", "nothing"):
        report(f"{what}: filter {text!r}", timed(lambda text=text: window.filter(text)), "s", KEYSTROKE)
    report(f"{what}: filter taken away", timed(lambda: window.filter("")), "s", KEYSTROKE)
    report(f"{what}: all opened", timed(lambda: opened(window)), "s", ALL_OPEN)
    window.panel.tree.close_all()
    states(window, what)


def opened(window: Window) -> None:
    window.panel.tree.close_all()
    window.panel.tree.open_all()
    window.paint()


def states(window: Window, what: str) -> None:
    model = window.panel.model
    assert model.shape is not None
    model.set_states({tid: TaskStatus(tid, "", ACTIVE) for tid in range(1, model.shape.tasks + 1)})
    window.paint()
    progress = iter(range(1, 100))

    def change() -> None:
        percent = next(progress)
        model.set_states({tid: TaskStatus(tid, "", ACTIVE, progress=percent) for tid in range(1, 201)})
        window.paint()

    report(f"{what}: states of 200 tasks change", timed(change, 5), "s", CHANGE)


def priority_change(window: Window) -> None:
    job = build(6_000, 200)
    window.show(job)
    window.settled()

    def change() -> None:
        job.priority = (job.priority or 0) + 1
        window.show(job)

    report("6,000 tasks in 200 layers: another priority", timed(change, 5), "s", CHANGE)


def huge() -> None:
    """Print how long a million tasks take to be shown, and what they need, in a process of their own."""
    window = Window()
    job = build(HUGE, 1_000)
    before = megabytes()
    start = time.perf_counter()
    window.show(job)
    seconds = time.perf_counter() - start
    longest = window.settled()
    print(seconds, longest, megabytes() - before)
    worker.shutdown()


def path(job: author.Job) -> None:
    *_, shape = scan(job)
    report(f"critical path of {LARGE:,} tasks, beside the event loop", timed(lambda: critical_path(shape), 1), "s")


def main() -> None:
    window = Window()
    measure(window, build(LARGE, 100), f"{LARGE:,} in 100 groups")
    flat = build(LARGE, 1)
    measure(window, flat, f"{LARGE:,} in a row")
    path(flat)
    priority_change(window)
    worker.shutdown()
    done = subprocess.run([sys.executable, __file__, "huge"], capture_output=True, text=True, check=True)
    seconds, longest, memory = map(float, done.stdout.split())
    report(f"{HUGE:,} in 1,000 groups: shown", seconds, "s", HUGE_SHOWN)
    report(f"{HUGE:,} in 1,000 groups: longest turn while it is read", longest, "s")
    report(f"{HUGE:,} in 1,000 groups: memory above the job", memory, "MB", HUGE_MB)


if __name__ == "__main__":
    huge() if sys.argv[1:] == ["huge"] else main()
