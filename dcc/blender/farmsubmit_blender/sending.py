"""Submitting with the settings of the panel: the order goes to a process outside, and what becomes of it is told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Dict, Optional

import bpy

from . import child, programs, saving, scene, settings, status

_UNTIL_SENT, _LATER = 0.25, 2.0


def submit_now(unsaved: str = saving.REFUSE) -> None:
    """Send the open scene as the panel says; in the background it is sent when this returns.

    Raises FarmsubmitError where the scene cannot be submitted as it stands, or no Python is found to send with.
    """
    path = saving.submitted_file(unsaved)
    words = programs.command("send", settings.python())
    folder = child.new_folder()
    order, result = folder / "order.json", folder / "result.json"
    order.write_text(json.dumps(_order(path, unsaved)), "ascii")
    status.tell(f"Sending {Path(path).name} …")
    sender = child.Child([*words, str(order), str(result)], folder)
    child.look(_Following(sender, order, result))


def _order(path: str, unsaved: str) -> Dict[str, Any]:
    panel = bpy.context.scene.farmsubmit
    return {
        # What is not in the file is not rendered, so it must not shape the job either.
        "facts": None if unsaved == saving.AS_SAVED else scene.facts_document(path),
        "scene": path,
        "options": saving.options_of(path, unsaved),
        "blender": scene.this_blender(),
        "engine": panel.engine.strip(),
        "asked": settings.asked(panel),
        "follow": not bpy.app.background,
    }


class _Following:
    """Looks at what the sender has written until there will be no more."""

    def __init__(self, sender: child.Child, order: Path, result: Path) -> None:
        self._sender = sender
        self._order = order
        self._result = result

    def __call__(self) -> Optional[float]:
        ended = self._sender.exit_code is not None
        told = self._read()
        if told:
            status.tell(sentence(told))
        elif ended:
            status.tell(self._sender.last_line(), is_problem=True)
        if ended:
            return None
        if not told:
            return _UNTIL_SENT
        # This says that somebody still looks.
        self._order.touch()
        return _LATER

    def _read(self) -> Dict[str, Any]:
        try:
            told: Dict[str, Any] = json.loads(self._result.read_text("utf-8"))
        except FileNotFoundError:
            return {}
        return told


def sentence(told: Dict[str, Any]) -> str:
    """Return what the panel says of a job that was sent; ``counts`` are its tasks by their states."""
    if not told["state"]:
        return f"Job {told['jid']} is with {told['engine']}"
    done = told["counts"].get("done", 0) + told["counts"].get("skipped", 0)
    tasks = f"{done} of {sum(told['counts'].values())} tasks done"
    return f"Job {told['jid']} with {told['engine']} – {told['state']}, {tasks}"
