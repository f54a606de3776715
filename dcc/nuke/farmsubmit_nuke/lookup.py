"""Values of the open script: first as the reader of files has them, then as Nuke works them out.

Written after Foundry's reference of nuke.File_Knob and nuke.Array_Knob; not run in a Nuke.
"""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Iterator, Optional

import nuke

from farmsubmit.lang import tcl
from farmsubmit.scenes.nuke import values
from farmsubmit.scenes.nuke.lookup import Lookup
from farmsubmit.scenes.nuke.script import Node
from farmsubmit_nuke.graph import LiveScript

# Expressions that say something else on a farm than here, where Nuke has its interface.
_ONLY_HERE = re.compile(rb"\$gui|\bGUI\b|\bgui\b|\bINTERACTIVE\b|\binteractive\b|\bnuke\.env\b")
_WORKED_OUT = re.compile(r"[^\[\]$\"{}\\]+")


class LiveLookup(Lookup):
    """Answers as the reader does, and asks Nuke for what the reader must leave.

    Nuke's answer counts where it is the same on the first and the last frame and in every view, and where it does not
    depend on the interface. What is left is in ``unresolved``, as with the reader.
    """

    def __init__(self, script: LiveScript, path: Path) -> None:
        self._live = script.live
        root = nuke.root()
        self._ends = (root.firstFrame(), root.lastFrame())
        super().__init__(script.script, path)

    def path(self, node: Node, knob: str, raw: bytes) -> tuple[str, bool]:
        """Return the path in a knob, absolute and with ``####``, and whether all of it is known."""
        before = len(self.unresolved)
        found = super().path(node, knob, raw)
        told = None if found[1] else self._text(node, knob, raw)
        if told is None:
            return found
        del self.unresolved[before:]
        return super().path(node, knob, tcl.quote(told).encode("utf-8", "surrogateescape"))

    def number(self, node: Node, knob: str, default: Optional[float] = None) -> Optional[float]:
        """Return the number in a knob, the default if it is not stored, None (and a note) if nobody knows it."""
        before = len(self.unresolved)
        found = super().number(node, knob, default)
        told = self._number(node, knob) if len(self.unresolved) > before else None
        if told is None:
            return found
        del self.unresolved[before:]
        return told

    def switch(self, node: Node, knob: str) -> Optional[bool]:
        """Return whether a check box is set, false if it is not stored, None (and a note) if nobody knows."""
        before = len(self.unresolved)
        found = super().switch(node, knob)
        told = self._number(node, knob) if found is None else None
        if told is None:
            return found
        del self.unresolved[before:]
        return bool(told)

    def views(self, root: Node) -> tuple[str, ...]:
        """Return the names of the views."""
        return tuple(nuke.views())

    def current_frame(self, root: Node) -> float:
        """Return the frame that is shown."""
        return nuke.frame()

    def resolution(self, root: Node) -> tuple[int, int]:
        """Return width and height of the script's format."""
        size = nuke.root().format()
        return size.width(), size.height()

    def _project_folder(self) -> Optional[str]:
        before = len(self.unresolved)
        folder = super()._project_folder()
        if len(self.unresolved) == before or self._script.root is None:
            return folder
        told = self._text(self._script.root, "project_directory", self._script.root.knobs[b"project_directory"])
        if told is None:
            return None
        del self.unresolved[before:]
        return told

    def _text(self, node: Node, knob: str, raw: bytes) -> Optional[str]:
        live = self._knob_to_ask(node, knob, raw)
        if not isinstance(live, nuke.File_Knob):
            return None
        try:
            told = {str(live.getEvaluatedValue(context)) for context in self._contexts()}
        except Exception:
            # The text may run any code, which may raise anything; then Nuke does not know the path either.
            return None
        text = told.pop() if len(told) == 1 else ""
        return text if _WORKED_OUT.fullmatch(text) else None

    def _number(self, node: Node, knob: str) -> Optional[float]:
        live = self._knob_to_ask(node, knob, node.knobs.get(knob.encode(), b""))
        if not isinstance(live, nuke.Array_Knob):
            return None
        try:
            told = {float(live.getValueAt(frame)) for frame in self._ends}
        except Exception:
            # As above; an expression that fails has no value.
            return None
        number = told.pop() if len(told) == 1 else math.nan
        return values.number(repr(number).encode())

    def _knob_to_ask(self, node: Node, knob: str, raw: bytes) -> Optional[nuke.Knob]:
        live = self._live.get(node)
        return live.knob(knob) if live is not None and not _ONLY_HERE.search(raw) else None

    def _contexts(self) -> Iterator[nuke.OutputContext]:
        """Yield a context for each end of the range in each view."""
        for frame in self._ends:
            for view in nuke.views():
                context = nuke.OutputContext()
                context.setFrame(frame)
                context.setView(context.viewFromName(view))
                yield context
