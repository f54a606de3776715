"""How long the window of a Maya scene with 200 layers takes to open, in a DCC that has read the scene.

The DCC has imported Qt, and has a window of its own, over which ours opens.

Each time is that of a process of its own, the best of five: from the import of the dialog until its rows are painted
and it takes keys. Its job is built behind it. In brackets stands how much of it the process was at work itself.
"""

from __future__ import annotations

import compileall
import os
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from _report import report

from farmsubmit_ui import ensure_binding

ensure_binding()

# Inside a DCC all of it is there before ours is, and its scene has been read.
from qtpy import QtCore, QtGui, QtSvg, QtWidgets  # noqa: E402, F401

from farmsubmit.scenes.maya.facts import facts_of  # noqa: E402, F401

LAYERS, OPEN, ROUNDS = 200, 0.300, 5


class Painted(QtCore.QObject):
    """Notes when the rows of a table have been painted."""

    def __init__(self, view: QtWidgets.QTableView) -> None:
        super().__init__(view)
        self._view = view
        self.are_seen = False
        view.viewport().installEventFilter(self)

    def eventFilter(self, watched: QtCore.QObject, event: QtCore.QEvent) -> bool:  # noqa: N802
        if event.type() == QtCore.QEvent.Type.Paint and self._view.model().rowCount() == LAYERS:
            # The paint itself comes now: it is over when the event loop comes round.
            QtCore.QTimer.singleShot(0, self._note)
        return False

    def _note(self) -> None:
        self.are_seen = True


def host(app: QtWidgets.QApplication) -> QtWidgets.QMainWindow:
    """Return the window of a DCC, painted."""
    made = QtWidgets.QMainWindow()
    made.menuBar().addMenu("File").addAction("Open")
    made.setCentralWidget(QtWidgets.QLineEdit("persp"))
    made.show()
    for _ in range(3):
        app.processEvents()
    return made


def window() -> None:
    """Print the seconds until the window is usable, those of this process among them, and until its job is there."""
    app = QtWidgets.QApplication([])
    app.setStyle("Fusion")
    maya = host(app)
    began = time.perf_counter(), time.process_time()
    from farmsubmit_ui.app import show_submitter

    imported = time.perf_counter() - began[0], time.process_time() - began[1]
    from _layers import scene

    with tempfile.TemporaryDirectory() as made:
        facts = scene(Path(made))
        # To make the facts of a scene is not the window's work.
        began = time.perf_counter() - imported[0], time.process_time() - imported[1]
        shown = show_submitter(facts, maya)
        rows = Painted(shown.left.rows.view)
        while not rows.are_seen:
            app.processEvents(QtCore.QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        usable = time.perf_counter() - began[0], time.process_time() - began[1]
        session = shown.session
        while session.busy or session.checking:
            app.processEvents(QtCore.QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        print(*usable, time.perf_counter() - began[0])
        shown.close()
    from farmsubmit_ui import worker

    worker.shutdown()


def main() -> None:
    # As pip does where it installs them; this checkout may just have changed.
    for package in ("farmsubmit", "farmsubmit_ui"):
        compileall.compile_dir(find_spec(package).submodule_search_locations[0], quiet=2)
    times = []
    for _ in range(ROUNDS):
        done = subprocess.run([sys.executable, __file__, "window"], capture_output=True, text=True, check=True)
        times.append(tuple(map(float, done.stdout.split())))
    usable, own, built = (min(column) for column in zip(*times))
    report(f"window of {LAYERS} layers: usable after Qt is there", usable, "s", OPEN, f"({own:.3f} s of its own)")
    report(f"window of {LAYERS} layers: its job built and checked", built, "s")


if __name__ == "__main__":
    window() if sys.argv[1:] == ["window"] else main()
