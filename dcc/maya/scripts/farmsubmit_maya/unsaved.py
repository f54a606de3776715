"""What to do with changes that are not in the scene's file: save it, submit a copy, or submit it as it was saved.

Written after Autodesk's documents; not run in a Maya.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Iterable

from maya import cmds

from farmsubmit.errors import SceneError, did_you_mean
from farmsubmit.scenes import SceneFacts, read_scene
from farmsubmit_maya.scene import is_modified, scene_facts, scene_path

#: What may be done; ``refuse`` raises.
CHOICES = ("refuse", "save", "copy", "saved")


def facts_with(choice: str) -> SceneFacts:
    """Return the facts of what is to be rendered, after doing with changes what ``choice`` says.

    ``save`` saves the scene. ``copy`` writes a dated copy beside it; scene and changes stay as they are. ``saved``
    takes the file as it is, as read without Maya. Without changes all are the same. Raises SceneError for
    ``refuse``, for an unknown choice, for a scene that was never saved, and one that Maya cannot save.
    """
    if choice not in CHOICES:
        raise SceneError(f"unsaved = {choice!r} is no choice", did_you_mean(choice, CHOICES) or _known(CHOICES))
    path = scene_path()
    if not is_modified():
        return scene_facts()
    if choice == "refuse":
        raise SceneError("the scene has changes that are not in its file", f"set unsaved to {_known(CHOICES[1:])}")
    if choice == "saved":
        return read_scene(path)
    if choice == "copy":
        return scene_facts(save_copy())
    _save()
    return scene_facts()


def save_copy() -> str:
    """Write a dated copy of the scene in memory beside its file and return its path; raises SceneError.

    Maya saves only under the scene's own name, so the scene has another one for that moment, and its changes count as
    not saved again afterwards.
    """
    path = scene_path()
    copy = _free_name(Path(path))
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


def _free_name(scene: Path) -> str:
    """Return a name as copies of scenes have it, by which the scene can be told."""
    from farmsubmit.scenecopy import scene_of

    own = scene_of(scene)
    now = f"{datetime.now():%Y%m%d-%H%M%S}"
    names = (
        own.with_name(f"{own.stem}.farm-{now}{again}{own.suffix}") for again in ("", *(f"-{n}" for n in range(2, 1000)))
    )
    free = next((name for name in names if not name.exists()), None)
    if free is None:
        raise SceneError(f"no free name for a copy of {own}")
    return free.as_posix()


def _known(choices: Iterable[str]) -> str:
    return ", ".join(choices)
