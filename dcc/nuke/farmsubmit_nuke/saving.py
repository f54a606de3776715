"""Changes that are not in the script's file: a farm renders files, so they are saved, copied, or left out on purpose.

Written after Foundry's reference of nuke.scriptSave; not run in a Nuke.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import nuke

if TYPE_CHECKING:
    from farmsubmit.submission.openscene import OpenScene

REFUSE, SAVE, COPY, AS_SAVED = "REFUSE", "SAVE", "COPY", "AS_SAVED"

#: What can be done about unsaved changes, and what a person reads of it.
CHOICES = (
    (SAVE, "Save the script"),
    (COPY, "Submit a copy with the changes"),
    (AS_SAVED, "Submit the script as it was saved last"),
)


def has_changes() -> bool:
    """Tell whether the open script has changes that its file has not."""
    return bool(nuke.root().modified())


def submitted(unsaved: str = REFUSE) -> OpenScene:
    """Return what is to be submitted, after doing what was asked about unsaved changes (see CHOICES).

    The job of a copy is called after the script. Raises SceneError for a script without a file, for unsaved changes
    that are refused, and where saving fails.
    """
    from farmsubmit.errors import SceneError
    from farmsubmit.scenes.nuke import read_nuke
    from farmsubmit.submission.openscene import OpenScene, as_copy, as_saved
    from farmsubmit_nuke.scene import scene_facts, script_path

    if unsaved == SAVE and has_changes():
        _save()
        return OpenScene(scene_facts())
    path = script_path()
    if not has_changes():
        return OpenScene(scene_facts(path))
    if unsaved == COPY:
        # As the facts of the script itself name it.
        return as_copy(scene_facts(_copied(Path(path))), Path(path).absolute())
    if unsaved == AS_SAVED:
        return as_saved(read_nuke(path))
    raise SceneError(f"{Path(path).name} has changes that are not saved", "save it, or say what to do with them")


def ask() -> str:
    """Return what a person wants to do about unsaved changes, empty to give up; REFUSE where there are none.

    A script that was never saved can only be saved: then Nuke asks for its name. Source: Foundry's reference of
    nuke.choice and nuke.scriptSave.
    """
    if not has_changes():
        return REFUSE
    knob = nuke.root().knob("name")
    if knob is None or not knob.value():
        return SAVE
    prompt = "The script has changes that are not saved, and a farm renders files"
    place = nuke.choice("Submit to Farm", prompt, [text for _, text in CHOICES], 0)
    return CHOICES[int(place)][0] if place is not None else ""


def _save(path: str = "") -> None:
    """Save the script, to another file without making that its own; raises SceneError."""
    from farmsubmit.errors import SceneError

    try:
        saved = nuke.scriptSave(path) if path else nuke.scriptSave()
    except RuntimeError as error:
        raise SceneError(f"the script cannot be saved: {' '.join(str(error).split())}") from None
    if not saved:
        raise SceneError("the script was not saved", "save it, and submit it again")


def _copied(script: Path) -> str:
    from farmsubmit.scenecopy import free_name

    path = free_name(script, datetime.now())
    # Nuke writes paths with slashes on every system.
    _save(path.as_posix())
    return str(path)
