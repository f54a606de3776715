"""Scripts of Nuke into the fake and back, with the tokens that our own reader of scripts finds."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, List, Optional, Tuple

import nuke
from nukeknobs import CLASSES
from strict import refuse

from farmsubmit.scenes.nuke import values
from farmsubmit.scenes.nuke.tokens import Knobs, commands

_SKIPPED = (b"define_window_layout_xml", b"add_layer", b"add_format", b"addFormat")
_STATE = nuke._state


def load(path: Path) -> None:
    """Put a script in the place of the one that is open."""
    nuke._clear()
    _Loader(nuke.root()).read(path)
    nuke.root()._stored[b"name"] = b'"' + path.as_posix().encode() + b'"'
    _STATE.modified = False


class _Loader:
    def __init__(self, group: Any) -> None:
        self._levels: List[Tuple[Any, List[Optional[Any]]]] = [(group, [])]
        self._named: Dict[bytes, Optional[Any]] = {}

    def read(self, path: Path) -> None:
        with path.open("rb") as stream:
            for command in commands(stream):
                self._take(command.words, command.knobs if command.knobs is not None else Knobs())

    def _take(self, words: List[bytes], knobs: Knobs) -> None:
        name, stack = words[0], self._levels[-1][1]
        if name.startswith(b"#") or name in _SKIPPED or name == b"Gizmo":
            return
        if name == b"version":
            nuke.NUKE_VERSION_STRING = b"".join(words[1:3]).decode()
        elif name == b"push":
            stack.append(self._named.get(words[1].lstrip(b"$")))
        elif name == b"set":
            self._named[words[1]] = stack[-1] if stack else None
        elif name == b"end_group":
            self._end_group()
        elif name == b"Root":
            nuke.root()._take(knobs)
        elif name == b"clone":
            self._node("", knobs, self._named[words[1].lstrip(b"$")])
        else:
            self._node(name.decode(), knobs)

    def _end_group(self) -> None:
        """Close a group; the last one is the script itself, or the gizmo whose file this is."""
        if len(self._levels) > 1:
            group = self._levels.pop()[0]
            self._levels[-1][1].append(group)

    def _node(self, cls: str, knobs: Knobs, original: Any = None) -> None:
        group, stack = self._levels[-1]
        node = original._cloned(group, knobs) if original is not None else made(cls, group, knobs)
        count = _count(knobs, cls)
        taken = stack[max(len(stack) - count, 0) :] if count else []
        del stack[len(stack) - len(taken) :]
        node._inputs = list(reversed(taken))
        group._children.append(node)
        if cls == "Group" or (cls == "LiveGroup" and values.switch(knobs.get(b"modified", b"0"))):
            self._levels.append((node, []))
        else:
            stack.append(node)


def made(cls: str, group: Any, knobs: Knobs) -> Any:
    """Return a node of a class; of a gizmo with what its file holds."""
    gizmo = _STATE.gizmos / f"{cls}.gizmo" if _STATE.gizmos else None
    if cls not in CLASSES and (gizmo is None or not gizmo.is_file()):
        refuse(f"node of the class {cls}")
    kind = {"Group": nuke.Group, "Precomp": nuke.Precomp, "LiveGroup": nuke.LiveGroup}.get(cls)
    node = (kind or (nuke.Node if cls in CLASSES else nuke.Gizmo))(cls, group, knobs)
    if cls not in CLASSES:
        _Loader(node).read(gizmo)
    elif cls in ("Precomp", "LiveGroup") and not values.switch(knobs.get(b"modified", b"0")):
        inner = Path(values.text(knobs.get(b"file", b"")))
        if inner.is_file():
            _Loader(node).read(inner)
    return node


def _count(knobs: Knobs, cls: str) -> int:
    if cls in ("Input", "Read", "Constant"):
        return 0
    return sum(int(part) for part in knobs.get(b"inputs", b"1").split(b"+"))


def text() -> str:
    """Return the open script as Nuke would write it."""
    version = nuke.NUKE_VERSION_STRING.replace("v", " v")
    lines = [f"version {version}", "Root {", *_block(nuke.root()._stored), "}"]
    return "\n".join([*lines, *_lines_of(nuke.root())]) + "\n"


def _lines_of(group: Any) -> List[str]:
    lines: List[str] = []
    for node in group._children:
        for source in reversed(node._inputs):
            lines.append(f"push $N{id(source):x}" if source is not None else "push 0")
        head = f"clone $N{id(node._original):x}" if node._original is not None else node._cls
        lines += [f"{head} {{", f" inputs {len(node._inputs)}", *_block(node._stored), "}"]
        if node._cls == "Group" or (node._cls == "LiveGroup" and values.switch(node._stored.get(b"modified", b"0"))):
            lines += [*_lines_of(node), "end_group"]
        lines.append(f"set N{id(node):x} [stack 0]")
    return lines


def _block(stored: Knobs) -> List[str]:
    user = [f" addUserKnob {value.decode()}" for value in stored.user]
    return [*user, *(f" {name.decode()} {value.decode()}" for name, value in stored.items())]
