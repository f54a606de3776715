"""The dialog on a Maya scene with 200 layers: its cards, one key typed, many rows changed, styles, and 5,000 paths.

A priority that is typed has reached the tree or the script when the tab that is open is painted with it.
"""

from __future__ import annotations

import os
import statistics
import tempfile
from pathlib import Path
from typing import Callable, Iterator

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from _layers import LAYERS, scene
from _report import report, timed

from farmsubmit_ui import ensure_binding

ensure_binding()

from qtpy.QtCore import QEventLoop  # noqa: E402
from qtpy.QtWidgets import QApplication, QVBoxLayout, QWidget  # noqa: E402

from farmsubmit.lang.dirmap import DirMap, used_by  # noqa: E402
from farmsubmit.scenes.facts import SceneFacts  # noqa: E402
from farmsubmit_ui import worker  # noqa: E402
from farmsubmit_ui.models.dirmaps_model import count_used, paths_of  # noqa: E402
from farmsubmit_ui.panels.dirmaps_panel import DirmapsPanel  # noqa: E402
from farmsubmit_ui.panels.job_panel import JobPanel  # noqa: E402
from farmsubmit_ui.panels.rows_panel import RowsPanel  # noqa: E402
from farmsubmit_ui.session import Session  # noqa: E402
from farmsubmit_ui.style import apply_style, icon, icon_names  # noqa: E402

SCRIPT_TAB = 4
# Seconds. A change must be seen before the next key is down.
KEY, OPEN, STYLE = 0.050, 0.300, 0.500


class Left(QWidget):
    """The three cards, one below the other."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.job, self.rows, self.dirmaps = JobPanel(session), RowsPanel(session), DirmapsPanel(session)
        column = QVBoxLayout(self)
        for card in (self.job, self.rows, self.dirmaps):
            column.addWidget(card)
        self.resize(650, 800)


def settle(session: Session) -> None:
    while session.busy or session.checking or worker.active():
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)


def painted(session: Session, change: Callable[[], object], rounds: int = 5) -> float:
    """Return the median of the seconds from a change until all that it touched is painted; nothing else runs then."""

    def call() -> None:
        change()
        QApplication.processEvents()

    times = []
    for _ in range(rounds):
        settle(session)
        times.append(timed(call, 1))
    return statistics.median(times)


def reached(app: QApplication, facts: SceneFacts) -> None:
    """Report how long another priority takes to be seen in the tree, and in the script."""
    from farmsubmit_ui.app import show_submitter

    shown = show_submitter(facts)
    session, right, numbers = shown.session, shown.right, iter(range(1, 1_000_000))
    settle(session)
    tasks = right.graph.model.shape.tasks

    def change(is_there: Callable[[int], bool]) -> None:
        priority = next(numbers)
        session.set_job_value("priority", priority)
        while not is_there(priority):
            app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        app.processEvents()

    def seen(is_there: Callable[[int], bool]) -> Iterator[float]:
        for _ in range(5):
            settle(session)
            yield timed(lambda: change(is_there), 1)

    report(
        f"{tasks:,} tasks: a priority reaches the tree",
        min(seen(lambda value: session.job.priority == value)),
        "s",
        KEY,
    )
    right.setCurrentIndex(SCRIPT_TAB)
    script = right.currentWidget().widget
    settle(session)
    there = min(seen(lambda value: f"-priority {{{value}" in script.text()[:2000]))
    report(f"{tasks:,} tasks: a priority reaches the script", there, "s", KEY)
    shown.close()


def main() -> None:
    app = QApplication([])
    apply_style(app, "dark")
    with tempfile.TemporaryDirectory() as made:
        session = Session()
        facts = scene(Path(made))
        report(f"making {len(icon_names())} icons", timed(lambda: [icon(name) for name in icon_names()], 1), "s")
        report("building the cards, nothing open", timed(lambda: Left(session), 3), "s", OPEN)
        left = Left(session)
        left.show()
        session.open_facts(facts)
        settle(session)
        measure(app, session, left)
        left.close()
        session.close()
        reached(app, facts)
    worker.shutdown()


def measure(app: QApplication, session: Session, left: Left) -> None:
    model = left.rows.model
    assert model.rowCount() == LAYERS
    every, numbers = range(LAYERS), iter(range(1, 1_000_000))
    chunk = model.column_of("chunk")
    maps = [DirMap(f"X:/show/{number}", f"/show/{number}", "NFS") for number in range(20)]
    layers, paths = f"{LAYERS} layers", paths_of(session.facts)

    def show(what: str, change: Callable[[], object], limit: float = KEY) -> None:
        report(what, painted(session, change), "s", limit)

    show(f"{layers}: showing them", session.facts_changed.emit, OPEN)
    show(f"{layers}: a key in the title", lambda: session.set_job_value("title", f"shot {next(numbers)}"))
    show(f"{layers}: a cell of one row", lambda: model.set_text([7], chunk, str(next(numbers) % 50 + 1)))
    show(f"{layers}: a cell of all rows", lambda: model.set_text(every, chunk, str(next(numbers) % 50 + 1)))
    show(f"{layers}: a key in the filter", lambda: left.rows.filter.setText(f"layer{next(numbers) % 10}"))
    plain = timed(lambda: [used_by(found, paths) for found in maps])
    peer = f"one by one {plain:.3f} s"
    report(f"{len(paths):,} paths, {len(maps)} maps: counting", timed(lambda: count_used(maps, paths)), "s", KEY, peer)
    show("21 maps: a change of one", lambda: session.set_dirmaps([DirMap("X:/", f"/{next(numbers)}", "NFS"), *maps]))
    show("21 maps: a key in the path to try", lambda: left.dirmaps.path.setText(f"X:/show/{next(numbers)}/a.tx"))
    show(f"{layers}: changing the style", lambda: apply_style(app, ("dark", "light")[next(numbers) % 2]), STYLE)


if __name__ == "__main__":
    main()
