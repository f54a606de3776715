"""The stack machine of Nuke scripts: every node takes its inputs from a stack and puts itself on it.

``push`` and ``set N… [stack 0]`` move nodes about, a group has a stack of its own until its ``end_group``. Only nodes
that tell something are kept: what writes, reads or runs, and what an expression asks for. Source: scripts of Nuke 4 to
16 and the page "Nuke tcl commands" of Nuke's Tcl reference.
"""

from __future__ import annotations

import re
from typing import Callable, Dict, FrozenSet, List, Optional

from farmsubmit.scenes.nuke import code, values
from farmsubmit.scenes.nuke.classes import class_name, has_file, is_write
from farmsubmit.scenes.nuke.script import DEEPEST, Node, Script, Stream, merged
from farmsubmit.scenes.nuke.stack import NOTHING, Frame, Item
from farmsubmit.scenes.nuke.tokens import TCL_COMMANDS, Command, Knobs

MOST_NODES = 100_000
_GROUPS = frozenset(("Group", "Gizmo", "VariableGroup"))
# Heads of files and other commands that make no node.
_HARMLESS = frozenset(b"add_layer define_window_layout_xml dup exch knob_default load pop push roll unset".split())
_HINT = re.compile(rb'#write_info (\S+) file:"((?:[^"\\]|\\.)*)"')
_CLASS = re.compile(rb"[A-Za-z_][\w.:/-]*")


class Machine:
    """Takes the commands of a script one by one and fills ``script``.

    ``asked`` holds the names of nodes that expressions ask for, which are kept whatever they are.
    """

    def __init__(self, asked: FrozenSet[bytes]) -> None:
        self.script = Script()
        self._asked = asked
        self._frames = [Frame(None, -1, [])]
        self._variables: Dict[bytes, Item] = {}
        self._live: Optional[Command] = None
        self._unknown = 0
        self._numbers: Dict[str, int] = {}
        self._actions: Dict[bytes, Callable[[Command], None]] = {
            b"version": self._version,
            b"push": self._push,
            b"set": self._set,
            b"end_group": self._end_group,
            b"clone": self._clone,
            b"Root": self._root,
            b"add_format": self._format,
            b"addFormat": self._format,
        }

    def take(self, command: Command) -> None:
        """Do one command."""
        name = command.words[0] if command.words else b""
        if name.startswith(b"#"):
            self._hint(name)
            return
        if self._live is not None:
            self._open_live_group(command)
        action = self._actions.get(name)
        if action is not None:
            action(command)
        elif command.knobs is not None:
            self._node(command)
        elif len(command.words) == 1 and name[:1].isupper() and _CLASS.fullmatch(name):
            # A node with all its knobs at their defaults; alone it does not make a text a script of Nuke.
            self._node(command)
            return
        else:
            self._other(name, command)
            return
        self.script.commands += 1

    def finish(self) -> Script:
        """Return the script; what is wrong with it as a whole becomes a warning."""
        if self._unknown:
            self.script.warnings.append(f"{self._unknown} lines are no commands of a Nuke script and were passed over")
        return self.script

    def _other(self, name: bytes, command: Command) -> None:
        if name in _HARMLESS:
            self.script.commands += 1
        elif name in TCL_COMMANDS:
            code.add(self.script, "", "command", b" ".join(command.words))
        else:
            self._unknown += 1

    def _hint(self, line: bytes) -> None:
        found = _HINT.match(line)
        if found is not None and len(self.script.hints) < MOST_NODES:
            self.script.hints[values.decode(found[1])] = values.decode(found[2])

    def _version(self, command: Command) -> None:
        self.script.version = self.script.version or "".join(map(values.text, command.words[1:3]))

    def _format(self, command: Command) -> None:
        words = " ".join(map(values.text, command.words[1:]))
        name = words.split()[-1] if words.split() else ""
        self.script.formats[name] = words

    def _root(self, command: Command) -> None:
        knobs = command.knobs if command.knobs is not None else Knobs()
        if self.script.root is None:
            self.script.root = Node("Root", "Root", knobs, None)
        else:
            self.script.root.knobs.update(knobs)
        self._check(self.script.root, knobs)

    def _push(self, command: Command) -> None:
        name = command.words[1] if len(command.words) > 1 else b"0"
        self._check_words(command)
        self._frames[-1].stack.append(self._variables.get(name.lstrip(b"$"), NOTHING))

    def _set(self, command: Command) -> None:
        self._check_words(command)
        if len(command.words) != 3:
            return
        stack = self._frames[-1].stack
        item = stack[-1] if stack else NOTHING
        # Of most names nothing is known, and there may be a million of them.
        if item != NOTHING:
            self._variables[command.words[1]] = item
        else:
            self._variables.pop(command.words[1], None)

    def _check_words(self, command: Command) -> None:
        if command.words[-1].startswith(b"[") and not command.words[-1].startswith(b"[stack"):
            code.add(self.script, "", "command", b" ".join(command.words))

    def _node(self, command: Command) -> None:
        knobs = command.knobs if command.knobs is not None else Knobs()
        cls = class_name(command.words[0])
        inputs = self._frames[-1].pop(knobs)
        if cls == "Input":
            self._frames[-1].stack.append(self._frames[-1].inside(knobs))
            return
        if cls == "Output":
            self._frames[-1].output = merged(item.stream for item in inputs)
        node = self._made(cls, knobs)
        if cls in _GROUPS:
            self._open(node or self._new(cls, knobs), command.indent, inputs)
        elif cls == "LiveGroup":
            self._put(node, inputs)
            self._live = command
        else:
            self._put(node, inputs)

    def _made(self, cls: str, knobs: Knobs) -> Optional[Node]:
        """Return the node if it is to be kept, and look for code in it in any case."""
        kept = is_write(cls) or knobs.get(b"name") in self._asked or has_file(cls, knobs)
        if not kept and not code.suspect(knobs):
            return None
        node = self._new(cls, knobs)
        self._check(node, knobs)
        if not kept or len(self.script.nodes) >= MOST_NODES:
            self._limit(kept)
            return None
        self._keep(node)
        return node

    def _new(self, cls: str, knobs: Knobs) -> Node:
        group = self._frames[-1].group
        name = values.text(knobs.get(b"name", b""))
        node = Node(cls, name, knobs, group)
        if not name:
            node.name = self._free_name(node, cls)
        return node

    def _free_name(self, node: Node, like: str) -> str:
        """Return the name that Nuke would give: a class or name without its number, and the first that is free."""
        stem = like.rstrip("0123456789") or "Node"
        number = self._numbers.get(node.prefix + stem, 1)
        while f"{node.prefix}{stem}{number}" in self.script.names:
            number += 1
        self._numbers[node.prefix + stem] = number
        return f"{stem}{number}"

    def _keep(self, node: Node) -> None:
        if node.full in self.script.names:
            taken = node.full
            node.name = self._free_name(node, node.name)
            self._warn(f"more than one node is called {taken}; a later one is told as {node.full}")
        self.script.names[node.full] = node
        self.script.nodes.append(node)

    def _limit(self, kept: bool) -> None:
        if kept:
            self._warn(f"only the first {MOST_NODES:,} nodes that read or write are told")

    def _warn(self, sentence: str) -> None:
        if sentence not in self.script.warnings[-50:] and len(self.script.warnings) < 1000:
            self.script.warnings.append(sentence)

    def _check(self, node: Node, knobs: Knobs) -> None:
        code.look(self.script, node, knobs)
        if not knobs.whole:
            self._warn(f"the file ends inside {node.full}")

    def _put(self, node: Optional[Node], inputs: List[Item]) -> None:
        """Put a node on the stack: a Write passes on what flows in unless it reads its file back."""
        if node is None and len(inputs) == 1 and inputs[0].node is None:
            self._frames[-1].stack.append(inputs[0])
            return
        stream = merged(item.stream for item in inputs)
        if node is None:
            self._frames[-1].stack.append(Item(stream) if stream else NOTHING)
            return
        node.stream = stream
        if not is_write(node.cls):
            stream = Stream((stream,) if stream else (), node)
        elif values.switch(node.knobs.get(b"reading", b"false")) is not False:
            stream = Stream((), node)
        self._frames[-1].stack.append(Item(stream, node))

    def _open(self, group: Node, indent: int, inputs: List[Item]) -> None:
        if len(self._frames) == DEEPEST + 1:
            self._warn(f"groups stand more than {DEEPEST} deep in each other; names say only the first {DEEPEST}")
        self._frames.append(Frame(group, indent, inputs))

    def _open_live_group(self, following: Command) -> None:
        """Open a LiveGroup if what is in it follows: it is editable, or what follows is indented deeper."""
        live, self._live = self._live, None
        frame = self._frames[-1]
        if live is None or live.knobs is None or not frame.stack:
            return
        ends = following.words[:1] == [b"end_group"] and following.indent == live.indent > frame.indent
        editable = values.switch(live.knobs.get(b"modified", b"false")) is True
        if ends or editable or (following.knobs is not None and following.indent > live.indent):
            item = frame.stack.pop()
            group = item.node or self._new("LiveGroup", live.knobs)
            self._open(group, live.indent, [Item(group.stream)])

    def _end_group(self, _: Command) -> None:
        if len(self._frames) == 1:
            return
        closed = self._frames.pop()
        stream = closed.output
        if stream is None:
            stream = merged(item.stream for item in [*closed.stack[-1:], *closed.inputs])
        self._frames[-1].stack.append(Item(stream))

    def _clone(self, command: Command) -> None:
        """A clone shares class and knobs with its original, and its name unless it has its own."""
        name = command.words[1].lstrip(b"$") if len(command.words) > 1 else b""
        original = self._variables.get(name, NOTHING).node
        knobs = command.knobs if command.knobs is not None else Knobs()
        inputs = self._frames[-1].pop(knobs)
        if original is None:
            self._put(None, inputs)
            return
        shared = {key: value for key, value in original.knobs.items() if key != b"inputs"}
        copy = Node(original.cls, original.name, {**shared, **knobs}, self._frames[-1].group)
        copy.name = values.text(knobs.get(b"name", b"")) or original.name
        self._put(copy, inputs)
        if copy.full == original.full:
            original.copies += 1
            original.stream = merged([original.stream, copy.stream])
        else:
            self._keep(copy)
