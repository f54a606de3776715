"""What Blender tells when a scene is loaded or saved: the dialog shows it, and the facts know who wrote the file."""

from __future__ import annotations

from typing import Any

import bpy
from bpy.app.handlers import persistent

from . import dialog, scene


@persistent
def after_load(*_: Any) -> None:
    """Take in that another scene is open."""
    scene.set_written_here(False)
    dialog.hand_over_change()


@persistent
def after_save(*_: Any) -> None:
    """Take in that the scene's file is as new as the scene."""
    scene.set_written_here(True)
    dialog.hand_over_change()


def add_handlers() -> None:
    """Hear of every scene that is loaded or saved."""
    bpy.app.handlers.load_post.append(after_load)
    bpy.app.handlers.save_post.append(after_save)


def remove_handlers() -> None:
    """Hear of nothing any more; an open dialog stays open."""
    bpy.app.handlers.load_post.remove(after_load)
    bpy.app.handlers.save_post.remove(after_save)
