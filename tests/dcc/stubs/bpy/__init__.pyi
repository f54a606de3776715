"""Of Blender's module what the add-on uses, and no more; source: Blender's Python API reference, 3.4 to 5.2."""

from typing import Any, Optional

from bpy import app as app
from bpy import props as props
from bpy import types as types
from bpy import utils as utils

class _Preferences:
    addons: dict[str, types.Addon]

class _Context:
    scene: Any
    window_manager: types.WindowManager
    preferences: _Preferences
    def temp_override(self, *, window: Optional[types.Window] = None) -> Any: ...

class _Data:
    filepath: str
    is_dirty: bool

class _WindowOperators:
    def save_as_mainfile(self, *, filepath: str, copy: bool = False, relative_remap: bool = True) -> set[str]: ...

class _Operators:
    wm: _WindowOperators

context: _Context
data: _Data
ops: _Operators
