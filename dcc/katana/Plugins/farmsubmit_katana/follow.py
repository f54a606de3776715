"""The dialog's session kept in step with the open scene: its file, and the node that was clicked."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Callable, Optional, Sequence

from Katana import Callbacks

from farmsubmit.submission.openscene import OpenScene
from farmsubmit_katana.host import guarded
from farmsubmit_katana.scene import is_dirty, scene_facts, scene_path
from farmsubmit_katana.unsaved import scene_with
from farmsubmit_ui import worker


class Follower:
    """Follows the scene for one window until ``stop``; ``nodes`` are the render nodes to switch on at first.

    ``ask`` returns what to do about unsaved changes, None for nothing.
    """

    def __init__(self, window: Any, nodes: Sequence[str], ask: Callable[[], Optional[str]]) -> None:
        self.window = window
        self._nodes = tuple(nodes)
        self._ask = ask
        self._kinds = (Callbacks.Type.onSceneLoad, Callbacks.Type.onSceneSave)
        for kind in self._kinds:
            Callbacks.addCallback(kind, self._scene_changed)
        window.session.reader, window.session.follower = self.read, self.follow
        # After the session has taken the facts, and brought back what was changed last time.
        self._timer = worker.once(window.session, 0, guarded(self._choose_first))
        window.session.facts_changed.connect(self._timer.start)

    def stop(self) -> None:
        """Follow no longer."""
        for kind in self._kinds:
            Callbacks.delCallback(kind, self._scene_changed)

    def read(self) -> Optional[OpenScene]:
        """Return the scene for a person who wants it read again, None for who does not want to go on."""
        choice = self._ask()
        return scene_with(choice) if choice is not None else None

    def follow(self) -> Optional[OpenScene]:
        """Return the scene that was loaded or saved, None where only a person can say what of it is to be sent."""
        if not is_dirty():
            return OpenScene(scene_facts())
        if Path(scene_path()) == Path(self.window.session.scene):
            return None
        return OpenScene(scene_facts(), {"unsaved": True})

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

    def _scene_changed(self, **_: Any) -> None:
        self.window.session.scene_changed()
