"""The commands of Maya that farmsubmit uses, with the flags that it uses, by their long names.

A test holds commands and flags against the vendor's stub; any other name or flag is refused.
"""

from __future__ import annotations

import inspect
import re
from functools import wraps
from pathlib import Path
from typing import Any, Callable, List, Optional, Tuple

import mayanodes
from mayafake import load_plugin, open_scene, refuse, save_scene, state, unknown

COMMANDS = {}
_SHOWN_LAYOUTS = {"ShelfLayout", "MayaWindow", "mainRenderMenu"}


def command(function: Callable[..., Any]) -> Callable[..., Any]:
    """Refuse flags that the function does not have, or not together, and note it."""
    COMMANDS[function.__name__] = signature = inspect.signature(function)

    @wraps(function)
    def run(*args: Any, **flags: Any) -> Any:
        try:
            signature.bind(*args, **flags)
        except TypeError as error:
            refuse(f"{function.__name__}{args}{flags}: {error}")
        return function(*args, **flags)

    return run


def __getattr__(name: str) -> Any:
    unknown("maya.cmds", name)


# --- the program


@command
def about(*, batch: bool = False, version: bool = False, qtVersion: bool = False) -> Any:
    if batch:
        return state.batch
    return (state.scene.version if state.scene else "2026") if version else state.qt


@command
def loadPlugin(name: str, *, quiet: bool) -> None:
    load_plugin(name)


@command
def pluginInfo(*, query: bool, listPlugins: bool) -> Optional[List[str]]:
    return list(state.scene.plugins) or None


@command
def warning(text: str) -> None:
    state.told.append(text)


@command
def confirmDialog(
    *,
    title: str,
    message: str,
    button: List[str],
    defaultButton: str = "",
    cancelButton: str = "",
    dismissString: str = "",
) -> str:
    if state.batch:
        refuse("confirmDialog in batch mode")
    state.told.append(message)
    answer = state.answers.pop(0) if len(button) > 1 else button[0]
    return answer if answer in button else refuse(f"answer {answer!r}")


@command
def scriptJob(
    *, event: Tuple[str, Callable[[], None]] = ("", print), exists: int = 0, kill: int = 0, force: bool = False
) -> Any:
    if exists:
        return exists in state.jobs
    if kill:
        return state.jobs.pop(kill) and None
    if event[0] not in ("SceneOpened", "NewSceneOpened", "SceneSaved"):
        refuse(f"event {event[0]!r}")
    number = max(state.jobs, default=0) + 1
    state.jobs[number] = event
    return number


# --- the scene


@command
def file(
    *args: str,
    query: bool = False,
    sceneName: bool = False,
    modified: bool = False,
    open: bool = False,
    force: bool = False,
    rename: str = "",
    save: bool = False,
) -> Any:
    if query:
        return state.path if sceneName else state.modified
    if open:
        open_scene(args[0])
    if rename:
        state.path = rename
    if save:
        save_scene()
    state.modified = state.modified or modified
    return state.path


@command
def fileInfo(name: str, *, query: bool) -> List[str]:
    return [state.scene.info[name]] if name in state.scene.info else []


@command
def currentUnit(*, query: bool, time: bool) -> str:
    return str(state.scene.time_unit)


@command
def workspace(*, query: bool, rootDirectory: bool) -> str:
    return f"{state.workspace}/"


@command
def internalVar(*, userWorkspaceDir: bool) -> str:
    return "/home/artist/maya/projects/"


@command
def playbackOptions(
    *,
    query: bool,
    minTime: bool = False,
    maxTime: bool = False,
    animationStartTime: bool = False,
    animationEndTime: bool = False,
) -> float:
    flag = "min" if minTime else "max" if maxTime else "ast" if animationStartTime else "aet"
    text = state.slider or " ".join(node.text("b") for node in state.scene.of("script"))
    found = re.search(rf"-{flag} ([-0-9.]+)", text)
    return float(found[1]) if found else 1.0


@command
def editRenderLayerGlobals(*, query: bool, currentRenderLayer: bool) -> str:
    return state.visible_layer


@command
def renderSettings(
    *, genericFrameImageName: str, fullPath: bool, leaveUnmatchedTokens: bool, layer: str, camera: str
) -> List[str]:
    assert set(genericFrameImageName) == {"#"}
    mayanodes.node_of(layer)
    return mayanodes.image_name(layer, camera)


# --- nodes


@command
def allNodeTypes() -> List[str]:
    from farmsubmit.scenes.maya.tables import ATTRIBUTES

    return ["transform", "mesh", *ATTRIBUTES]


@command
def ls(*, exactType: str) -> List[str]:
    if exactType == "reference":
        return ["sharedReferenceNode", *state.scene.references]
    if exactType not in allNodeTypes():
        refuse(f"node type {exactType}")
    # A name that was used again is the later node.
    return list(dict.fromkeys(node.name for node in state.scene.of(exactType)))


@command
def listRelatives(name: str, *, parent: bool) -> Optional[List[str]]:
    found = mayanodes.node_of(name).parent
    return [found] if found else None


@command
def attributeQuery(attribute: str, *, node: str, exists: bool = False, shortName: bool = False) -> Any:
    known = mayanodes.node_of(node) if mayanodes._is_known(node) else None
    if exists:
        return mayanodes.has(known, attribute)
    return (mayanodes.short_of(known, attribute) if known else None) or attribute


@command
def getAttr(plug: str, *, expandEnvironmentVariables: bool = False) -> Any:
    import os

    value = mayanodes.value_of(plug)
    if not expandEnvironmentVariables:
        return value
    expand = os.path.expandvars
    return [expand(one) for one in value] if isinstance(value, list) else expand(value) if value else value


@command
def listConnections(
    plug: str, *, source: bool, destination: bool, connections: bool = False, plugs: bool = False
) -> Optional[List[str]]:
    assert source and not destination
    name, _, attribute = plug.partition(".")
    found = [pair for pair in mayanodes.links_to(name) if not attribute or pair[1] == plug]
    if connections:
        assert plugs
        return [end for source_plug, target in found for end in (target, source_plug)] or None
    return [pair[0].partition(".")[0] for pair in found] or None


# --- files


@command
def referenceQuery(
    node: str,
    *,
    filename: bool = False,
    withoutCopyNumber: bool = False,
    namespace: bool = False,
    shortName: bool = False,
    isLoaded: bool = False,
) -> Any:
    from farmsubmit.scenes.maya.project import Project

    found = state.scene.references.get(node)
    if found is None:
        raise RuntimeError(f"Reference node '{node}' is not associated with a reference file.")
    if isLoaded:
        return not found.deferred
    if namespace:
        return found.namespace if shortName else f":{found.namespace}"
    path = Project(Path(state.path), state.workspace).place(found.path, beside_scene=True)[0]
    return path if withoutCopyNumber else found.path


@command
def dirmap(*, query: bool = False, enable: bool = False, convertDirectory: str = "") -> Any:
    if query:
        return bool(state.dirmaps) and enable
    for source, target in state.dirmaps:
        if convertDirectory.startswith(source):
            return target + convertDirectory[len(source) :]
    return convertDirectory


@command
def filePathEditor(
    *,
    query: bool = False,
    refresh: bool = False,
    listDirectories: Optional[str] = None,
    listFiles: str = "",
    withAttribute: bool = False,
) -> Optional[List[str]]:
    if not query:
        return None if refresh else refuse("filePathEditor that does nothing")
    if listDirectories is not None:
        return list(state.listed) or None
    assert withAttribute
    return [word for pair in state.listed[listFiles] for word in pair]


# --- windows


def _make(kind: str, name: str, exists: bool, **values: Any) -> Any:
    if state.batch:
        refuse(f"{kind} in batch mode")
    if exists:
        return name in state.ui or name in _SHOWN_LAYOUTS
    name = name or f"{kind}{len(state.ui)}"
    if name in state.ui:
        raise RuntimeError(f"Object's name '{name}' is not unique.")
    if values["parent"] not in (*_SHOWN_LAYOUTS, *state.ui):
        refuse(f"parent {values['parent']!r}")
    state.ui[name] = {"kind": kind, **values}
    return name


@command
def menu(name: str, *, exists: bool = False, label: str = "", parent: str = "", tearOff: bool = False) -> Any:
    return _make("menu", name, exists, label=label, parent=parent)


@command
def menuItem(
    name: str = "",
    *,
    exists: bool = False,
    label: str = "",
    parent: str = "",
    annotation: str = "",
    command: Any = None,
    divider: bool = False,
    dividerLabel: str = "",
) -> Any:
    return _make("menuItem", name, exists, label=label, parent=parent, command=command)


@command
def shelfLayout(name: str, *, exists: bool = False, parent: str = "") -> Any:
    made = _make("shelfLayout", name, exists, parent=parent)
    if not exists:
        state.selected_tab = name
    return made


@command
def shelfButton(*, parent: str, label: str, annotation: str, image: str, sourceType: str, command: str) -> Any:
    return _make("shelfButton", "", False, parent=parent, image=image, sourceType=sourceType, command=command)


@command
def tabLayout(name: str, *, query: bool = False, edit: bool = False, selectTab: Any) -> Any:
    if query:
        return state.selected_tab
    state.selected_tab = selectTab
    return name


@command
def deleteUI(name: str, *, menu: bool = False, menuItem: bool = False, layout: bool = False) -> None:
    kinds = {"menu": menu, "menuItem": menuItem, "shelfLayout": layout}
    if not kinds.get(state.ui[name]["kind"]):
        refuse(f"deleteUI of {name}")
    for inner in [key for key, one in state.ui.items() if key == name or one["parent"] == name]:
        del state.ui[inner]
