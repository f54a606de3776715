"""Whether the engine answers: asked in the background, at once and then every half minute."""

from __future__ import annotations

from typing import Any, NamedTuple, Optional

from qtpy.QtCore import QObject, QTimer, Signal

from farmsubmit.engines.base import Capabilities
from farmsubmit.engines.folder import FolderEngine
from farmsubmit.engines.registry import engine_for
from farmsubmit.errors import EngineError, EngineUnreachable
from farmsubmit_ui import worker

_SECONDS = 30

OK, DOWN, WRONG, ASKED = "ok", "down", "wrong", "asked"


class EngineState(NamedTuple):
    """How an engine stands: ``ok``, ``down`` (no answer), ``wrong`` (no such engine) or ``asked`` (no answer yet)."""

    url: str
    state: str = ASKED
    text: str = ""
    capabilities: Capabilities = Capabilities()


def engine_state(url: str) -> EngineState:
    """Ask an engine whether it is there; one that cannot list its jobs is, if it can be made. Runs in a worker."""
    try:
        engine = engine_for(url)
    except EngineError as error:
        return EngineState(url, WRONG, str(error))
    if isinstance(engine, FolderEngine) and not engine.folder.is_dir():
        return EngineState(url, DOWN, f"the folder {engine.folder} is not there", engine.capabilities)
    try:
        count = len(engine.jobs())
    except EngineUnreachable as error:
        return EngineState(url, DOWN, str(error), engine.capabilities)
    except EngineError:
        return EngineState(url, OK, "it takes jobs and tells nothing about them", engine.capabilities)
    return EngineState(url, OK, f"it answers and knows {count} job{'' if count == 1 else 's'}", engine.capabilities)


class EngineProbe(QObject):
    """Keeps the state of one engine up to date; ``changed`` comes where it differs."""

    changed = Signal()

    def __init__(self, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self.state = EngineState("")
        self._handle: Optional[worker.Handle] = None
        self._timer = QTimer(self)
        self._timer.setInterval(_SECONDS * 1000)
        self._timer.timeout.connect(self.ask)

    def watch(self, url: str) -> None:
        """Ask this engine from now on."""
        if url == self.state.url:
            return
        self._put(EngineState(url))
        self._timer.start()
        self.ask()

    def ask(self) -> None:
        """Ask now, unless an answer is under way for this very engine."""
        if self._handle is not None and self._handle.running:
            if self.state.state != ASKED:
                return
            self._handle.cancel()
        url = self.state.url
        self._handle = worker.run(
            engine_state, url, done=self._put, failed=lambda text: self._put(EngineState(url, DOWN, text)), owner=self
        )

    def stop(self) -> None:
        """Ask no more."""
        self._timer.stop()
        if self._handle is not None:
            self._handle.cancel()

    def _put(self, state: Any) -> None:
        if state != self.state:
            self.state = state
            self.changed.emit()
