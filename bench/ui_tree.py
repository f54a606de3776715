"""The task tree of a job of 100,000 tasks, and of a million: shown, filtered, opened, kept up to date.

Each time is the best of five, from the call until the rows are painted, in a window that has shown a small job before;
in brackets stands how much of it the window's thread was at work itself. A keystroke is a text set in the field, with
the pause that the field waits for the next one; before the first of them the words of the job have been read between
events, and what it takes otherwise stands in a line of its own. Opening all shows the first children of each group, as
many as a page has; what all rows together take has its own line too. Memory is that of a fresh process, above the job
that it has built. The garbage collector has looked through each job before, as it has in a session whose worker built
it.
"""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import time
from typing import Any, List

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from _report import Took, best, report, report_best, timed

from farmsubmit import author
from farmsubmit.collector import collector_paused
from farmsubmit_ui import ensure_binding

ensure_binding()

from qtpy.QtWidgets import QApplication  # noqa: E402

from farmsubmit.engines.base import ACTIVE, TaskStatus  # noqa: E402
from farmsubmit_ui import worker  # noqa: E402
from farmsubmit_ui.models.tree_nodes import PAGE  # noqa: E402
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
        """Set a text in the field, and wait until the rows that it leaves are painted."""
        told: List[int] = []
        self.panel.model.filtered.connect(told.append)
        self.panel.filter.setText(text)
        while not told:
            self.app.processEvents()
        self.panel.model.filtered.disconnect(told.append)
        self.paint()

    def settled(self) -> Took:
        """Let the shape be worked out between events, and return the longest turn."""
        longest = Took(0.0, 0.0)
        while self.panel.model._index._work.running:
            longest = max(longest, best(self.app.processEvents, 1))
        return longest


def measure(window: Window, job: author.Job, what: str) -> None:
    def small() -> None:
        window.show(window.small)
        window.settled()

    def turn() -> Took:
        small()
        window.show(job)
        return window.settled()

    report_best(f"{what}: shown", best(lambda: window.show(job), before=small), SHOWN)
    report_best(f"{what}: longest turn while it is read", min(turn() for _ in range(3)), TURN)
    for text in ("f", "fr", "frame 777", "a.0012345", "nothing"):
        report_best(f"{what}: filter {text!r}", keystroke(window, text), KEYSTROKE)
    report_best(f"{what}: filter taken away", keystroke(window, "", "777"), KEYSTROKE)
    report_best(f"{what}: all opened, {PAGE} of each", best(lambda: opened(window)), ALL_OPEN)
    states(window, what)
    report_best(f"{what}: all opened, every row", every_row(window))
    small()
    window.show(job)
    report_best(f"{what}: filter before the words are read", best(lambda: window.filter("frame 777"), 1))
    window.filter("")


def keystroke(window: Window, text: str, before: str = "") -> Took:
    """Return how long it takes from a text in the field to the painted rows; each round begins with another text."""

    def begin() -> None:
        if window.panel.filter.text() != before:
            window.filter(before)

    return best(lambda: window.filter(text), before=begin)


def every_row(window: Window) -> Took:
    """Return how long opening all takes where all rows were scrolled to before."""
    model = window.panel.model
    opened(window)
    for branch in list(model.branches):
        model.show_rows(branch, branch.width)
    return best(lambda: opened(window), 1)


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

    report_best(f"{what}: states of 200 tasks change", best(change), CHANGE)


def priority_change(window: Window) -> None:
    job = build(6_000, 200)
    window.show(job)
    window.settled()

    def change() -> None:
        job.priority = (job.priority or 0) + 1
        window.show(job)

    report_best("6,000 tasks in 200 layers: another priority", best(change), CHANGE)


def huge() -> None:
    """Print how long a million tasks take to be shown, and what they need, in a process of their own."""
    window = Window()
    job = build(HUGE, 1_000)
    before = megabytes()
    start = time.perf_counter()
    window.show(job)
    seconds = time.perf_counter() - start
    longest = window.settled().seconds
    counted = megabytes() - before
    filtering = timed(lambda: window.filter("frame 777"), 1)
    print(seconds, longest, counted, filtering, megabytes() - before)
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
    seconds, longest, memory, filtering, searched = map(float, done.stdout.split())
    report(f"{HUGE:,} in 1,000 groups: shown", seconds, "s", HUGE_SHOWN)
    report(f"{HUGE:,} in 1,000 groups: longest turn while it is read", longest, "s")
    report(f"{HUGE:,} in 1,000 groups: memory above the job", memory, "MB", HUGE_MB)
    report(f"{HUGE:,} in 1,000 groups: the first filter", filtering, "s")
    report(f"{HUGE:,} in 1,000 groups: memory after it", searched, "MB", HUGE_MB)


if __name__ == "__main__":
    huge() if sys.argv[1:] == ["huge"] else main()
