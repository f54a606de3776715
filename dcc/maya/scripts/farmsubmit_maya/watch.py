"""Following Maya's scene while the dialog is open: another scene is opened in it, a saved one is read again.

Source: the events of Autodesk's page of the command scriptJob. Not run in a Maya.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Optional

from maya import cmds

from farmsubmit.submission.openscene import OpenScene
from farmsubmit_maya.scene import is_modified, scene_facts, scene_path

#: The events of Maya after which the scene is another, or stands otherwise in its file.
EVENTS = ("SceneOpened", "NewSceneOpened", "SceneSaved")


class SceneWatch:
    """Tells a session when Maya's scene has changed, until it is stopped."""

    def __init__(self, session: Any) -> None:
        self._session = session
        # The session reads later: while a copy is saved, the scene has the name of the copy.
        self._jobs = [int(cmds.scriptJob(event=(event, session.scene_changed))) for event in EVENTS]  # type: ignore[arg-type]

    def read(self) -> Optional[OpenScene]:
        """Return the scene as it is now, None where only a person can say what of it is to be sent.

        Raises SceneError for a scene that was never saved.
        """
        path = scene_path()
        if not is_modified():
            return OpenScene(scene_facts())
        if Path(path) == Path(self._session.scene):
            return None
        return OpenScene(scene_facts(), {"unsaved": True})

    def stop(self) -> None:
        """Follow no more."""
        while self._jobs:
            number = self._jobs.pop()
            if cmds.scriptJob(exists=number):
                cmds.scriptJob(kill=number, force=True)
