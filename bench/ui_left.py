"""The dialog on a Maya scene with 200 layers: opening it, one key typed, many rows changed, styles, and 5,000 paths.

The window is opened in a process of its own, as a DCC does, which has imported Qt and read the scene: from the import
of the dialog until its rows are painted and it takes keys. Its job is built behind it.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Callable

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from _report import report, timed

from farmsubmit_ui import ensure_binding

ensure_binding()

# Inside a DCC all of it is there before ours is.
from qtpy import QtCore, QtGui, QtSvg, QtWidgets  # noqa: E402, F401

BEGAN = time.perf_counter(), time.process_time()

from qtpy.QtCore import QEventLoop  # noqa: E402
from qtpy.QtWidgets import QApplication, QVBoxLayout, QWidget  # noqa: E402

from farmsubmit.lang.dirmap import DirMap, used_by  # noqa: E402
from farmsubmit.scenes.facts import Camera, FrameRange, Layer, NeededFile, Output, SceneFacts  # noqa: E402
from farmsubmit_ui import worker  # noqa: E402
from farmsubmit_ui.models.dirmaps_model import count_used, paths_of  # noqa: E402
from farmsubmit_ui.panels.dirmaps_panel import DirmapsPanel  # noqa: E402
from farmsubmit_ui.panels.job_panel import JobPanel  # noqa: E402
from farmsubmit_ui.panels.rows_panel import RowsPanel  # noqa: E402
from farmsubmit_ui.session import Session  # noqa: E402
from farmsubmit_ui.style import apply_style, icon, icon_names  # noqa: E402

LAYERS, FILES = 200, 5_000
# Seconds. A change must be seen before the next key is down.
KEY, OPEN, STYLE = 0.050, 0.300, 0.500


def scene(folder: Path) -> SceneFacts:
    return SceneFacts(
        "maya",
        str(folder / "shot.ma"),
        "2026",
        frames=FrameRange(1001, 1100),
        cameras=(Camera("shotCam"),),
        layers=tuple(Layer(f"layer{number:03}", "render setup layer") for number in range(LAYERS)),
        outputs=(Output("main", file=f"{folder}/<RenderLayer>.####.exr"),),
        files=tuple(NeededFile(f"X:/show/tex/asset{number % 97}/tile{number}.tx") for number in range(FILES)),
    )


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


def window() -> None:
    """Print the seconds until the window is usable, those of this process among them, and until its job is there."""
    from farmsubmit_ui.app import show_submitter

    imported = time.perf_counter() - BEGAN[0], time.process_time() - BEGAN[1]
    app = QApplication([])
    app.setStyle("Fusion")
    with tempfile.TemporaryDirectory() as made:
        facts = scene(Path(made))
        began = time.perf_counter() - imported[0], time.process_time() - imported[1]
        shown = show_submitter(facts)
        model = shown.left.rows.model
        while model.rowCount() < LAYERS:
            app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        # Once more: what is painted is what a paint event has shown.
        shown.repaint()
        usable = time.perf_counter() - began[0], time.process_time() - began[1]
        settle(shown.session)
        print(*usable, time.perf_counter() - began[0], imported[0])
        shown.close()
    worker.shutdown()


def opened_windows() -> None:
    """Report how long a window takes to open, the best of five processes."""
    times = []
    for _ in range(5):
        done = subprocess.run([sys.executable, __file__, "window"], capture_output=True, text=True, check=True)
        times.append(tuple(map(float, done.stdout.split())))
    usable, own, built, imported = (min(column) for column in zip(*times))
    report(f"window of {LAYERS} layers: usable after Qt is there", usable, "s", OPEN, f"({own:.3f} s of its own)")
    report(f"window of {LAYERS} layers: of that, importing ours", imported, "s")
    report(f"window of {LAYERS} layers: its job built and checked", built, "s")


def main() -> None:
    opened_windows()
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
    window() if sys.argv[1:] == ["window"] else main()
