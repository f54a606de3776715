"""Following Maya's scene while the dialog is open: another scene is opened in it, a saved one is read again.

Source: the events of Autodesk's page of the command scriptJob. Not run in a Maya.
"""

from __future__ import annotations

from typing import Any

from maya import cmds, utils

from farmsubmit.errors import FarmsubmitError
from farmsubmit_maya.scene import scene_facts
from farmsubmit_maya.telling import told

#: The events of Maya after which the scene is another, or stands otherwise in its file.
EVENTS = ("SceneOpened", "NewSceneOpened", "SceneSaved")


class SceneWatch:
    """Tells a session when Maya's scene has changed, until it is stopped."""

    def __init__(self, session: Any) -> None:
        self._session = session
        self._jobs = [int(cmds.scriptJob(event=(event, self._later))) for event in EVENTS]  # type: ignore[arg-type]

    def refresh(self) -> None:
        """Read the scene again where it is the same one, which keeps what was changed in the dialog; else open it."""
        if not self._jobs:
            return
        try:
            facts = scene_facts()
        except FarmsubmitError as error:
            self._session.failed.emit(str(error))
            return
        shown = self._session.facts
        if shown is not None and shown.path == facts.path:
            self._session.reload()
        else:
            self._session.open_facts(facts)

    def stop(self) -> None:
        """Follow no more."""
        while self._jobs:
            number = self._jobs.pop()
            if cmds.scriptJob(exists=number):
                cmds.scriptJob(kill=number, force=True)

    def _later(self) -> None:
        """Read when Maya has nothing else to do: while a copy is saved, the scene has the name of the copy."""
        utils.executeDeferred(told(self.refresh))
