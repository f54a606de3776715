"""Facts that a DCC without Qt hands over in a file, and hands over anew whenever it writes that file again.

Beside the facts stand the ``options`` of an OpenScene, where the file to render is not the scene as it was saved.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Optional

from qtpy.QtCore import QFileSystemWatcher, QObject

from farmsubmit.errors import FarmsubmitError, SceneError
from farmsubmit.scenes.facts import SceneFacts
from farmsubmit.submission.openscene import OpenScene

if TYPE_CHECKING:
    from farmsubmit_ui.dialog import Submitter

#: What the name of such a file ends in.
ENDING = ".facts.json"


class Handover(QObject):
    """Opens the facts of a file in a window, and shows them anew when the file is written again.

    The file is replaced, not written over, so its folder is watched. When it is gone, so is the DCC, and the window
    reads the scene itself from then on.
    """

    def __init__(self, window: Submitter, path: Path) -> None:
        super().__init__(window)
        self._window = window
        self._path = path.absolute()
        self._seen: Optional[int] = None
        self._watcher = QFileSystemWatcher([str(self._path.parent)], self)
        self._watcher.directoryChanged.connect(self._look)
        self._look()

    def read(self) -> OpenScene:
        """Return the scene in the file; raises SceneError."""
        return read_scene_of(self._path)

    def _look(self, folder: str = "") -> None:
        session = self._window.session
        stamp = _stamp(self._path)
        if stamp is None and self._seen is not None:
            session.reader = None
            return
        if stamp == self._seen and stamp is not None:
            return
        self._seen = stamp
        try:
            scene = self.read()
        except FarmsubmitError as error:
            self._window.notice.warn(str(error))
            return
        session.reader = self.read
        session.show_scene(scene)
        self._window.raise_()
        self._window.activateWindow()


def read_scene_of(path: Path) -> OpenScene:
    """Return the scene in a file that a DCC has written; raises SceneError for one that holds no facts."""
    try:
        document = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise SceneError(f"{path} cannot be read: {error.strerror or error}") from None
    except (ValueError, RecursionError) as error:
        raise SceneError(f"{path}: not JSON: {error}") from None
    options = document.pop("options", {}) if isinstance(document, dict) else {}
    return OpenScene(SceneFacts.from_json(document), options if isinstance(options, dict) else {})


def _stamp(path: Path) -> Optional[int]:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return None
