"""The facts of the scene that is open in Maya, equal to those of its file where both can know.

Better than in the file: values that an expression drives, paths with variables, references as they are loaded, the
paths of images that only Maya can name, and files of node types that the reader of files does not know.
Written after Autodesk's documents; not run in a Maya.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Iterator

from maya import cmds

from farmsubmit.errors import SceneError
from farmsubmit.scenes import SceneFacts
from farmsubmit.scenes.maya.facts import facts_of
from farmsubmit.scenes.maya.project import Project
from farmsubmit_maya.files import with_live_files
from farmsubmit_maya.images import with_named_images
from farmsubmit_maya.store import open_scene

_MASTER = "defaultRenderLayer"


def scene_facts(path: str = "") -> SceneFacts:
    """Return the facts of the scene in Maya's memory; ``path`` is that of a copy of it that is to be rendered.

    Raises SceneError for a scene that was never saved.
    """
    scene = Path(path or scene_path())
    facts = with_live_files(with_named_images(facts_of(open_scene(), scene)))
    return replace(facts, warnings=(*facts.warnings, *_warnings(scene, is_copy=bool(path))))


def scene_path() -> str:
    """Return the path of the open scene; raises SceneError for one that was never saved."""
    path = str(cmds.file(query=True, sceneName=True) or "")
    if not path:
        raise SceneError("the scene was never saved, and the farm renders files", "save it, then submit it")
    return path


def is_modified() -> bool:
    """Tell whether the open scene has changes that are not in its file."""
    return bool(cmds.file(query=True, modified=True))


def workspace_root() -> str:
    """Return the folder of the project that is set in Maya, without a slash at its end."""
    return str(cmds.workspace(query=True, rootDirectory=True) or "").rstrip("/\\")


def _warnings(scene: Path, is_copy: bool) -> Iterator[str]:
    if is_modified() and not is_copy:
        yield "the scene has changes in Maya that are not in its file"
    visible = cmds.editRenderLayerGlobals(query=True, currentRenderLayer=True)
    if visible not in (_MASTER, ""):
        yield f"{visible} is the visible layer: what is shown of the whole scene is how this layer changes it"
    root, own = Project(scene).root, workspace_root()
    if root is None:
        yield f"no folder above the scene is a project, so the farm does not know the one of this Maya, {own}"
    elif own and Path(own) != root:
        yield f"the project in Maya is {own}; the farm renders in that of the scene, {root}"
