"""The dialog inside Maya: one window over Maya's own, which follows the scene.

Written after Autodesk's documents; not run in a Maya.
"""

from __future__ import annotations

from typing import Any, List, NamedTuple, Optional

from maya import cmds

from farmsubmit.errors import FarmsubmitError
from farmsubmit.submission.openscene import OpenScene
from farmsubmit_maya.scene import is_modified, scene_path
from farmsubmit_maya.telling import in_words
from farmsubmit_maya.unsaved import scene_with
from farmsubmit_maya.watch import SceneWatch
from farmsubmit_maya.window import choose_binding, main_window

# The answers to the question about changes, and what unsaved.scene_with does for each.
_ANSWERS = {"Save": "save", "Submit a copy": "copy", "Submit as saved": "saved"}
_CANCEL = "Cancel"


class _Open(NamedTuple):
    window: Any
    watch: SceneWatch


# One at a time.
_open: List[_Open] = []


def show() -> Optional[Any]:
    """Open the submitter on the open scene and return its window, or raise the one that is open.

    Returns None if the person does not want to go on. Raises FarmsubmitError in batch mode, and SceneError for a
    scene that was never saved.
    """
    if cmds.about(batch=True):
        raise FarmsubmitError("there are no windows in batch mode", "use farmsubmit_maya.headless.submit()")
    if _open:
        return _raised(_open[0].window)
    choice = ask_unsaved()
    if choice is None:
        return None
    scene = scene_with(choice)
    choose_binding()
    from farmsubmit_ui import show_submitter

    window = show_submitter(scene.facts, parent=main_window(), reader=in_words(_asked_anew), options=scene.options)
    watch = SceneWatch(window.session)
    window.session.follower = in_words(watch.read)
    _open.append(_Open(window, watch))
    window.destroyed.connect(_forget)
    return window


def ask_unsaved() -> Optional[str]:
    """Ask what to do with changes that are not in the file; None is the answer of who does not want to go on.

    Raises SceneError for a scene that was never saved.
    """
    scene_path()
    if not is_modified():
        return "refuse"
    answer = cmds.confirmDialog(
        title="Submit to farm",
        message="The scene has changes that are not in its file, which is what the farm renders.",
        button=[*_ANSWERS, _CANCEL],
        defaultButton="Save",
        cancelButton=_CANCEL,
        dismissString=_CANCEL,
    )
    return _ANSWERS.get(answer)


def _asked_anew() -> Optional[OpenScene]:
    """Return the scene for a person who wants it read again; None for who does not want to go on."""
    choice = ask_unsaved()
    return scene_with(choice) if choice is not None else None


def _raised(window: Any) -> Any:
    window.come_to_front()
    return window


def _forget(*_: object) -> None:
    while _open:
        _open.pop().watch.stop()
