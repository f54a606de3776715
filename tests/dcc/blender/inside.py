"""Runs in Blender and does what a user does: ``-- [local] [dialog] FOLDER PYTHON``; what it saw goes to told.json."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, Callable, Dict, List

import bpy

sys.path.append(str(Path(__file__).parent))
import addon_utils
import scenes
import strict_layout

NAME = "farmsubmit_blender"
SUBMIT, OPEN = bpy.ops.render.farmsubmit_now, bpy.ops.render.farmsubmit
folder, python = Path(sys.argv[-2]), sys.argv[-1]
told: Dict[str, Any] = {}


def remains() -> Dict[str, Any]:
    handlers = [*bpy.app.handlers.load_post, *bpy.app.handlers.save_post]
    return {
        "property": hasattr(bpy.types.Scene, "farmsubmit"),
        "classes": [name for name in dir(bpy.types) if "farmsubmit" in name.lower()],
        "entries": sum(1 for draw in bpy.types.TOPBAR_MT_render.draw._draw_funcs if "farmsubmit" in draw.__module__),
        "handlers": sum(1 for handler in handlers if "farmsubmit" in handler.__module__),
    }


def refused(action: Callable[[], Any]) -> str:
    try:
        action()
    except RuntimeError as error:
        return " ".join(str(error).split())
    return "not refused"


def submitted(url: str, **how: str) -> Any:
    """Submit to an engine as the panel says, and return what the panel shows then, or the refusal."""
    from farmsubmit_blender import status

    panel = bpy.context.scene.farmsubmit
    before, panel.engine = panel.engine, url
    said = refused(lambda: SUBMIT(**how))
    panel.engine = before
    return status.latest().text if said == "not refused" else said


def drawn(draw: Callable[[Any, Any], None]) -> List[Any]:
    found: List[Any] = []
    panel = type("Panel", (), {"layout": strict_layout.StrictLayout(found)})()
    draw(panel, bpy.context)
    return found


def coming_and_going() -> None:
    told["coming"], told["going"] = [], []
    for _ in range(2):
        assert addon_utils.enable(NAME, default_set=True) is not None
        told["coming"].append(remains())
        addon_utils.disable(NAME, default_set=True)
        told["going"].append(remains())
    assert addon_utils.enable(NAME, default_set=True) is not None
    told["loaded"] = [name for name in sys.modules if name.startswith(("farmsubmit.", "PySide", "qtpy"))]


def facts_of_all() -> None:
    from farmsubmit_blender import scene

    for name in scenes.SCENES:
        scenes.make(name, str(folder))
        (folder / f"{name}.live.json").write_text(json.dumps(scene.scene_facts().to_json()))


def refusals() -> None:
    from farmsubmit_blender import saving

    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    told["no_file"] = refused(SUBMIT)
    scenes.make("plain", str(folder / "shots"))
    bpy.context.scene.farmsubmit.frames = "1-"
    told["bad_frames"] = refused(SUBMIT)
    bpy.context.scene.farmsubmit.frames = ""
    # In the background nobody can tell whether there are changes.
    counted, saving.has_changes = saving.has_changes, lambda: True
    told["unsaved"] = refused(SUBMIT)
    saving.has_changes = counted
    told["unknown_engine"] = submitted("floder:/out")
    told["problem"] = drawn(bpy.types.RENDER_PT_farmsubmit.draw)[-1]


def submissions() -> None:
    from farmsubmit_blender import headless

    panel = bpy.context.scene.farmsubmit
    panel.frames, panel.chunk, panel.own_priority, panel.priority = "1-2", 2, True, 7.5
    told["panel"] = submitted(f"folder:{folder}/panel")
    ticket = headless.submit(f"folder:{folder}/headless", frames="1-2", chunk=2, job={"priority": 7.5})
    told["headless"] = ticket.engine
    if "local" in sys.argv:
        told["local"] = submitted("local:")
    told["drawn"] = drawn(bpy.types.RENDER_PT_farmsubmit.draw)
    told["menu"] = drawn(sys.modules[f"{NAME}.menu"].draw_entries)


def unsaved_changes() -> None:
    panel = bpy.context.scene.farmsubmit
    panel.frames, panel.chunk, bpy.context.scene.frame_end = "", 0, 3
    for choice in ("COPY", "AS_SAVED", "SAVE") if "local" in sys.argv else ("COPY", "SAVE"):
        submitted(f"folder:{folder}/{choice.lower()}", unsaved=choice)
    told["path"] = bpy.data.filepath


def dialogs() -> None:
    from farmsubmit_blender import dialog

    preferences = bpy.context.preferences.addons[NAME].preferences
    dialog.EARLY = 0.6
    broken = folder / "broken python"
    broken.write_text("#!/bin/sh\necho first\necho 'the last word' >&2\nexit 3\n")
    broken.chmod(0o755)
    for name, path in (("early_death", str(broken)), ("no_python", "/no/python")):
        preferences.python = path
        told[name] = refused(OPEN)
    preferences.python = python
    if "dialog" in sys.argv:
        one_dialog(dialog)


def one_dialog(dialog: Any) -> None:
    OPEN()
    (opened,) = dialog._opened
    told["is_open"], told["handed_over"] = dialog.is_open(), [_last_frame(opened)]
    bpy.context.scene.frame_end = 44
    bpy.ops.wm.save_mainfile()
    told["handed_over"].append(_last_frame(opened))
    bpy.context.scene.frame_end = 45
    OPEN()
    told["handed_over"].append(_last_frame(opened))
    told["one_dialog"] = dialog._opened == [opened]
    opened.process._process.kill()
    opened.process._process.wait()


def _last_frame(opened: Any) -> int:
    last: int = json.loads(opened.facts.read_text())["frames"]["last"]
    return last


for step in (coming_and_going, facts_of_all, refusals, submissions, unsaved_changes, dialogs):
    step()
(folder / "told.json").write_text(json.dumps(told))
