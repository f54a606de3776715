"""What the render nodes of a Katana scene write, and which of them must be rendered before which.

Parameters of Render, RenderScript and ImageWrite, seen in files of Katana 1.6 to 4.5: ``outputs.locations``,
``.labels``, ``.types``, ``.enabledFlags`` (arrays ``i0``, ``i1``, …) hold what Katana last worked out, ``farmSettings``
what the farm is told. A node that was never edited stores few of them; what is not there has its default.
"""

from __future__ import annotations

import re
from typing import Iterator, NamedTuple, Optional

from farmsubmit.scenes.facts import FrameRange, Layer, Output
from farmsubmit.scenes.katana.files import file_path
from farmsubmit.scenes.katana.graph import Node
from farmsubmit.scenes.katana.values import Values
from farmsubmit.scenes.katana.walk import Above

_LOCATIONS = "outputs.locations."
_FARM = "farmSettings."
# The folder of one Katana session, gone with it: an output without a file of its own is written there.
_TEMPORARY = "katana_tmpdir"
_NUMBER = re.compile(r"(?<=[._])(\d{4,})(?=\.\w+$)")


class Place(NamedTuple):
    """One output of a render node: its label, file, type, and whether it is written."""

    label: str
    file: str
    file_type: str
    enabled: bool
    resolved: bool = True


def render_node(node: Node, above: Above, values: Values) -> list[Output]:
    """Return the outputs of a render node: the node itself, with its first file, and one more for each other file.

    The first has the node's name and, as ``kind``, its type; the others are ``node.label`` of kind ``images``.
    """
    places = [*_stored(node, values)] or [*_defined(above, values)]
    first = next((place for place in places if place.enabled), places[0] if places else Place("", "", "", True))
    enabled = not node.is_off and not values.is_on(node, _FARM + "excludeFromFarmOutputGeneration")
    frames = _frames(node, values)
    depends = tuple(render.name for render in above.renders)

    def output(name: str, kind: str, place: Place, written: bool) -> Output:
        return Output(
            name, kind, place.file, place.file_type, frames, written, depends=depends, resolved=place.resolved
        )

    outputs = [output(node.name, node.type, first, enabled)]
    for place in places:
        if place is not first:
            outputs.append(output(f"{node.name}.{place.label}", "images", place, enabled and place.enabled))
    return outputs


def farm_settings(node: Node, output: Output, values: Values) -> Layer:
    """Return a render node as a layer, whose overrides are all that its farm settings say."""
    told = tuple(f"{node.name}.{_FARM}{path} = {values.text(node, _FARM + path)}" for path, _ in node.starting(_FARM))
    return Layer(node.name, "render node", output.enabled, output.frames, told)


def warnings_of(node: Node, outputs: list[Output], values: Values) -> Iterator[str]:
    """Yield what the person who submits should know of a render node."""
    if values.is_on(node, _FARM + "excludeFromFarmOutputGeneration"):
        yield f"{node.name} is excluded from farm output"
    for output in outputs:
        if _TEMPORARY in output.file and output.enabled:
            yield f"{output.name} goes to the temporary folder of a Katana session: {output.file}"


def _stored(node: Node, values: Values) -> Iterator[Place]:
    for index, _ in node.starting(_LOCATIONS):
        path = _LOCATIONS + index
        label = values.text(node, f"outputs.labels.{index}") or values.text(node, f"outputs.allOutputNames.{index}")
        kind = values.text(node, f"outputs.types.{index}")
        yield _place(label or index, node, path, kind, values, _is_included(node, index, label, values))
    if node.type == "ImageWrite":
        yield from _written(node, values)


def _written(node: Node, values: Values) -> Iterator[Place]:
    """Yield what ImageWrite names as ``file``."""
    for path in node.parameters:
        if path == "file" or path.endswith(".file"):
            yield _place(path, node, path, "", values)


def _place(label: str, node: Node, path: str, kind: str, values: Values, enabled: bool = True) -> Place:
    """Return the output that a parameter names; where only Katana can tell the file, its text stands for it."""
    parameter = node.parameters[path]
    file = _pattern(file_path(values, node, path), values)
    text = parameter.expression or parameter.value.strip()
    return Place(label, file or text, kind, enabled, bool(file) or not text)


def _is_included(node: Node, index: str, label: str, values: Values) -> bool:
    included = values.text(node, f"outputs.included.{label}") if label else ""
    # "Default:Yes", "Explicit:Yes" or "No".
    return values.is_on(node, f"outputs.enabledFlags.{index}", True) and not included.endswith("No")


def _defined(above: Above, values: Values) -> Iterator[Place]:
    """Yield what RenderOutputDefine nodes above say, for a Render node that stores no outputs."""
    for node in above.settings:
        if node.type != "RenderOutputDefine":
            continue
        group = "args.renderSettings.outputs.outputName."
        path = f"{group}locationSettings.renderLocation.value"
        if path not in node.parameters:
            continue
        label = values.text(node, "outputName") or node.name
        kind = values.text(node, f"{group}rendererSettings.fileExtension.value")
        yield _place(label, node, path, kind, values)


def _pattern(file: str, values: Values) -> str:
    """Return a file with ``####`` for the frame, where Katana stored the name of the frame it stood at."""
    current = values.current_frame
    found = _NUMBER.search(file)
    if found is None or current is None or int(found.group()) != current:
        return file
    return file[: found.start()] + "#" * len(found.group()) + file[found.end() :]


def _frames(node: Node, values: Values) -> Optional[FrameRange]:
    if not values.is_on(node, _FARM + "setActiveFrameRange"):
        return None
    first = values.number(node, _FARM + "activeFrameRange.start")
    last = values.number(node, _FARM + "activeFrameRange.end")
    return FrameRange(first, last) if first is not None and last is not None else None
