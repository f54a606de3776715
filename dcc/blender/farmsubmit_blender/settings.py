"""The few settings of the panel, kept with each scene, and the preferences of the add-on."""

from __future__ import annotations

from typing import Any, Dict

import bpy
from bpy.props import BoolProperty, FloatProperty, IntProperty, StringProperty


class PanelSettings(bpy.types.PropertyGroup):
    """What the panel asks for; what is empty or off comes from the scene, then from farmsubmit's settings."""


class Preferences(bpy.types.AddonPreferences):
    """The preferences of the add-on: the Python outside of Blender."""

    bl_idname = __package__

    def draw(self, context: Any) -> None:
        """Draw the one field."""
        self.layout.prop(self, "python")
        self.layout.label(text="Empty: the first that has what is needed. The dialog needs a Qt, such as PySide6.")


# Blender reads properties from annotations, as values; those that are written in a class are texts here.
PanelSettings.__annotations__ = {
    "engine": StringProperty(
        name="Engine", description="Where the job goes, such as local: or folder:/path; empty: as the settings say"
    ),
    "frames": StringProperty(
        name="Frames", description="Such as 1001-1100x5,1200; empty: the frame range of the scene"
    ),
    "chunk": IntProperty(
        name="Chunk", description="How many frames one task renders; 0: as the settings say", min=0, default=0
    ),
    "own_priority": BoolProperty(name="Priority", description="Set a priority; off: as the settings say"),
    "priority": FloatProperty(name="Priority", description="Higher goes first", precision=1),
}
Preferences.__annotations__ = {
    "python": StringProperty(
        name="Python", description="The Python that runs the submitter outside of Blender", subtype="FILE_PATH"
    ),
}


def asked(panel: Any) -> Dict[str, Any]:
    """Return what the panel asks for, as farmsubmit.request_for takes it."""
    found: Dict[str, Any] = {"job": {"priority": round(panel.priority, 3)} if panel.own_priority else {}}
    if panel.frames.strip():
        found["frames"] = panel.frames.strip()
    if panel.chunk:
        found["chunk"] = panel.chunk
    return found


def python() -> str:
    """Return the Python of the preferences, empty for one that is found."""
    addon = bpy.context.preferences.addons.get(__package__)
    return str(addon.preferences.python).strip() if addon is not None and addon.preferences is not None else ""
