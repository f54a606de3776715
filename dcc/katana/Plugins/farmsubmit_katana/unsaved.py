"""What to submit where the open project has changes that its file has not."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from Katana import KatanaFile, NodegraphAPI

from farmsubmit.errors import SceneError, did_you_mean
from farmsubmit.scenecopy import free_name
from farmsubmit.scenes import read_scene
from farmsubmit.submission.openscene import OpenScene, as_copy, as_saved
from farmsubmit_katana.scene import is_dirty, scene_facts, scene_path

#: What can be done about unsaved changes: refuse, save the project, write a dated copy, or leave the changes out.
CHOICES = ("refuse", "save", "copy", "as saved")


def scene_with(choice: str = "refuse") -> OpenScene:
    """Return what will be submitted; ``choice`` is one of CHOICES and counts for unsaved changes only.

    The job of a copy is called after the project. Raises SceneError for a choice that there is not, unsaved changes
    that are refused, or a file that cannot be written.
    """
    if choice not in CHOICES:
        raise SceneError(f"{choice!r} is nothing to do about unsaved changes", did_you_mean(choice, CHOICES))
    path = scene_path()
    if not is_dirty():
        return OpenScene(scene_facts())
    if choice == "as saved":
        return as_saved(read_scene(path))
    if choice == "copy":
        return as_copy(scene_facts(str(write_copy(path))), path)
    if choice == "refuse":
        raise SceneError(f"{path} has changes that are not saved", "save it, or say what to do: unsaved='save'")
    KatanaFile.Save(path)
    return OpenScene(scene_facts())


def write_copy(path: str) -> Path:
    """Write the open project into a dated file beside its own, ``shot.farm-20261121-114500.katana``, and return it.

    The project keeps its name and its unsaved changes. Raises SceneError where the copy cannot be written. Source:
    the published stubs, WriteKatanaFile.
    """
    copy = free_name(Path(path), datetime.now())
    try:
        NodegraphAPI.WriteKatanaFile(str(copy), NodegraphAPI.BuildNodegraphXmlIO())
    except (OSError, RuntimeError) as error:
        raise SceneError(f"a copy of {path} cannot be written: {error}") from None
    return copy
