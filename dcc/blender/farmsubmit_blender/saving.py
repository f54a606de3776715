"""Changes that are not in the scene's file: a farm renders files, so they are saved, copied, or left out on purpose."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any, Dict

import bpy

REFUSE, SAVE, COPY, AS_SAVED = "REFUSE", "SAVE", "COPY", "AS_SAVED"

#: What can be done about unsaved changes, as a property of an operator shows it.
CHOICES = (
    (SAVE, "Save", "Save the scene, and submit it"),
    (COPY, "Save a copy", "Submit a dated copy that is written beside the scene; the scene's own file stays as it is"),
    (AS_SAVED, "As saved", "Submit the file as it was saved last; the changes since are not rendered"),
    (REFUSE, "Refuse", "Submit only a scene without unsaved changes"),
)


def has_changes() -> bool:
    """Tell whether the open scene has changes that its file has not.

    In the background nobody can tell: there bpy.data.is_dirty is always false (3.4, 5.2) or always true (4.5 as a
    module), and so counts as false. Source: bpy.data.is_dirty, tried in these.
    """
    return not bpy.app.background and bool(bpy.data.is_dirty)


def submitted_file(unsaved: str = REFUSE) -> str:
    """Return the file to submit, after doing what was asked about unsaved changes (one of CHOICES).

    Raises SceneError for a scene without a file, for unsaved changes that are refused, and where saving fails.
    """
    from farmsubmit.errors import SceneError

    path: str = bpy.data.filepath
    if not path:
        raise SceneError("the scene has no file yet, and a farm renders files", "save it first")
    if unsaved == COPY:
        return _copied(Path(path))
    if unsaved == SAVE:
        _save(path)
    elif unsaved == REFUSE and has_changes():
        raise SceneError(f"{Path(path).name} has changes that are not saved", "save it, or say what to do with them")
    return path


def options_of(path: str, unsaved: str) -> Dict[str, Any]:
    """Return the options of a request that say how a file to submit stands to the open scene.

    ``path`` is what submitted_file returned: a copy, after whose scene its job is called, or the scene's own file.
    Raises SceneError for a copy that cannot be read.
    """
    from farmsubmit.scenecopy import digest

    if Path(path) != Path(bpy.data.filepath):
        return {"scene_original": bpy.data.filepath, "scene_sha256": digest(Path(path))}
    return {"unsaved": True} if unsaved == AS_SAVED and has_changes() else {}


def _save(path: str, **how: bool) -> None:
    from farmsubmit.errors import SceneError

    try:
        bpy.ops.wm.save_as_mainfile(filepath=path, relative_remap=False, **how)
    except RuntimeError as error:
        # Blender's own sentence, without the word Error and the line end around it.
        said = " ".join(str(error).replace("Error: ", "", 1).split())
        raise SceneError(f"{path} cannot be saved: {said}") from None


def _copied(scene: Path) -> str:
    from farmsubmit.scenecopy import free_name

    path = free_name(scene, datetime.now())
    _save(str(path), copy=True)
    return str(path)
