"""Whether the engine answers, and what it tells of its farm: asked in the background, each half minute."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple, Optional, Tuple

from qtpy.QtCore import QObject, Signal

from farmsubmit.checks import Knowledge
from farmsubmit.errors import EngineError, EngineUnreachable
from farmsubmit_ui import worker

if TYPE_CHECKING:
    from farmsubmit.engines.base import Capabilities, Engine

_SECONDS = 30
# What is opened is seen before a worker takes time from painting it.
_SOON_MS = 400

OK, DOWN, WRONG, ASKED = "ok", "down", "wrong", "asked"
_UNKNOWN = Knowledge()


class EngineState(NamedTuple):
    """How an engine stands: ``ok``, ``down`` (no answer), ``wrong`` (no such engine) or ``asked`` (no answer yet).

    ``text`` says why, or is the engine's name and version.
    """

    url: str
    state: str = ASKED
    text: str = ""
    capabilities: Optional[Capabilities] = None


def engine_state(url: str) -> EngineState:
    """Ask an engine whether it is there; one that refuses to say is, if it can be made. Runs in a worker."""
    from farmsubmit.engines.registry import engine_for

    try:
        engine = engine_for(url)
    except EngineError as error:
        return EngineState(url, WRONG, str(error))
    try:
        text = engine.answer() or _told_by_jobs(engine)
    except EngineUnreachable as error:
        return EngineState(url, DOWN, str(error), engine.capabilities)
    except EngineError as error:
        return EngineState(url, OK, f"it answers: {error}", engine.capabilities)
    return EngineState(url, OK, text, engine.capabilities)


def _told_by_jobs(engine: Engine) -> str:
    """Ask an engine that does not tell what it is for its jobs, to see that it answers at all."""
    try:
        count = len(engine.jobs())
    except EngineUnreachable:
        raise
    except EngineError:
        return "it takes jobs and tells nothing about them"
    return f"it answers and knows {count} job{'' if count == 1 else 's'}"


def engine_farm(url: str) -> Knowledge:
    """Return what an engine tells of its blades, names and limits; raises EngineError. Runs in a worker."""
    from farmsubmit.engines.registry import engine_for
    from farmsubmit.submission.farms import knowledge_of

    return knowledge_of(engine_for(url))


def service_keys(farm: Knowledge) -> Tuple[str, ...]:
    """Return the keys that the blades of a farm provide, each once; their names and addresses come last."""
    blades = farm.blades or ()
    keys = sorted({key for blade in blades for key in blade.provides}, key=str.casefold)
    own = sorted({name for blade in blades for name in (blade.profile, blade.name, blade.address) if name})
    return tuple(dict.fromkeys((*keys, *own)))


def is_same_farm(one: Knowledge, other: Knowledge) -> bool:
    """Tell whether two answers differ at most in what blades measure just now."""
    return _lasting(one) == _lasting(other)


def _lasting(farm: Knowledge) -> Knowledge:
    blades = None if farm.blades is None else tuple(replace(blade, metrics={}) for blade in farm.blades)
    return replace(farm, blades=blades, scheme=None)


class EngineProbe(QObject):
    """Keeps the state of one engine up to date; ``changed`` comes where it differs.

    ``farm`` is what the engine tells of its blades and names once it has answered, and ``farm_changed`` that it differs
    from before. They are asked apart: an engine that takes long to tell them stands as it stands.
    """

    changed = Signal()
    farm_changed = Signal()

    def __init__(self, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self.state = EngineState("")
        self.farm = _UNKNOWN
        self._handle: Optional[worker.Handle] = None
        self._farm_handle: Optional[worker.Handle] = None
        self._timer = worker.every(self, _SECONDS * 1000, self.ask)
        self._soon = worker.once(self, _SOON_MS, self.ask)

    def watch(self, url: str) -> None:
        """Ask this engine from now on, in a moment for the first time."""
        if url == self.state.url:
            return
        # What the engine before says would be taken for what this one says.
        for handle in (self._handle, self._farm_handle):
            if handle is not None:
                handle.cancel()
        self._put(EngineState(url))
        self._put_farm(_UNKNOWN)
        self._timer.start()
        self._soon.start()

    def ask(self) -> None:
        """Ask now, unless an answer is under way for this very engine."""
        if self._handle is not None and self._handle.running:
            if self.state.state != ASKED:
                return
            self._handle.cancel()
        url = self.state.url
        self._handle = worker.run(
            engine_state, url, done=self._take, failed=lambda text: self._take(EngineState(url, DOWN, text)), owner=self
        )

    def stop(self) -> None:
        """Ask no more."""
        for timer in (self._timer, self._soon):
            timer.stop()
        for handle in (self._handle, self._farm_handle):
            if handle is not None:
                handle.cancel()

    def _take(self, state: EngineState) -> None:
        self._put(state)
        is_asked = self._farm_handle is not None and self._farm_handle.running
        if state.state == OK and not is_asked:
            self._farm_handle = worker.run(engine_farm, state.url, done=self._put_farm, owner=self)

    def _put(self, state: Any) -> None:
        if state != self.state:
            self.state = state
            self.changed.emit()

    def _put_farm(self, farm: Knowledge) -> None:
        if farm != self.farm:
            self.farm = farm
            self.farm_changed.emit()
