"""The dialog's session kept in step with the open scene: its file, and the node that was clicked."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Callable, Optional, Sequence

from Katana import Callbacks
from qtpy.QtCore import QTimer

from farmsubmit.errors import FarmsubmitError
from farmsubmit.scenes.facts import SceneFacts
from farmsubmit_katana.host import guarded, sentence, tell
from farmsubmit_katana.scene import scene_facts
from farmsubmit_katana.unsaved import facts_of


class Follower:
    """Follows the scene for one window until ``stop``; ``nodes`` are the render nodes to switch on at first.

    ``ask`` returns what to do about unsaved changes, None for nothing.
    """

    def __init__(self, window: Any, nodes: Sequence[str], ask: Callable[[], Optional[str]]) -> None:
        self.window = window
        self._nodes = tuple(nodes)
        self._ask = ask
        self._is_saving = False
        kinds = Callbacks.Type
        self._callbacks = ((kinds.onSceneLoad, self._loaded), (kinds.onSceneSave, self._saved))
        for kind, function in self._callbacks:
            Callbacks.addCallback(kind, function)
        # After the session has taken the facts, and brought back what was changed last time.
        self._timer = QTimer(window.session)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(guarded(self._choose_first))
        window.session.facts_changed.connect(self._timer.start)

    def stop(self) -> None:
        """Follow no longer."""
        for kind, function in self._callbacks:
            Callbacks.delCallback(kind, function)

    def read(self) -> SceneFacts:
        """Return the facts anew, for the session; where they cannot be had it is told why, and keeps those it has."""
        try:
            choice = "refuse" if self._is_saving else self._ask()
            if choice is not None:
                return scene_facts() if self._is_saving else facts_of(choice)
        except Exception as error:
            tell(sentence(error))
        facts: Optional[SceneFacts] = self.window.session.facts
        if facts is None:
            raise FarmsubmitError("the scene was not read", "open the submitter again")
        return facts

    def choose(self, nodes: Sequence[str]) -> None:
        """Switch on the rows of some render nodes and the others off; without nodes nothing changes."""
        session = self.window.session
        wanted = [row.id for row in session.rows if row.node in nodes]
        others = [row.id for row in session.rows if row.on and row.node not in nodes]
        if wanted and others:
            session.set_rows_on(others, False)
        if any(row.id in wanted and not row.on for row in session.rows):
            session.set_rows_on(wanted, True)

    def _choose_first(self) -> None:
        session = self.window.session
        if session.facts is None:
            return
        self.choose(self._nodes)
        self._nodes = ()

    def _loaded(self, **_: Any) -> None:
        guarded(lambda: self.window.session.open_facts(scene_facts()))()

    def _saved(self, **_: Any) -> None:
        guarded(self._read_saved)()

    def _read_saved(self) -> None:
        session = self.window.session
        facts = scene_facts()
        if session.path != Path(facts.path):
            session.open_facts(facts)
            return
        self._is_saving = True
        try:
            session.reload()
        finally:
            self._is_saving = False
