r"""Tcl words: quote, join, split, and the words of a script; the only file that knows braces and backslashes.

Only quoting is Tcl here: ``$name`` and ``[command]`` stay as they are, nothing is ever evaluated.
Source of the rules: the Tcl(n) manual page, checked against a real Tcl by the tests.
"""

from __future__ import annotations

import re
from typing import Dict, List, Sequence, Tuple

from farmsubmit.errors import TclError

BRACED, QUOTED, BARE = "braced", "quoted", "bare"

# What forbids plain braces around a text: a brace (maybe unbalanced), a backslash (maybe the last), NUL, and a
# carriage return, which reading the file would turn into a newline.
_DELICATE = re.compile(r"[{}\\\0\r]")
_BRACES = re.compile(r"[{}]|\\.", re.DOTALL)
# The next brace or escape, past everything that holds none and past whole pairs with nothing delicate inside.
_NEXT_BRACE = re.compile(r"[^{}\\]*(?:\{[^{}\\]*\}[^{}\\]*)*([{}]|\\.)", re.DOTALL)
_LIST_BLANKS = re.compile(r"[ \t\n\v\f\r]*")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
# What comes next in a script, after blanks: a bare word (1), the inside of simple braces (2), or any other character
# (3), which opens or ends something.
_NEXT = re.compile(
    r"(?:[ \t\v\f\r]|\\\n)*"
    r'(?:([^ \t\n\v\f\r;\\{}"#](?:[^ \t\n\v\f\r;\\]|\\.)*)|\{([^{}\\]*)\}(?=[ \t\n\v\f\r;]|\Z)|(.)|\Z)',
    re.DOTALL,
)
_START = re.compile(r"[ \t\n\v\f\r;]*")
_BARE_REST = re.compile(r"(?:[^ \t\n\v\f\r;\\]|\\.)*", re.DOTALL)
_BARE_LIST = re.compile(r"(?:[^ \t\n\v\f\r\\]|\\(?:\n[ \t]*|.|\Z))+", re.DOTALL)
_COMMENT = re.compile(r"#(?:[^\n\\]|\\.|\\\Z)*", re.DOTALL)
_ESCAPE = re.compile(r"\\(?:\n[ \t]*|x[0-9a-fA-F]{1,2}|u[0-9a-fA-F]{1,4}|U[0-9a-fA-F]{1,8}|[0-7]{1,3}|.|\Z)", re.DOTALL)
_CONTINUATION = re.compile(r"(?<!\\)((?:\\\\)*)\\\n[ \t]*")
_CONTROLS = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_WRITTEN = {ord(char): "\\" + char for char in '\\{}[]$";# '}
_WRITTEN.update({ord(char): "\\" + name for name, char in _CONTROLS.items() if name not in "ab"})


#: A word of a script: how it was quoted, and where its content starts and ends in the text.
Word = Tuple[str, int, int]


def quote(text: str) -> str:
    r"""Return the text as one Tcl word, safe at any depth of braces.

    Plain braces where they are exact, else backslashes: ``a b`` → ``{a b}``, ``a{b`` → ``a\{b``, "" → ``{}``.
    Raises TclError for a NUL character, which Tcl text cannot carry.
    """
    if not _DELICATE.search(text) or _braces_are_exact(text):
        return "{" + text + "}"
    if "\0" in text:
        raise TclError("a NUL character cannot be sent", text, text.index("\0"))
    return text.translate(_WRITTEN)


def join(words: Sequence[str]) -> str:
    """Return the words as the content of a Tcl list, each in braces: ``["a", "b c"]`` → ``{a} {b c}``.

    Raises TypeError for an item that is not a string.
    """
    if not words:
        return ""
    if _DELICATE.search("".join(words)):
        return " ".join(map(quote, words))
    return "{" + "} {".join(words) + "}"


def quote_list(words: Sequence[str]) -> str:
    """Return the words as one Tcl word that holds a list: ``["a", "b c"]`` → ``{{a} {b c}}``, [] → ``{}``."""
    if words and not _DELICATE.search("".join(words)):
        return "{{" + "} {".join(words) + "}}"
    return quote(join(words))


def split(text: str) -> List[str]:
    """Return the words of a Tcl list; the opposite of join.

    Raises TclError for an unclosed brace or quote, or for text glued to a closing one.
    """
    if not _DELICATE.search(text) and '"' not in text:
        return text.split()
    if text.startswith("{") and text.endswith("}") and "\\" not in text:
        words = text[1:-1].split("} {")
        if text.count("{") == text.count("}") == len(words):
            return words
    return [_list_content(text, word) for word in _list_words(text)]


def content(text: str, word: Word) -> str:
    """Return what a word of a script means: braces change only continued lines, the rest loses its backslashes."""
    kind, start, end = word
    raw = text[start:end]
    if "\\" not in raw:
        return raw
    if kind == BRACED:
        return _CONTINUATION.sub(r"\1 ", raw)
    return _ESCAPE.sub(_unescape, raw)


class Script:
    """A job script, read command by command without copying it.

    Every brace of a block is matched once, so reading is linear however deep the blocks are.
    """

    def __init__(self, text: str, source: str = "") -> None:
        self.text = text
        self.source = source
        self._closes: Dict[int, int] = {}

    def error(self, problem: str, position: int, hint: str = "") -> TclError:
        """Return (not raise) the error for a mistake at this place."""
        return TclError(problem, self.text, position, hint, self.source)

    def command(self, position: int, end: int) -> Tuple[List[Word], int]:
        """Return the words of the next command in text[position:end] and where to go on; no words at the end."""
        text, closes, following = self.text, self._closes, _NEXT.match
        words: List[Word] = []
        position = _START.match(text, position, end).end()  # type: ignore[union-attr]  # it matches anything
        while position < end:
            found = following(text, position, end)
            what = found.lastindex if found is not None else None
            if found is None or what is None:
                break
            start, position = found.span(what)
            if what == 1:
                words.append((BARE, start, position))
            elif what == 2:
                words.append((BRACED, start, position))
                position += 1
            elif start in closes:
                position = closes[start] + 1
                words.append((BRACED, start + 1, position - 1))
                self._check_glue(position, end)
            elif text[start] in "\n;":
                if words:
                    return words, position
            elif text[start] == "#" and not words:
                comment = _COMMENT.match(text, start, end)
                position = comment.end() if comment else end
            else:
                words.append(self._word(start, end))
                kind, _, position = words[-1]
                position += kind != BARE
        return words, end

    def _word(self, start: int, end: int) -> Word:
        """Return the word at start, which is quoted, starts in an unusual way, or is the first of its braces."""
        text = self.text
        char = text[start]
        if char == "{":
            close = self._match(start)
            self._check_glue(close + 1, end)
            return BRACED, start + 1, close
        if char == '"':
            quoted = _QUOTED.match(text, start, end)
            if quoted is None:
                raise self.error("the quote that opens here is never closed", start)
            self._check_glue(quoted.end(), end)
            return QUOTED, start + 1, quoted.end() - 1
        if char == "}":
            raise self.error("a '}' without its '{'", start)
        rest = _BARE_REST.match(text, start + (char == "#"), end)
        if rest is None or rest.end() == start:
            raise self.error("a backslash at the very end", start)
        return BARE, start, rest.end()

    def _check_glue(self, position: int, end: int) -> None:
        if (
            position < end
            and self.text[position] not in " \t\n\v\f\r;"
            and self.text[position : position + 2] != "\\\n"
        ):
            raise self.error("text glued to a closing brace or quote", position, "put a blank between them")

    def _match(self, start: int) -> int:
        """Match the brace at start and all inside it, but for pairs so simple that _NEXT sees them whole."""
        text, closes = self.text, self._closes
        open_braces = [start]
        found = _NEXT_BRACE.match(text, start + 1)
        while found is not None:
            position = found.start(1)
            brace = text[position]
            if brace == "{":
                open_braces.append(position)
            elif brace == "}":
                closes[open_braces.pop()] = position
                if not open_braces:
                    return position
            found = _NEXT_BRACE.match(text, found.end())
        suspect = _suspect(text, start)
        hint = f"by its indentation, line {text.count(chr(10), 0, suspect) + 1} misses its '}}'" if suspect else ""
        raise self.error("the brace that opens here is never closed", open_braces[-1], hint)


def _suspect(text: str, start: int) -> int:
    """Return the brace that a person forgot to close, going by indentation, or 0."""
    open_braces: List[int] = []
    for found in _BRACES.finditer(text, start):
        position = found.start()
        if text[position] == "{":
            open_braces.append(position)
        elif text[position] == "}" and open_braces:
            opened = open_braces.pop()
            starts_line = not text[text.rfind("\n", 0, position) + 1 : position].strip()
            if starts_line and _indent(text, position) < _indent(text, opened):
                return opened
    return 0


def _indent(text: str, position: int) -> int:
    line = text[text.rfind("\n", 0, position) + 1 : position + 1].expandtabs()
    return len(line) - len(line.lstrip())


def _braces_are_exact(text: str) -> bool:
    if "\r" in text or "\0" in text:
        return False
    depth = 0
    for found in _BRACES.finditer(text):
        char = found.group()
        if char == "\\\n":
            return False
        depth += {"{": 1, "}": -1}.get(char, 0)
        if depth < 0:
            return False
    if depth:
        return False
    backslashes = len(text) - len(text.rstrip("\\"))
    return backslashes % 2 == 0


def _list_content(text: str, word: Word) -> str:
    kind, start, end = word
    raw = text[start:end]
    return raw if kind == BRACED else _ESCAPE.sub(_unescape, raw)


def _list_words(text: str) -> List[Word]:
    words: List[Word] = []
    position = 0
    while True:
        position = _LIST_BLANKS.match(text, position).end()  # type: ignore[union-attr]  # matches anything
        if position >= len(text):
            return words
        word = _list_word(text, position)
        words.append(word)
        kind, _, end = word
        position = end + (kind != BARE)
        if kind != BARE and position < len(text) and not text[position].isspace():
            raise TclError("text glued to a closing brace or quote", text, position, "put a blank between them")


def _list_word(text: str, position: int) -> Word:
    if text[position] == "{":
        return BRACED, position + 1, _closing_brace(text, position)
    if text[position] == '"':
        quoted = _QUOTED.match(text, position)
        if quoted is None:
            raise TclError("the quote that opens here is never closed", text, position)
        return QUOTED, position + 1, quoted.end() - 1
    bare = _BARE_LIST.match(text, position)
    return BARE, position, bare.end() if bare else len(text)


def _closing_brace(text: str, start: int) -> int:
    depth = 0
    for found in _BRACES.finditer(text, start):
        char = found.group()
        if char == "{":
            depth += 1
        elif char == "}":
            depth -= 1
            if not depth:
                return found.start()
    raise TclError("the brace that opens here is never closed", text, start)


def _unescape(found: re.Match[str]) -> str:
    body = found.group()[1:]
    if not body:
        return "\\"
    if body[0] == "\n":
        return " "
    if len(body) > 1 and body[0] in "xuU":
        number = int(body[1:], 16)
        return chr(number) if number < 0x110000 else "\ufffd"
    if body[0] in "01234567":
        return chr(int(body, 8) & 0xFF)
    return _CONTROLS.get(body, body)
