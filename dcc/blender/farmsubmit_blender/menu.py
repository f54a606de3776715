"""The entries in the Render menu, the panel in the Output properties, and the coming and going of both."""

from __future__ import annotations

from typing import Any

import bpy
from bpy.props import PointerProperty

from . import child, operators, settings, status, watching


class FarmPanel(bpy.types.Panel):
    """Submits the scene to the render farm, in the Output properties."""

    bl_idname = "RENDER_PT_farmsubmit"
    bl_label = "Render Farm"
    bl_space_type = "PROPERTIES"
    bl_region_type = "WINDOW"
    bl_context = "output"
    bl_options = {"DEFAULT_CLOSED"}  # noqa: RUF012  # Blender reads it from the class

    def draw(self, context: Any) -> None:
        """Draw the fields, the two buttons and the state of the last submission."""
        layout, panel = self.layout, context.scene.farmsubmit
        layout.use_property_split = True
        layout.use_property_decorate = False
        column = layout.column()
        for name in ("engine", "frames", "chunk"):
            column.prop(panel, name)
        row = column.row(heading="Priority")
        row.prop(panel, "own_priority", text="")
        value = row.row()
        value.active = panel.own_priority
        value.prop(panel, "priority", text="")
        buttons = layout.row()
        buttons.operator(operators.OpenSubmitter.bl_idname, text="Open Submitter…")
        buttons.operator(operators.SubmitNow.bl_idname, text="Submit")
        _draw_status(layout)


def _draw_status(layout: Any) -> None:
    told = status.latest()
    if told.text:
        layout.label(text=told.text, icon="ERROR" if told.is_problem else "INFO")


def draw_entries(menu: Any, context: Any) -> None:
    """Draw the entries of the Render menu."""
    layout = menu.layout
    layout.separator()
    layout.operator(operators.OpenSubmitter.bl_idname, icon="RENDER_ANIMATION")
    layout.operator(operators.SubmitNow.bl_idname)


_CLASSES = (
    settings.PanelSettings,
    settings.Preferences,
    operators.OpenSubmitter,
    operators.SubmitNow,
    FarmPanel,
)


def register() -> None:
    """Add everything to Blender's interface."""
    for one in _CLASSES:
        bpy.utils.register_class(one)
    bpy.types.Scene.farmsubmit = PointerProperty(type=settings.PanelSettings)
    bpy.types.TOPBAR_MT_render.append(draw_entries)
    watching.add_handlers()


def unregister() -> None:
    """Take everything away again; a dialog that is open and jobs that were sent go on."""
    watching.remove_handlers()
    child.stop_looking()
    bpy.types.TOPBAR_MT_render.remove(draw_entries)
    del bpy.types.Scene.farmsubmit
    for one in reversed(_CLASSES):
        bpy.utils.unregister_class(one)
