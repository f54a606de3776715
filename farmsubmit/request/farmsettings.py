"""What the farm settings of a Katana node say of its row: ``farmsubmit_frames``, ``_chunk`` and ``_service``.

They stand in the group ``farmSettings`` of Render, RenderScript and ImageWrite nodes; farmsubmit_katana adds them.
"""

from __future__ import annotations

from typing import Any, Dict

from farmsubmit.errors import FrameError, SceneError
from farmsubmit.lang.frames import FrameSet
from farmsubmit.scenes.facts import SceneFacts

#: What the names of the settings begin with; the rest is the field of a row.
PREFIX = "farmsubmit_"
FIELDS = ("frames", "chunk", "service")


def fields_of(facts: SceneFacts, node: str) -> Dict[str, Any]:
    """Return the fields of a row that its node sets, empty ones and a chunk of 0 left out.

    Raises SceneError that names the node for frames that are none.
    """
    found: Dict[str, Any] = {}
    for name, text in _told(facts, node).items():
        try:
            value = _READERS[name](text)
        except (FrameError, ValueError) as error:
            where = f"{facts.path}: the farm setting {PREFIX}{name} of {node} is {text!r}"
            raise SceneError(f"{where}: {error}", "change it in the node") from None
        if value:
            found[name] = value
    return found


def _told(facts: SceneFacts, node: str) -> Dict[str, str]:
    start = f"{node}.farmSettings.{PREFIX}"
    lines = [line for layer in facts.layers if layer.name == node for line in layer.overrides if line.startswith(start)]
    told = {name: value.strip() for name, _, value in (line[len(start) :].partition(" = ") for line in lines)}
    return {name: told[name] for name in FIELDS if told.get(name)}


def _chunk(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise ValueError("no whole number")
    return int(text)


_READERS: Dict[str, Any] = {"frames": FrameSet.parse, "chunk": _chunk, "service": str}
