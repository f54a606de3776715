"""What a person can do: open the dialog, or submit as the panel says. Both ask what is to become of unsaved changes."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Callable, Set

import bpy
from bpy.props import EnumProperty

from . import saving, status

_log = logging.getLogger("farmsubmit.blender")
_DONE, _CANCELLED = {"FINISHED"}, {"CANCELLED"}


class _Submitting:
    """What both operators share; Blender takes its property from here."""

    if TYPE_CHECKING:
        unsaved: str
        layout: Any

        def report(self, kind: Set[str], text: str) -> None: ...

    def invoke(self, context: Any, event: Any) -> Any:
        """Ask about unsaved changes where there are any."""
        if saving.has_changes() and bpy.data.filepath:
            self.unsaved = saving.SAVE
            return context.window_manager.invoke_props_dialog(self, width=420)
        return self.execute(context)

    def draw(self, context: Any) -> None:
        """Draw the question."""
        self.layout.label(text="The scene has changes that are not in its file.", icon="QUESTION")
        row = self.layout.row()
        for choice in (saving.SAVE, saving.COPY, saving.AS_SAVED):
            row.prop_enum(self, "unsaved", choice)

    def execute(self, context: Any) -> Set[str]:
        """Do it."""
        raise NotImplementedError

    def guarded(self, action: Callable[[str], None]) -> Set[str]:
        """Run an action; whatever goes wrong becomes one sentence of Blender's own kind."""
        try:
            action(self.unsaved)
        except Exception as error:
            status.tell("")
            self.report({"ERROR"}, _sentence(error))
            return _CANCELLED
        told = status.latest()
        # In the background the end is known by now, and a script wants an exception.
        if told.is_problem and bpy.app.background:
            self.report({"ERROR"}, told.text)
            return _CANCELLED
        if told.text:
            self.report({"INFO"}, told.text)
        return _DONE


_Submitting.__annotations__ = {
    "unsaved": EnumProperty(name="Unsaved changes", items=saving.CHOICES, default=saving.REFUSE, options={"SKIP_SAVE"}),
}


class OpenSubmitter(_Submitting, bpy.types.Operator):
    """Opens the dialog on the open scene."""

    bl_idname = "render.farmsubmit"
    bl_label = "Submit to Farm…"
    bl_description = "Open the submitter on this scene, to look at its job and to send it to the render farm"

    def execute(self, context: Any) -> Set[str]:
        """Open the dialog."""
        from . import dialog

        return self.guarded(dialog.show)


class SubmitNow(_Submitting, bpy.types.Operator):
    """Submits the open scene as the panel says."""

    bl_idname = "render.farmsubmit_now"
    bl_label = "Submit to Farm Now"
    bl_description = "Submit this scene to the render farm with the settings of the Output properties"

    def execute(self, context: Any) -> Set[str]:
        """Send the job."""
        from . import sending

        return self.guarded(sending.submit_now)


def _sentence(error: Exception) -> str:
    # By its name: without the core its classes cannot be imported.
    if any(base.__name__ == "FarmsubmitError" for base in type(error).__mro__) or isinstance(error, RuntimeError):
        return str(error)
    _log.error("not handled", exc_info=error)
    return f"something went wrong here ({type(error).__name__}: {error}); the console says more"
