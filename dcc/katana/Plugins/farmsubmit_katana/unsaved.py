"""What to submit where the open project has changes that its file has not."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from Katana import KatanaFile, NodegraphAPI

from farmsubmit.errors import SceneError, did_you_mean
from farmsubmit.scenes import read_scene
from farmsubmit.scenes.facts import SceneFacts
from farmsubmit_katana.scene import is_dirty, scene_facts, scene_path

#: What can be done about unsaved changes: refuse, save the project, write a dated copy, or leave the changes out.
CHOICES = ("refuse", "save", "copy", "as saved")


def facts_of(choice: str = "refuse") -> SceneFacts:
    """Return the facts of what will be submitted; ``choice`` is one of CHOICES and counts for unsaved changes only.

    Raises SceneError for a choice that there is not, unsaved changes that are refused, or a file that cannot be
    written.
    """
    if choice not in CHOICES:
        raise SceneError(f"{choice!r} is nothing to do about unsaved changes", did_you_mean(choice, CHOICES))
    path = scene_path()
    if not is_dirty():
        return scene_facts()
    if choice == "as saved":
        return read_scene(path)
    if choice == "copy":
        return scene_facts(str(write_copy(path)))
    if choice == "refuse":
        raise SceneError(f"{path} has changes that are not saved", "save it, or say what to do: unsaved='save'")
    KatanaFile.Save(path)
    return scene_facts()


def write_copy(path: str) -> Path:
    """Write the open project into a dated file beside its own, ``shot.farm-20261121-114500.katana``, and return it.

    The project keeps its name and its unsaved changes. Raises SceneError where the copy cannot be written. Source:
    the published stubs, WriteKatanaFile.
    """
    own = Path(path)
    moment = datetime.now().strftime("%Y%m%d-%H%M%S")
    copy = own.with_name(f"{own.stem}.farm-{moment}{own.suffix}")
    try:
        NodegraphAPI.WriteKatanaFile(str(copy), NodegraphAPI.BuildNodegraphXmlIO())
    except (OSError, RuntimeError) as error:
        raise SceneError(f"a copy of {path} cannot be written: {error}") from None
    return copy
