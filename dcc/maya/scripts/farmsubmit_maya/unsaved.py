"""What to do with changes that are not in the scene's file: save it, submit a copy, or submit it as it was saved.

Written after Autodesk's documents; not run in a Maya.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Iterable

from maya import cmds

from farmsubmit.errors import SceneError, did_you_mean
from farmsubmit.scenecopy import free_name
from farmsubmit.scenes import read_scene
from farmsubmit.submission.openscene import OpenScene, as_copy, as_saved
from farmsubmit_maya.scene import is_modified, scene_facts, scene_path

#: What may be done; ``refuse`` raises.
CHOICES = ("refuse", "save", "copy", "saved")


def scene_with(choice: str) -> OpenScene:
    """Return what is to be rendered, after doing with changes what ``choice`` says.

    ``save`` saves the scene. ``copy`` writes a dated copy beside it; scene and changes stay as they are, and the job is
    called after the scene. ``saved`` takes the file as it is, as read without Maya. Without changes all are the same.
    Raises SceneError for ``refuse``, for an unknown choice, for a scene that was never saved, and one that Maya cannot
    save.
    """
    if choice not in CHOICES:
        raise SceneError(f"unsaved = {choice!r} is no choice", did_you_mean(choice, CHOICES) or _known(CHOICES))
    path = scene_path()
    if not is_modified():
        return OpenScene(scene_facts())
    if choice == "refuse":
        raise SceneError("the scene has changes that are not in its file", f"set unsaved to {_known(CHOICES[1:])}")
    if choice == "saved":
        return as_saved(read_scene(path))
    if choice == "copy":
        return as_copy(scene_facts(save_copy()), path)
    _save()
    return OpenScene(scene_facts())


def save_copy() -> str:
    """Write a dated copy of the scene in memory beside its file and return its path; raises SceneError.

    Maya saves only under the scene's own name, so the scene has another one for that moment, and its changes count as
    not saved again afterwards.
    """
    path = scene_path()
    copy = free_name(Path(path), datetime.now()).as_posix()
    cmds.file(rename=copy)
    try:
        _save()
    finally:
        cmds.file(rename=path)
        cmds.file(modified=True)
    return copy


def _save() -> None:
    try:
        cmds.file(save=True)
    except RuntimeError as error:
        raise SceneError(f"Maya could not save the scene: {' '.join(str(error).split())}") from None


def _known(choices: Iterable[str]) -> str:
    return ", ".join(choices)
