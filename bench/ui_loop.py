"""How long the event loop of the dialog is held up at most while something slow goes on behind it.

A timer of the window wants to run each millisecond; the longest time between two of its runs is what a person could
feel. Each figure is the best of some rounds, for other programs on the machine hold it up, too; in brackets stands how
much of that time the thread of the window was at work itself, the rest it waited.
"""

from __future__ import annotations

import os
import tempfile
import threading
import time
from pathlib import Path
from typing import Callable, List, NoReturn, Tuple

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from _report import report

from farmsubmit_ui import ensure_binding

ensure_binding()

from qtpy.QtCore import QEventLoop, QTimer  # noqa: E402
from qtpy.QtWidgets import QApplication  # noqa: E402

from farmsubmit.author.elements import Job  # noqa: E402
from farmsubmit.engines import registry  # noqa: E402
from farmsubmit.engines.base import Capabilities, Engine, JobStatus, SpoolInfo, Ticket, Translation  # noqa: E402
from farmsubmit.errors import EngineUnreachable  # noqa: E402
from farmsubmit.scenes.facts import Camera, FrameRange, Layer, NeededFile, Output, SceneFacts  # noqa: E402
from farmsubmit_ui import worker  # noqa: E402
from farmsubmit_ui.caretaker import Caretaker  # noqa: E402
from farmsubmit_ui.dialog import Submitter  # noqa: E402
from farmsubmit_ui.models import jobs_model  # noqa: E402

LIMIT = 0.05
TASKS, FILES, ROUNDS = 100_000, 5_000, 3
FILES_TAB, SCRIPT_TAB = 2, 4


class Pulse:
    """Notes the longest time between two turns of the event loop."""

    def __init__(self) -> None:
        self._timer = QTimer()
        self._timer.setInterval(1)
        self._timer.timeout.connect(self._beat)
        self.restart()
        self._timer.start()

    def restart(self) -> None:
        self.longest: Tuple[float, float] = (0.0, 0.0)
        self._last = (time.perf_counter(), time.thread_time())

    def _beat(self) -> None:
        now = (time.perf_counter(), time.thread_time())
        self.longest = max(self.longest, (now[0] - self._last[0], now[1] - self._last[1]))
        self._last = now


class Stuck(Engine):
    """An engine that takes every question and answers none until the gate opens."""

    scheme = "stuck"
    capabilities = Capabilities(tasks=True, logs=True, blades=True)
    gate = threading.Event()

    def translate(self, job: Job) -> Translation:
        return Translation(job)

    def spool(self, translation: Translation, info: SpoolInfo, block: bool = False) -> Ticket:
        return Ticket("1", self.url)

    def answer(self) -> str:
        return self._wait()

    def status(self, jid: str) -> JobStatus:
        return self._wait()

    def _wait(self) -> NoReturn:
        self.gate.wait()
        raise EngineUnreachable("it took too long")


def turn() -> None:
    QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)


def settle(window: Submitter) -> None:
    """Let the window come to rest: read, built, checked, its tree known, its script written."""
    session, index = window.session, window.right.graph.model._index
    while session.busy or session.checking or index._work.running or worker.active():
        turn()


def scene(folder: Path, frames: int = 100, files: int = 0) -> SceneFacts:
    (folder / "shot.ma").touch()
    return SceneFacts(
        "maya",
        str(folder / "shot.ma"),
        "2026",
        frames=FrameRange(1, frames),
        cameras=(Camera("shotCam"),),
        layers=(Layer("beauty", "render setup layer"),),
        outputs=(Output("main", file=f"{folder}/<RenderLayer>.####.exr"),),
        files=tuple(NeededFile(f"{folder}/tex/asset{number % 97}/tile{number}.tx") for number in range(files)),
    )


def felt(what: str, pulse: Pulse, begin: Callable[[], object], end: Callable[[], object], rounds: int = ROUNDS) -> None:
    """Report the longest hold-up from the beginning to the end of something, the best of some rounds."""
    found: List[Tuple[float, float]] = []
    for _ in range(rounds):
        turn()
        pulse.restart()
        begin()
        end()
        found.append(pulse.longest)
    seconds, own = min(found)
    report(what, seconds, "s", LIMIT, f"({own:.3f} s of its own)")


def build(window: Submitter, folder: Path, pulse: Pulse) -> None:
    """Build a job of 100,000 tasks in the place of a smaller one, then of such a one, and write its script."""
    session, right = window.session, window.right
    changes = iter((("chunk", 1), ("order", "reverse"), ("order", "forward")))

    def change() -> None:
        session.set_row_values([session.rows[0].id], *next(changes))

    def rest() -> None:
        settle(window)

    session.open_facts(scene(folder, TASKS))
    settle(window)
    felt(f"a job of {TASKS:,} tasks is built", pulse, change, rest)
    assert right.graph.model.shape is not None and right.graph.model.shape.tasks >= TASKS
    felt("its script is written and shown", pulse, lambda: right.setCurrentIndex(SCRIPT_TAB), rest, 1)


def main() -> None:
    app = QApplication([])
    app.setStyle("Fusion")
    keeper = Caretaker(lambda: not worker.active(), is_ours=True)
    keeper.begin()
    with tempfile.TemporaryDirectory() as made:
        os.environ["FARMSUBMIT_HOME"] = made
        folder = Path(made)
        window = Submitter(style="dark", is_standalone=True)
        window.show()
        session, pulse = window.session, Pulse()
        session.open_facts(scene(folder))
        settle(window)
        real = registry.engine_for
        registry.engine_for = jobs_model.engine_for = lambda url: Stuck() if url == "stuck:" else real(url)

        def wait(seconds: float) -> None:
            end = time.perf_counter() + seconds
            while time.perf_counter() < end:
                turn()

        def ask() -> None:
            session.set_engine("stuck:")
            window.way.follow(Ticket("1", "stuck:"))

        felt("an engine hangs, asked how it and a job stand", pulse, ask, lambda: wait(1.0))
        Stuck.gate.set()
        window.way.edit()
        session.set_engine("folder:/tmp")
        settle(window)
        facts = scene(folder, 100, FILES)
        window.right.setCurrentIndex(FILES_TAB)
        felt(f"{FILES:,} files are checked", pulse, lambda: session.open_facts(facts), lambda: settle(window))
        window.right.show_graph()
        build(window, folder, pulse)
        window.close()
    worker.shutdown()


if __name__ == "__main__":
    main()
