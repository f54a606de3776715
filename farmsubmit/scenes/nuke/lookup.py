"""What the values of a script are; of paths by graph scope variables, then Tcl, then frame pattern and directory."""

from __future__ import annotations

import os
import re
from functools import partial
from pathlib import Path
from typing import Dict, List, Optional, Tuple

from farmsubmit.scenes.facts import Unresolved, Variable
from farmsubmit.scenes.nuke import gsv, paths, tcl, values
from farmsubmit.scenes.nuke.script import Node, Script, prefix
from farmsubmit.scenes.nuke.tclcommands import RefusedError

# What Nuke writes for "the folder of the script" in the project settings: known without running it.
_SCRIPT_FOLDER = "[python {nuke.script_directory()}]"
_DEFAULTS = {"first_frame": "1", "last_frame": "100", "fps": "24"}
_MOST_RELATIVE_NAMED = 5
_FORMAT = re.compile(r"(\d{1,6}) (\d{1,6})\b")


class Lookup:
    """Answers what a value of a script is; what only Nuke could answer is noted in ``unresolved``."""

    def __init__(self, script: Script, path: Path) -> None:
        self._script = script
        self._path = path.as_posix()
        self.unresolved: List[Unresolved] = []
        self.variables = gsv.variables(script.root.knobs.get(b"gsv", b"")) if script.root is not None else ()
        self._values = {variable.name: variable.value for variable in self.variables}
        self._scopes: Dict[str, Dict[str, str]] = {}
        self._relative: List[str] = []
        self._folder = self._project_folder()

    def path(self, node: Node, knob: str, raw: bytes) -> Tuple[str, bool]:
        """Return the path in a knob, absolute and with ``####``, and whether all of it is known."""
        text = values.text(raw).strip()
        worked_out, known = self._worked_out(node, text) if not values.is_expression(raw) else (text, False)
        if not known:
            self.leave(node, knob, text)
            return text, False
        found = paths.absolute(paths.with_hashes(worked_out), self._folder)
        if found and not paths.is_absolute(found):
            self._relative.append(f"{node.full}.{knob}")
        return found, True

    def leave(self, node: Node, knob: str, text: str) -> None:
        """Note a value that only Nuke can work out."""
        self.unresolved.append(Unresolved(node.full, knob, text))

    def number(self, node: Node, knob: str, default: Optional[float] = None) -> Optional[float]:
        """Return the number in a knob, the default if it is not stored, None (and a note) if it is no plain number."""
        raw = node.knobs.get(knob.encode())
        if raw is None:
            return default
        found = values.number(raw)
        if found is None:
            self.leave(node, knob, values.text(raw))
        return found

    def switch(self, node: Node, knob: str) -> Optional[bool]:
        """Return whether a check box is set, false if it is not stored, None (and a note) for an expression."""
        raw = node.knobs.get(knob.encode(), b"false")
        found = values.switch(raw)
        if found is None:
            self.leave(node, knob, values.text(raw))
        return found

    def views(self, root: Node) -> Tuple[str, ...]:
        """Return the names of the views, each of which stands in a line with its colour; there always is ``main``."""
        raw = root.knobs.get(b"views")
        if raw is None:
            return ("main",)
        text = values.text(raw).strip()
        lines = values.words(text) if text.startswith("{") else text.splitlines()
        return tuple(line.split()[0] for line in lines if line.split()) or ("main",)

    def current_frame(self, root: Node) -> Optional[float]:
        """Return the frame that is shown, None where that is not stored."""
        return self.number(root, "frame")

    def resolution(self, root: Node) -> Optional[Tuple[int, int]]:
        """Return width and height of the format, which is stored as ``w h x y r t aspect name`` or by name alone."""
        raw = root.knobs.get(b"format")
        if raw is None:
            return None
        text = values.text(raw).strip()
        size = _FORMAT.match(text) or _FORMAT.match(self._script.formats.get(text, ""))
        if size is None:
            self.leave(root, "format", text)
            return None
        return int(size[1]), int(size[2])

    def warnings(self) -> List[str]:
        """Return what is to be said of all paths together."""
        if not self._relative:
            return []
        named = ", ".join(self._relative[:_MOST_RELATIVE_NAMED])
        more = len(self._relative) - _MOST_RELATIVE_NAMED
        named += f" and {more} more" if more > 0 else ""
        return [f"relative paths, and no project directory is known: Nuke starts from its working folder: {named}"]

    def _project_folder(self) -> Optional[str]:
        root = self._script.root
        raw = root.knobs.get(b"project_directory", b"") if root is not None else b""
        if root is None or not raw:
            return None
        if values.text(raw).strip() == _SCRIPT_FOLDER:
            return self._path.rpartition("/")[0] or "/"
        text = values.text(raw).strip()
        folder, known = self._worked_out(root, text)
        if not known:
            self.leave(root, "project_directory", text)
            return None
        return folder if paths.is_absolute(folder) else None

    def _worked_out(self, node: Node, text: str) -> Tuple[str, bool]:
        """Return a text with variables and Tcl worked out, in Nuke's order, and whether that could be done."""
        filled, known = gsv.expanded(text, lambda name: self._variable(node, name))
        if not known:
            return text, False
        if not tcl.needs_tcl(filled):
            return filled, True
        context = tcl.Context(partial(self._knob, node), os.environ.get)
        try:
            return tcl.substitute(filled, context), True
        except RefusedError:
            return text, False

    def _variable(self, node: Node, name: str) -> Optional[str]:
        """Return a graph scope variable as the innermost group around a node has it."""
        group = node.group
        while group is not None:
            if b"gsv" in group.knobs:
                scope = self._scopes.get(group.full)
                if scope is None:
                    scope = _by_name(gsv.variables(group.knobs[b"gsv"]))
                    self._scopes[group.full] = scope
                if name in scope:
                    return scope[name]
            group = group.group
        return self._values.get(name)

    def _knob(self, node: Node, name: str, context: tcl.Context) -> Optional[str]:
        """Return the value of a knob as ``value`` gives it to an expression on a node; None is unknown."""
        place, _, knob = name.rpartition(".")
        if knob == "name" and place == "root":
            return self._path
        owner = self._owner(node, place)
        if owner is None:
            return None
        raw = owner.knobs.get(knob.encode())
        if raw is None:
            return owner.name if knob == "name" else _DEFAULTS.get(knob) if owner is self._script.root else None
        if values.is_expression(raw):
            return None
        text = values.text(raw)
        return context.substitute(text, partial(self._knob, owner)) if tcl.needs_tcl(text) else text

    def _owner(self, node: Node, place: str) -> Optional[Node]:
        """Return the node that an expression on ``node`` means: itself, ``parent``, ``root``, a neighbour, or below."""
        scope: Optional[Node] = node.group
        parts = place.split(".") if place else []
        if parts[:1] == ["this"] or not parts:
            return self._below(node, parts[1:])
        if parts[0] == "root":
            return self._below(self._script.root, parts[1:], "")
        while parts and parts[0] == "parent":
            if scope is None:
                return self._script.root if len(parts) == 1 else None
            if len(parts) == 1:
                return scope
            scope, parts = scope.group, parts[1:]
        return self._script.names.get(prefix(scope) + ".".join(parts))

    def _below(self, node: Optional[Node], parts: List[str], start: Optional[str] = None) -> Optional[Node]:
        if not parts or node is None:
            return node
        return self._script.names.get((f"{node.full}." if start is None else start) + ".".join(parts))


def _by_name(variables: Tuple[Variable, ...]) -> Dict[str, str]:
    return {variable.name: variable.value for variable in variables}
