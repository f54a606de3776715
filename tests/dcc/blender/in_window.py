"""Runs in a Blender with a window, as an artist sits before it: ``-- FOLDER PYTHON``; what came of it: blender.json."""

from __future__ import annotations

import json
import os
import sys
import traceback
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List

import bpy

sys.path.append(str(Path(__file__).parent))
import scenes

folder, python = Path(sys.argv[-2]), sys.argv[-1]
told: Dict[str, Any] = {"beats": 0}
Condition = Callable[[], bool]


def artist() -> Iterator[Condition]:
    """Do one thing after the other, and yield what is waited for in between."""
    told["switched on"] = [*bpy.ops.preferences.addon_enable(module="farmsubmit_blender")]
    from farmsubmit_blender import dialog

    bpy.context.preferences.addons["farmsubmit_blender"].preferences.python = python
    scenes.make("nodes", str(folder))
    # Another file has another window.
    yield lambda: True
    hide_scene()
    set_last_frame(1)
    bpy.ops.wm.save_mainfile()
    # Blender takes a scene for unchanged one round after it was saved.
    yield lambda: not bpy.data.is_dirty
    told["clicked"] = [*bpy.ops.render.farmsubmit("INVOKE_DEFAULT")]
    yield lambda: is_seen("1")
    set_last_frame(9)
    told["clicked with changes"] = [*bpy.ops.render.farmsubmit("INVOKE_DEFAULT")]
    yield lambda: True
    press("RET")
    yield lambda: is_seen("1-9")
    set_last_frame(5)
    bpy.ops.wm.save_mainfile()
    bpy.ops.wm.open_mainfile(filepath=bpy.data.filepath)
    # A script does not wait until the windows have drawn the file.
    told["called at once"] = [*bpy.ops.render.farmsubmit(unsaved="SAVE")]
    (folder / "quiet").touch()
    told["beats"] = 0
    yield lambda: not dialog.is_open()
    (opened,) = dialog._opened
    told["exit code"], told["log"] = opened.process.exit_code, opened.facts.with_name("log.txt").read_text()


def hide_scene() -> None:
    """Show properties in place of the scene, which takes long to draw without a graphics card."""
    for area in bpy.context.screen.areas:
        if area.type == "VIEW_3D":
            area.type = "PROPERTIES"


def set_last_frame(number: int) -> None:
    bpy.context.scene.frame_end = number
    # A change by a script is none; one by hand is a step of undo.
    bpy.ops.ed.undo_push(message="Last frame")


def press(key: str) -> None:
    for value in ("PRESS", "RELEASE"):
        bpy.context.window.event_simulate(type=key, value=value, x=300, y=200)


def is_seen(frames: str) -> bool:
    """Tell whether the dialog shows these frames, or does nothing any more."""
    from farmsubmit_blender import dialog

    return (folder / f"seen {frames}").exists() or not dialog.is_open()


def beat() -> Any:
    """Go on where what was waited for has come; Blender's own clock calls this, as long as nothing holds it up."""
    told["beats"] += 1
    try:
        with bpy.context.temp_override(window=bpy.context.window_manager.windows[0]):
            if waiting[0]():
                waiting[0] = next(acts, None)
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    if waiting[0] is not None:
        return 0.05
    (folder / "blender.json").write_text(json.dumps(told))
    bpy.ops.wm.quit_blender()
    return None


acts = artist()
waiting: List[Any] = [lambda: True]
bpy.app.timers.register(beat, persistent=True)
