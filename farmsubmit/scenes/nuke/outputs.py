"""The outputs of a Nuke script: every node that writes, with its range, its views, and the writes it waits for."""

from __future__ import annotations

from dataclasses import replace
from typing import List, Optional, Tuple

from farmsubmit.scenes.facts import FrameRange, NeededFile, Output
from farmsubmit.scenes.nuke import paths, values
from farmsubmit.scenes.nuke.classes import MANAGED_WRITES, is_write, writes_images
from farmsubmit.scenes.nuke.lookup import Lookup
from farmsubmit.scenes.nuke.script import Node, Script
from farmsubmit.scenes.nuke.waits import Waits, in_circles

_PLAIN_WRITES = frozenset(("Write", "DeepWrite", "WriteGeo", "GenerateLUT", "SmartVector"))


class Outputs:
    """Makes the outputs of a script; ``warnings`` says what a person should know of them."""

    def __init__(self, script: Script, lookup: Lookup, frames: Optional[FrameRange], views: Tuple[str, ...]) -> None:
        self._script = script
        self._lookup = lookup
        self._frames = frames
        self._views = views
        self._proxy = script.root is not None and lookup.switch(script.root, "proxy") is True
        self.warnings: List[str] = []

    def all(self, needed: Tuple[NeededFile, ...]) -> Tuple[Output, ...]:
        """Return the outputs in the order of the script, each with the names of those it waits for.

        ``needed`` are the files that nodes of the script read: who reads what another writes waits for it.
        """
        writes = {node.full: node for node in self._script.nodes if is_write(node.cls)}
        outputs = {name: self._output(node) for name, node in writes.items()}
        if self._proxy and outputs:
            self.warnings.append("proxy mode is on in the script: it renders in proxy size, to the proxy paths")
        waits = Waits(writes, outputs, needed)
        made = tuple(replace(output, depends=waits.of(writes[name])) for name, output in outputs.items())
        circle = in_circles(made)
        if circle:
            self.warnings.append("these wait for each other, so none can be first: " + ", ".join(circle))
        return made

    def _output(self, node: Node) -> Output:
        file, known = self._file(node)
        written_type = values.text(node.knobs.get(b"file_type", b"")).strip()
        movie = paths.is_movie(file, written_type)
        output = Output(
            name=node.full,
            kind=("movie" if movie else "images") if writes_images(node.cls) else node.cls,
            file=file,
            file_type=written_type or (paths.file_type(file) if known else ""),
            frames=self._range(node),
            enabled=self._lookup.switch(node, "disable") is not True,
            order=self._lookup.number(node, "render_order", 1),
            views=self._written_views(node),
            resolved=known,
        )
        self._look_at(node, output)
        return output

    def _file(self, node: Node) -> Tuple[str, bool]:
        knob = "proxy" if self._proxy and values.text(node.knobs.get(b"proxy", b"")) else "file"
        raw = node.knobs.get(knob.encode(), b"")
        if values.text(raw).strip() and node.cls not in MANAGED_WRITES:
            return self._lookup.path(node, knob, raw)
        if node.cls in _PLAIN_WRITES:
            return "", True
        # The path of a gizmo that writes is made by what is inside it.
        shown = values.text(raw or node.knobs.get(b"cached_path", b""))
        self._lookup.leave(node, "file", shown or f"made by {node.cls}")
        return shown, False

    def _range(self, node: Node) -> Optional[FrameRange]:
        """Return the frames that a write renders: its own where it is limited to them, else those of the script."""
        limited = self._lookup.switch(node, "use_limit")
        if not limited:
            return self._frames if limited is False else None
        first, last = self._lookup.number(node, "first", 1), self._lookup.number(node, "last", 1)
        if first is None or last is None:
            return None
        stored = b"first" in node.knobs and b"last" in node.knobs
        if not stored:
            self.warnings.append(f"{node.full} is limited to a range that is not wholly stored; what is missing is 1")
        return FrameRange(first, last, source="stored" if stored else "default")

    def _written_views(self, node: Node) -> Tuple[str, ...]:
        raw = node.knobs.get(b"views")
        if raw is None:
            return self._views
        text = values.text(raw)
        if text.lstrip().startswith("{"):
            self._lookup.leave(node, "views", text)
            return self._views
        return tuple(text.split())

    def _look_at(self, node: Node, output: Output) -> None:
        hint = self._script.hints.get(node.full)
        if not output.resolved and hint:
            self.warnings.append(f"{node.full} wrote to {hint} when the script was last saved; this may be out of date")
        if output.resolved and not output.file and output.enabled:
            self.warnings.append(f"{node.full} has no file to write to")
        if node.copies:
            self.warnings.append(f"{node.full} has {node.copies} clones in its group, which write the same file")
        if node.knobs.get(b"frame_mode", b"expression") != b"expression" or node.knobs.get(b"frame", b"{}") != b"{}":
            self.warnings.append(f"{node.full} numbers its files otherwise than the frames it renders")
        if output.resolved and output.kind == "images" and output.file and self._writes_over(output):
            self.warnings.append(f"{output.name} writes all of its frames to one file: {output.file}")

    @staticmethod
    def _writes_over(output: Output) -> bool:
        many = output.frames is not None and output.frames.last > output.frames.first
        return many and "#" not in output.file
