"""The facts of the open scene, by the very code that tells those of a file: the wrapper blenderfacts.py."""

from __future__ import annotations

import sys
from importlib.util import module_from_spec, spec_from_file_location
from typing import TYPE_CHECKING, Any, Dict

if TYPE_CHECKING:
    from types import ModuleType

    from farmsubmit.scenes import SceneFacts

_NAME = "farmsubmit_blenderfacts"
_written_here = [False]


def scene_facts(path: str = "") -> SceneFacts:
    """Return the facts of the open scene; ``path`` is the file that holds it where that is a copy."""
    from farmsubmit.scenes import SceneFacts

    return SceneFacts.from_json(facts_document(path))


def facts_document(path: str = "") -> Dict[str, Any]:
    """Return the facts of the open scene as plain JSON values, as SceneFacts.from_json takes them."""
    import bpy

    document: Dict[str, Any] = _reader().scene_facts()
    if path:
        document["path"] = path
    if _written_here[0]:
        # Blender goes on telling the version of the file that was loaded, whatever it has written since.
        document["version"] = ".".join(map(str, bpy.app.version[:2]))
    return document


def set_written_here(is_so: bool) -> None:
    """Note whether this Blender has written the file of the open scene, or has only loaded it."""
    _written_here[0] = is_so


def saved_facts(path: str) -> SceneFacts:
    """Return the facts of a scene's file, read by another Blender of the same version; raises SceneError."""
    from farmsubmit.scenes import read_scene

    return read_scene(path, this_blender())


def this_blender() -> str:
    """Return the program that runs here; Blender as a Python module is none, so there it is the one on PATH."""
    import bpy

    return bpy.app.binary_path or "blender"


def _reader() -> ModuleType:
    from farmsubmit import files

    path = files.shipped("wrappers", "blenderfacts.py")
    known = sys.modules.get(_NAME)
    if known is not None and known.__file__ == str(path):
        return known
    spec = spec_from_file_location(_NAME, path)
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    sys.modules[_NAME] = module
    return module
