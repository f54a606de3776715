"""The dialog inside Maya: one window over Maya's own, which follows the scene.

Written after Autodesk's documents; not run in a Maya.
"""

from __future__ import annotations

from typing import Any, List, NamedTuple, Optional

from maya import cmds

from farmsubmit.errors import FarmsubmitError
from farmsubmit_maya.scene import is_modified, scene_facts, scene_path
from farmsubmit_maya.unsaved import facts_with
from farmsubmit_maya.watch import SceneWatch
from farmsubmit_maya.window import choose_binding, main_window

# The answers to the question about changes, and what unsaved.facts_with does for each.
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
    facts = facts_with(choice)
    choose_binding()
    from farmsubmit_ui import show_submitter

    window = show_submitter(facts, parent=main_window(), reader=scene_facts)
    _open.append(_Open(window, SceneWatch(window.session)))
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


def _raised(window: Any) -> Any:
    window.show()
    window.raise_()
    window.activateWindow()
    return window


def _forget(*_: object) -> None:
    while _open:
        _open.pop().watch.stop()
