from typing import Any, Callable

class PropertyGroup: ...

class Operator:
    bl_idname: str
    bl_label: str
    bl_description: str
    layout: Any
    def report(self, type: set[str], message: str) -> None: ...

class Panel:
    bl_idname: str
    bl_label: str
    bl_space_type: str
    bl_region_type: str
    bl_context: str
    bl_options: set[str]
    layout: Any

class AddonPreferences:
    bl_idname: str
    layout: Any
    python: str

class Addon:
    preferences: AddonPreferences

class Area:
    type: str
    def tag_redraw(self) -> None: ...

class Screen:
    areas: list[Area]

class Window:
    screen: Screen

class WindowManager:
    windows: list[Window]
    def popup_menu(self, draw_func: Callable[[Any, Any], None], *, title: str = "", icon: str = "NONE") -> None: ...

class Scene:
    farmsubmit: Any

class TOPBAR_MT_render:
    @classmethod
    def append(cls, draw_func: Callable[[Any, Any], None]) -> None: ...
    @classmethod
    def remove(cls, draw_func: Callable[[Any, Any], None]) -> None: ...
