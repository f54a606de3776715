"""Cut a .ma file into statements without holding it: blocks of bytes in, one statement after the other out.

A statement ends with ``;`` outside a string. A top-level statement starts at the first column, what belongs to a node
is indented; so a node that nobody wants is passed over by looking for the next line that is not (mesh data of hundreds
of MB costs little more than reading it). The scanner works on UTF-8 bytes, whatever the file is written in.
"""

from __future__ import annotations

import codecs
import re
from typing import IO, Iterable, Iterator, Optional

BLOCK = 1 << 20
# The longest statement that is taken apart, and how many words of one.
LIMIT = 1 << 20
WORDS = 100_000

_STRING = rb'"[^"\\]*(?:\\.[^"\\]*)*"'
# What stands between statements. It is passed on its own, and the first word of a statement is found in a lookahead, so
# that neither is tried in shorter forms again and again, which would take quadratic time.
_BETWEEN = re.compile(rb"[\s;]*(?://[^\n]*\n[\s;]*)*")
_STATEMENT = re.compile(
    rb'(?=(\w*))\1([^;"]*)(?:"([^"\\]*(?:\\.[^"\\]*)*)"([^;"]*(?:' + _STRING + rb'[^;"]*)*))?;', re.DOTALL
)
_NODE = re.compile(rb'\s*createNode (\w+)(?: -s)? -n "([^"\\]*)"(?: -p "([^"\\]*)")?;')
_SIMPLE_BODY = re.compile(rb'((?:\r?\n[ \t][^"\\\n]*(?:"[^"\\\n;]*"[^"\\\n]*)*)*)\r?\n(?=[^\s/])')
_TOP_LEVEL = re.compile(rb"\n(?=[^\s/])")
_ESCAPED = re.compile(rb"\\.", re.DOTALL)
_WORD = re.compile(rb'"([^"\\]*(?:\\.[^"\\]*)*)"|([^\s"()+,;{}]+)|([()])', re.DOTALL)
_CODESET = re.compile(rb"^//Codeset:[ \t]*([^\r\n]+)", re.MULTILINE)
_TEXT_ENCODING = re.compile(r"(?i)(utf|iso|shift|sjis|euc|gb|big5|koi8|windows|latin)[-_0-9a-z]*$")
_ESCAPES = {b"\\n": b"\n", b"\\t": b"\t", b"\\r": b"\r"}


def utf8_blocks(stream: IO[bytes]) -> Iterator[bytes]:
    """Yield the file in blocks of UTF-8.

    A file that is not UTF-8 is taken to be in its ``//Codeset:`` (1252, 936 for GBK, 932 for Shift-JIS …). It is
    decoded before it is cut, because the second byte of a character may look like a backslash.
    """
    decoder: Optional[codecs.IncrementalDecoder] = None
    codeset = b""
    decided = False
    if stream.read(3) != codecs.BOM_UTF8:
        stream.seek(0)
    for block in iter(lambda: stream.read(BLOCK), b""):
        codeset = codeset or _codeset(block)
        if not decided and not block.isascii():
            decided = True
            decoder = None if _is_utf8(block) else _decoder(codeset)
        yield decoder.decode(block).encode("utf-8", "replace") if decoder else block


def _codeset(block: bytes) -> bytes:
    found = _CODESET.search(block, 0, 4096)
    return found[1].strip() if found else b"1252"


def _is_utf8(block: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(block)
    except UnicodeDecodeError:
        return False
    return True


def _decoder(codeset: bytes) -> codecs.IncrementalDecoder:
    name = codeset.decode("ascii", "replace")
    # Only names of text encodings: Python has codecs of other kinds too.
    known = f"cp{name}" if name.isdigit() else name if _TEXT_ENCODING.match(name) else "cp1252"
    try:
        return codecs.getincrementaldecoder(known)("replace")
    except LookupError:
        return codecs.getincrementaldecoder("cp1252")("replace")


# The groups of a statement: its first word, what stands before its first string, that string, and the rest.
WORD, BEFORE, TEXT, REST = 1, 2, 3, 4


class Statements:
    """The statements of a file, from the top down; ``broken`` says that it ended within one."""

    def __init__(self, blocks: Iterable[bytes]) -> None:
        self._blocks = iter(blocks)
        self._buffer = b""
        self._at = 0
        self.broken = False
        self.too_long = 0

    def node(self) -> Optional[re.Match[bytes]]:
        """Return the next statement if it is a createNode as Maya writes most of them: type, name, parent or None."""
        found = _NODE.match(self._buffer, self._at)
        if found:
            self._at = found.end()
        return found

    def next(self) -> Optional[re.Match[bytes]]:
        """Return the next statement (its groups: WORD …), None at the end; one longer than LIMIT is passed over."""
        while True:
            between = _BETWEEN.match(self._buffer, self._at)
            self._at = between.end() if between else self._at
            in_comment = self._buffer.startswith(b"//", self._at)
            found = None if in_comment else _STATEMENT.match(self._buffer, self._at)
            if found:
                self._at = found.end()
                return found
            if len(self._buffer) - self._at > LIMIT:
                self.too_long += 1
                # All of it goes: to try again from the next line on would take quadratic time.
                self._skip(None, len(self._buffer) - 1)
            elif not self._grow():
                self.broken = self.broken or not _only_comments(self._buffer[self._at :])
                return None

    def simple_body(self) -> Optional[bytes]:
        """Go behind what is indented below the last statement and return it, if it is near and simple.

        Simple is what nearly all nodes have: nothing is escaped, and no string holds the end of a line or a statement.
        """
        found = _SIMPLE_BODY.match(self._buffer, self._at)
        if not found:
            return None
        self._at = found.end()
        return found[1]

    def skip_body(self) -> None:
        """Go to the next statement at the first column: what is indented belongs to a node that nobody wants."""
        if not self._short_body():
            self._skip(None)

    def body(self) -> bytes:
        """Go there too, and return what was passed, the ``;`` before it too, no more than LIMIT of it and a block."""
        start = self._at - 1
        if self._short_body():
            return self._buffer[start : self._at]
        pieces = [b";"]
        self._skip(pieces)
        self.too_long += sum(map(len, pieces)) > LIMIT
        return b"".join(pieces)

    def _short_body(self) -> bool:
        """Go there if it is near and nothing on the way is escaped: so it is with nearly all nodes."""
        found = _TOP_LEVEL.search(self._buffer, self._at)
        if not found:
            return False
        end = found.start()
        if self._buffer.count(b'"', self._at, end) & 1 or self._buffer.find(b"\\", self._at, end) >= 0:
            return False
        self._at = found.end()
        return True

    def _grow(self) -> bool:
        block = next(self._blocks, b"")
        self._buffer = self._buffer[self._at :] + block
        self._at = 0
        return bool(block)

    def _skip(self, pieces: Optional[list[bytes]], search: int = 0) -> None:
        """Go to the next line at the first column, from ``search`` on, that does not start within a string."""
        inside = False
        start = self._at
        search = max(search, start)
        while True:
            found = _TOP_LEVEL.search(self._buffer, search)
            # Without one, the last byte stays: it may end the line before.
            end = found.start() if found else len(self._buffer) - 1
            inside, start = count_quotes(self._buffer, inside, start, end)
            if found and inside:
                search = found.end()
                continue
            self._keep(pieces, found.end() if found else start)
            if found:
                return
            if not self._grow():
                self._keep(pieces, len(self._buffer))
                self.broken = self.broken or inside
                return
            start = search = 0

    def _keep(self, pieces: Optional[list[bytes]], end: int) -> None:
        if pieces is not None and sum(map(len, pieces)) <= LIMIT:
            pieces.append(self._buffer[self._at : end])
        self._at = end


def count_quotes(text: bytes, inside: bool, start: int, end: int) -> tuple[bool, int]:
    """Return whether a string is open at ``end``, and where to count on: an escape may go beyond it."""
    if end <= start:
        return inside, start
    if text.find(b"\\", start, end) < 0:
        return inside ^ bool(text.count(b'"', start, end) & 1), end
    region = text[start:end]
    if (len(region) - len(region.rstrip(b"\\"))) & 1:
        end, region = end - 1, region[:-1]
    return inside ^ bool(_ESCAPED.sub(b"", region).count(b'"') & 1), end


def _only_comments(rest: bytes) -> bool:
    return all(not line.strip() or line.lstrip().startswith(b"//") for line in rest[:LIMIT].split(b"\n"))


def words(text: bytes) -> list[tuple[bytes, bool]]:
    """Return the words of a piece of a statement, each with whether it was a string; escapes are still in it."""
    found: list[tuple[bytes, bool]] = []
    for match in _WORD.finditer(text):
        if len(found) == WORDS:
            break
        found.append((match[1], True) if match[1] is not None else (match[2] or match[3], False))
    return found


def all_words(statement: re.Match[bytes]) -> list[tuple[bytes, bool]]:
    """Return the words of a statement after its first one."""
    text = [] if statement[TEXT] is None else [(statement[TEXT], True)]
    return words(statement[BEFORE]) + text + words(statement[REST] or b"")


def plain(string: bytes) -> str:
    """Return the text of a string without its escapes; bytes that are no text become U+FFFD."""
    if b"\\" in string:
        string = _ESCAPED.sub(lambda found: _ESCAPES.get(found[0], found[0][1:]), string)
    return string.decode("utf-8", "replace")
