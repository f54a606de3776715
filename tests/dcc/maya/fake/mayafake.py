"""A Maya that knows only what Autodesk's documents know: a scene from a .ma file, windows by their names, events.

The scene is read by our own reader of statements. Whatever is asked in another way than the documents say is noted in
``refused``, which a test looks at, for the code under test may catch the error.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Callable, Dict, List, NoReturn, Optional, Tuple


class Refused(Exception):
    pass


@dataclass
class Fake:
    batch: bool = False
    qt: str = "6.5.3"
    path: str = ""
    scene: Any = None
    text: str = ""
    modified: bool = False
    slider: str = ""
    workspace: str = ""
    visible_layer: str = "defaultRenderLayer"
    dirmaps: List[Tuple[str, str]] = field(default_factory=list)
    # Folder → name and plug of each file that only the file path editor knows.
    listed: Dict[str, List[Tuple[str, str]]] = field(default_factory=dict)
    ui: Dict[str, Dict[str, Any]] = field(default_factory=dict)
    render_menu_filled: bool = False
    selected_tab: str = "Polygons"
    jobs: Dict[int, Tuple[str, Callable[[], None]]] = field(default_factory=dict)
    answers: List[str] = field(default_factory=list)
    told: List[str] = field(default_factory=list)
    refused: List[str] = field(default_factory=list)
    deferred: List[Callable[[], None]] = field(default_factory=list)
    plugins: Dict[str, Any] = field(default_factory=dict)
    plugin_folders: List[str] = field(default_factory=list)
    window: Any = None
    cannot_save: bool = False


state = Fake()


def refuse(what: str) -> NoReturn:
    state.refused.append(what)
    raise Refused(what)


def unknown(module: str, name: str) -> NoReturn:
    """What a fake module answers for a name that it lacks; Python itself asks for names with underscores."""
    if name.startswith("__"):
        raise AttributeError(name)
    state.refused.append(f"{module}.{name}")
    raise AttributeError(f"module {module!r} has no attribute {name!r}")


# --- the scene


def open_scene(path: str, workspace: Optional[str] = None) -> None:
    from farmsubmit.scenes.maya.ascii import read_statements
    from farmsubmit.scenes.maya.project import Project

    state.path, state.modified = path, False
    state.text = Path(path).read_text()
    state.scene = read_statements(Path(path))
    root = Project(Path(path)).root
    state.workspace = workspace or str(root or "/home/artist/maya/projects/default")
    tell_event("SceneOpened")


def save_scene() -> None:
    if state.cannot_save:
        raise RuntimeError("Could not save file.\n")
    Path(state.path).write_text(state.text)
    state.modified = False
    tell_event("SceneSaved")


def tell_event(name: str) -> None:
    for event, function in list(state.jobs.values()):
        if event == name:
            function()


# --- starting as Maya does, and what a person does


def start(batch: bool = False) -> None:
    """Read the modules of MAYA_MODULE_PATH, run what they have for the start, and then what was put off."""
    state.batch = batch
    for folder in filter(None, os.environ.get("MAYA_MODULE_PATH", "").split(os.pathsep)):
        for module in sorted(Path(folder).glob("*.mod")):
            _read_module(module)
    for folder in list(sys.path):
        setup = Path(folder) / "userSetup.py"
        if setup.is_file():
            # Maya runs it without a __file__.
            exec(compile(setup.read_text(), str(setup), "exec"), {"__name__": "__main__"})
    idle()


def idle() -> None:
    """Do what was put off."""
    while state.deferred:
        state.deferred.pop(0)()


def _read_module(module: Path) -> None:
    first, *lines = module.read_text().splitlines()
    plus, _name, _version, place = first.split()
    root = (module.parent / place).resolve()
    assert plus == "+" and root.is_dir()
    state.plugin_folders.append(str(root / "plug-ins"))
    for line in lines:
        variable, _, value = line.partition("+:=")
        assert variable == "PYTHONPATH" and (root / value).is_dir()
        sys.path.append(str(root / value))


def load_plugin(name: str) -> None:
    if name in state.plugins:
        return
    path = next((Path(folder) / f"{name}.py" for folder in state.plugin_folders), None)
    if path is None or not path.is_file():
        raise RuntimeError(f"Plug-in, {name!r}, was not found on MAYA_PLUG_IN_PATH.")
    scope: Dict[str, Any] = {"__name__": name}
    exec(compile(path.read_text(), str(path), "exec"), scope)
    assert callable(scope["maya_useNewAPI"])
    scope["initializePlugin"](object())
    state.plugins[name] = scope


def unload_plugin(name: str) -> None:
    state.plugins.pop(name)["uninitializePlugin"](object())


def click(label: str, parent: str = "farmsubmitMenu") -> None:
    """Click an item of a menu; Maya hands over whether a box is checked."""
    item = next(one for one in state.ui.values() if one.get("label") == label and one["parent"] == parent)
    item["command"](False)


def click_shelf(shelf: str = "Farm") -> None:
    button = next(one for one in state.ui.values() if one["kind"] == "shelfButton" and one["parent"] == shelf)
    assert button["sourceType"] == "python"
    exec(button["command"], {})
