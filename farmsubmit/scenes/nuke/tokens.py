"""The commands of a Nuke script, read from a stream in pieces: memory stays flat whatever the file holds.

A script is Tcl: one command a line, mostly ``Class {knob value …}``. Of the block of a node each knob is one
pair; where lines break and how they are indented means nothing. Nothing is evaluated. Source: scripts of Nuke 4 to 16,
and the Tcl(n) manual page for words, braces and escapes.
"""

from __future__ import annotations

import re
from typing import BinaryIO, Dict, Iterator, List, NamedTuple, Optional, Tuple

from farmsubmit.scenes.nuke.window import LONGEST, Window

# Bytes kept of all knobs of one node, and user knobs kept of it.
_HEAVIEST = 1 << 20
_MOST_USER_KNOBS = 1000

# The value of a knob: bare, quoted, or in braces that hold braces at most one level deep.
_VALUE = (
    rb'(?:[^\s{}"\\]+(?:\\.[^\s{}"\\]*)*|"[^"\\]*(?:\\.[^"\\]*)*"'
    rb"|\{[^{}\\]*(?:\{[^{}\\]*\}[^{}\\]*){0,1000}\})"
)
_NAME = rb'[^\s{}"\\]+'
_KNOB = re.compile(rb"\s*(?:(" + _NAME + rb")[ \t]+(" + _VALUE + rb")(?=[\s}])|\})", re.DOTALL)
_ALL_KNOBS = re.compile(rb"\s*(" + _NAME + rb")[ \t]+(" + _VALUE + rb")(?=[\s}]|\Z)", re.DOTALL)
# The commands that make up nearly all of a script, after what stands between commands: a line of plain words, or a
# node all of whose knobs are plain.
_USUAL = re.compile(
    rb"([\s;]*)(?:([a-z_]+)(?: ([\w.$]+)(?: (\[stack 0\]))?)?\r?(?=\n)"
    rb"|([A-Za-z_][\w.]*)[ \t]+\{((?:\s*" + _NAME + rb"[ \t]+" + _VALUE + rb"(?=[\s}])){0,200}\s*)\})",
    re.DOTALL,
)
_HEAD = re.compile(rb"([A-Za-z_][\w.]*)[ \t]+(?=\{)")
_GAP = re.compile(rb"(?:[\s;]|\\\r?\n)*")
_BLANKS = re.compile(rb"(?:[ \t\r\f\v]|\\\r?\n)*")
_SPACE = re.compile(rb"\s*")
_LINE = re.compile(rb"[^\n]*")
_BARE = re.compile(rb"(?:[^\s;\[\\]|\[[^\[\]\n]*\]|\\.|\[)+", re.DOTALL)
_BARE_IN_BLOCK = re.compile(rb"(?:[^\s{}\\]|\\.|\{[^\s{}\\]*\})+", re.DOTALL)
# A pair of braces that holds pairs at most two levels deep, or a brace alone, or an escape; a lone backslash is an
# escape that the end of the text cuts.
_PAIR = rb"\{[^{}\\]*(?:\{[^{}\\]*(?:\{[^{}\\]*\}[^{}\\]*){0,1000}\}[^{}\\]*){0,1000}\}"
_BRACE = re.compile(_PAIR + rb"|[{}]|\\.|\\", re.DOTALL)
_IN_QUOTES = re.compile(rb'[^"\\]*(?:\\.[^"\\]*){0,1000}', re.DOTALL)

# Commands whose argument in braces is no list of knobs.
TCL_COMMANDS = frozenset(
    b"add_layer addFormat add_format define_window_layout_xml end_group exec eval for foreach if knob_default load "
    b"namespace proc push pop py pyexec python python3 set source unset version while".split()
)


class Knobs(Dict[bytes, bytes]):
    """The knobs of one node: name → the value as it is written, with its quotes or braces.

    ``user`` holds what the node says of the knobs that a person added; ``whole`` is false if the file ended inside.
    """

    user: Tuple[bytes, ...] = ()
    whole = True
    _weight = 0

    def take(self, name: bytes, value: bytes) -> None:
        """Keep a knob, as far as a node has room for it."""
        self._weight += len(name) + len(value)
        if self._weight > _HEAVIEST:
            return
        if name == b"addUserKnob":
            if len(self.user) < _MOST_USER_KNOBS:
                self.user += (value,)
        else:
            self[name] = value


class Command(NamedTuple):
    """A command: its words as they are written, the knobs of a node (None for anything else), and its indentation."""

    words: List[bytes]
    knobs: Optional[Knobs]
    indent: int


def commands(stream: BinaryIO) -> Iterator[Command]:
    """Yield the commands of a script; a comment is a command of one word that starts with ``#``."""
    window = Window(stream)
    window.fill()
    if window.text.startswith(b"\xef\xbb\xbf"):
        window.position = 3
    while True:
        window.ensure()
        usual = _USUAL.match(window.text, window.position)
        command = _usual(usual) if usual is not None else None
        if usual is not None and command is not None:
            window.position = usual.end()
        else:
            command = _unusual(window)
        if command is None:
            return
        yield command


def _usual(found: re.Match[bytes]) -> Optional[Command]:
    """Return the command that _USUAL found, None if it must be read word by word."""
    gap, word, second, third, cls, block = found.groups()
    indent = len(gap) - gap.rfind(b"\n") - 1
    if word is not None:
        words = [word] if second is None else [word, second] if third is None else [word, second, third]
        return Command(words, None, indent)
    if cls in TCL_COMMANDS or b"addUserKnob" in block:
        return None
    return Command([cls], Knobs(_ALL_KNOBS.findall(block)), indent)


def _unusual(window: Window) -> Optional[Command]:
    """Return the next command, whatever it is; None at the end of the file."""
    gap = window.run(_GAP)
    first = window.next()
    if not first:
        return None
    indent = len(gap) - gap.rfind(b"\n") - 1
    if first == b"#":
        return Command([window.run(_LINE)], None, indent)
    head = _HEAD.match(window.text, window.position)
    if head is not None and head[1] not in TCL_COMMANDS:
        window.position = head.end()
        return Command([head[1]], _block(window), indent)
    return _any_command(window, indent)


def _any_command(window: Window, indent: int) -> Command:
    words: List[bytes] = []
    while True:
        window.ensure()
        window.run(_BLANKS)
        first = window.next()
        if first in b"\n;":
            return Command(words, None, indent)
        if first == b"{" and _is_node(words):
            return Command(words, _block(window), indent)
        word = _word(window, first, _BARE)
        if len(words) < 100:
            words.append(word)


def _is_node(words: List[bytes]) -> bool:
    return bool(words) and words[0] not in TCL_COMMANDS


def _block(window: Window) -> Knobs:
    """Read the knobs of a node, from its opening brace to the closing one."""
    knobs = Knobs()
    window.position += 1
    match, take = _KNOB.match, knobs.take
    while True:
        window.ensure()
        found = match(window.text, window.position)
        if found is not None:
            window.position = found.end()
            if found.lastindex is None:
                return knobs
            take(found[1], found[2])
        elif not _unusual_knob(window, knobs):
            return knobs


def _unusual_knob(window: Window, knobs: Knobs) -> bool:
    """Read a knob that _KNOB does not see whole, or the end of the block; false at the end."""
    window.run(_SPACE)
    first = window.next()
    if first in b"}":
        knobs.whole = bool(first)
        window.position += len(first)
        return False
    name = _word(window, first, _BARE_IN_BLOCK).strip(b'"')
    window.run(_BLANKS)
    first = window.next()
    # A knob without a value must not take the next knob's name for it.
    value = b"" if first in b"\n}" else _word(window, first, _BARE_IN_BLOCK)
    knobs.take(name, value)
    return True


def _word(window: Window, first: bytes, bare: re.Pattern[bytes]) -> bytes:
    if first == b"{":
        return _braced(window)
    if first == b'"':
        return _quoted(window)
    return window.run(bare) or window.byte()


def _braced(window: Window) -> bytes:
    """Take a word in braces with all that is in it, keeping its beginning."""
    parts: List[bytes] = []
    size, depth = 0, 0
    while True:
        position, depth = _match_braces(window.text, window.position, depth)
        if size < LONGEST:
            parts.append(window.text[window.position : min(position, window.position + LONGEST)])
            size += position - window.position
        window.position = position
        if depth == 0 or window.ended:
            return b"".join(parts)
        window.fill()


def _match_braces(text: bytes, position: int, depth: int) -> Tuple[int, int]:
    """Return where the braces close and depth 0, or how far the text goes and how deep it is there."""
    for found in _BRACE.finditer(text, position):
        brace = found[0]
        if brace == b"\\":
            return found.start(), depth
        if brace == b"{":
            depth += 1
        elif brace == b"}":
            depth -= 1
        if depth == 0:
            return found.end(), 0
    return len(text), depth


def _quoted(window: Window) -> bytes:
    """Take a word in quotes, keeping its beginning."""
    parts = [window.byte()]
    size = 1
    while True:
        taken = window.run(_IN_QUOTES)
        following = window.next()
        taken += window.pair() if following == b"\\" else window.byte()
        if size < LONGEST:
            parts.append(taken)
            size += len(taken)
        if following in b'"':
            return b"".join(parts)
