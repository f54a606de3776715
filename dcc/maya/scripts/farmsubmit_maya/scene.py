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
    facts = with_live_files(with_named_images(facts_of(open_scene(), scene, project_of(scene))))
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


def project_of(scene: Path) -> str:
    """Return the folder of the project in which Maya works on a scene.

    That is the one that is set in Maya, wherever the scene lies. Only where nobody has set one, so that it is Maya's
    default, does a scene that lies in a project of its own belong to that. Source: Autodesk's pages of the commands
    workspace and internalVar, and of projects, for the folder ``default``.
    """
    told, own = Path(workspace_root()), Project(scene).root
    default = Path(str(cmds.internalVar(userWorkspaceDir=True))) / "default"
    return str(own if own is not None and told == default else told)


def _warnings(scene: Path, is_copy: bool) -> Iterator[str]:
    if is_modified() and not is_copy:
        yield "the scene has changes in Maya that are not in its file"
    visible = cmds.editRenderLayerGlobals(query=True, currentRenderLayer=True)
    if visible not in (_MASTER, ""):
        yield f"{visible} is the visible layer: what is shown of the whole scene is how this layer changes it"
    used, own, told = Path(project_of(scene)), Project(scene).root, Path(workspace_root())
    if own is None:
        yield f"the scene lies in no project; the farm renders in the one of this Maya, {used}"
    elif used != own:
        yield f"the scene lies in the project {own}; the farm renders in the one of this Maya, {used}"
    elif used != told:
        yield f"the project in Maya is its default, {told}; the farm renders in that of the scene, {used}"
