"""Read the statements of a .ma file into a MayaScene (seen in files of Maya 7.0 to 2027). Nothing of it is run."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Callable, Optional

from farmsubmit.errors import SceneError
from farmsubmit.scenes import shown
from farmsubmit.scenes.maya.scene import MayaScene, Node, Value
from farmsubmit.scenes.maya.statements import (
    BEFORE,
    REST,
    TEXT,
    WORD,
    Statements,
    all_words,
    count_quotes,
    plain,
    utf8_blocks,
    words,
)
from farmsubmit.scenes.maya.tables import ATTRIBUTES, CONNECTED

_VERSION = re.compile(rb"//Maya ASCII ([^\s]+)")
_NUMBER = re.compile(rb"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]{1,3})?")
_REST = re.compile(rb'[^;"]*(?:"[^"\\]*(?:\\.[^"\\]*)*"[^;"]*)*;', re.DOTALL)
_ENDS = frozenset(name.encode() for name in CONNECTED)
_SWITCHES = {b"on": 1.0, b"yes": 1.0, b"true": 1.0, b"off": 0.0, b"no": 0.0, b"false": 0.0}
Statement = re.Match[bytes]
# How many words follow a flag; for the others of the same command none.
_ONE = {
    "file": "rdi referenceDepthInfo ns namespace dr deferReference rfn referenceNode op options typ type rpr "
    "renamingPrefix shd sharedNodes",
    "createNode": "n name p parent",
    "requires": "nodeType dataType",
    "currentUnit": "l linear a angle t time",
}
_FLAGS_WITH_WORD = {command: frozenset(flags.split()) for command, flags in _ONE.items()}


def read_statements(path: Path) -> MayaScene:
    """Return what a .ma file holds; raises SceneError if it cannot be opened or read."""
    scene = MayaScene()
    try:
        with path.open("rb") as stream:
            found = _VERSION.match(stream.read(200).lstrip(b"\xef\xbb\xbf \t\r\n"))
            scene.version = found[1].decode("ascii", "replace") if found else ""
            stream.seek(0)
            _read(Statements(utf8_blocks(stream)), scene)
    except OSError as error:
        raise SceneError(f"{shown(path)} cannot be read: {error.strerror}") from None
    return scene


def _read(statements: Statements, scene: MayaScene) -> None:
    while True:
        node = statements.node()
        if node:
            _create(statements, scene, node[1].decode(), node[2].decode("utf-8", "replace"), node[3])
            continue
        statement = statements.next()
        if not statement:
            break
        _other(statement, statements, scene)
    if statements.broken:
        scene.warnings.append("the file ends in the middle of a statement; what follows is missing")
    if statements.too_long:
        scene.warnings.append(f"{statements.too_long} pieces of the file are longer than 1 MB and were not read whole")


def _other(statement: Statement, statements: Statements, scene: MayaScene) -> None:
    word = statement[WORD]
    if word == b"connectAttr":
        _connect(statement, scene)
    elif word == b"createNode":
        kind = (statement[BEFORE].split(None, 1) or [b""])[0].decode("utf-8", "replace")
        _create(statements, scene, kind, *_names(statement))
    elif word == b"setAttr":
        _set(statement, scene)
    elif word == b"select":
        _select(statement, statements, scene)
    elif word in _COMMANDS:
        _COMMANDS[word](statement, scene)


def _create(statements: Statements, scene: MayaScene, kind: str, name: str, parent: Optional[bytes]) -> None:
    if scene.wants(kind):
        _body(statements, scene, scene.create(kind, name, plain(parent) if parent else ""))
    else:
        scene.leave()
        statements.skip_body()


def _names(statement: Statement) -> tuple[str, bytes]:
    """Return the name and the parent of a createNode."""
    flags, _ = _flags(statement, "createNode")
    return flags.get("n", flags.get("name", "")), flags.get("p", flags.get("parent", "")).encode()


def _body(statements: Statements, scene: MayaScene, node: Node) -> None:
    """Store the attributes that stand indented below a createNode or select; those that nobody wants cost nothing."""
    simple = statements.simple_body()
    if simple is not None and _store_simple(simple, node):
        return
    body = statements.body() if simple is None else simple
    search = _wanted(node.kind).search
    found = search(body)
    inside, counted = False, 0
    while found:
        inside, counted = count_quotes(body, inside, counted, found.start())
        # The text of a script may look like a statement.
        end = found.start() + 1 if inside else _store(found, body, scene)
        if not end:
            statements.broken = True
            return
        found = search(body, end)


def _store_simple(body: bytes, node: Node) -> bool:
    """Store all values at once where each is a plain one, as in nearly all nodes; returns whether they were."""
    names = ATTRIBUTES[node.kind]
    for name, text, word in _wanted(node.kind).findall(body):
        short = names.get(name.decode())
        value = text.decode("utf-8", "replace") if text else _plain_value(word) if word else None
        if short is None or value is None:
            return False
        node.attributes[short] = value
    return True


def _store(found: re.Match[bytes], body: bytes, scene: MayaScene) -> int:
    """Store the value of an attribute that was found; returns where its statement ends, 0 if it does not."""
    name, text, word = found.groups()
    if text is not None:
        scene.store(name.decode(), text.decode("utf-8", "replace"))
        return found.end() - 1
    if word is not None:
        scene.store(name.decode(), _plain_value(word))
        return found.end() - 1
    rest = _REST.match(body, found.end())
    if rest:
        scene.store(name.decode(), _value(words(rest[0])))
    return rest.end() - 1 if rest else 0


@cache
def _wanted(kind: str) -> re.Pattern[bytes]:
    """Return what finds the next setAttr of an attribute that is read: its name and, where it is simple, its value."""
    index = r"(?:\[-?[0-9]+\])*"
    names = "|".join(name.replace(".", index + r"\.") + index for name in ATTRIBUTES[kind])
    value = r'[ \t]+-type[ \t]+"string"[ \t]+"([^"\\]*)"[ \t]*;|[ \t]+([^\s"\\;()-][^\s"\\;()]*)[ \t]*;'
    return re.compile(rf'[;\n][ \t]*setAttr\b[^";\n]*"\.({names})"(?:{value})?'.encode())


def _flags(statement: Statement, command: str) -> tuple[dict[str, str], list[str]]:
    """Return the flags of a statement with the word after each, and the other words."""
    flags: dict[str, str] = {}
    others: list[str] = []
    pending: Optional[str] = None
    for word, is_string in all_words(statement):
        text = plain(word)
        if pending is not None:
            flags[pending] = text
            pending = None
        elif not is_string and text.startswith("-"):
            flags[text[1:]] = ""
            pending = text[1:] if text[1:] in _FLAGS_WITH_WORD[command] else None
        else:
            others.append(text)
    return flags, others


def _set(statement: Statement, scene: MayaScene) -> None:
    """Store a value of a statement at the first column: files that were not written by Maya may have no indents."""
    name = statement[TEXT] or b""
    if scene.kind and name[:1] == b"." and statement[REST]:
        scene.store(name[1:].decode("utf-8", "replace"), _value(words(statement[REST])))


def _value(found: list[tuple[bytes, bool]]) -> Optional[Value]:
    """Return the value of a setAttr from the words after the attribute's name."""
    if found and not found[0][1] and found[0][0] in (b"-type", b"-typ") and len(found) > 1:
        kind = found[1][0]
        strings = [plain(word) for word, is_string in found[2:] if is_string]
        if kind == b"stringArray":
            return tuple(strings)
        # A long text is written as ( "…" + "…" ).
        return "".join(strings) if kind == b"string" and strings else None
    for word, is_string in found:
        if is_string or word[:1] == b"(":
            return None
        return _plain_value(word)
    return None


def _plain_value(word: bytes) -> Optional[float]:
    """Return the number of a word, 1 or 0 for a switch, None for anything else."""
    if word in _SWITCHES:
        return _SWITCHES[word]
    value = float(word) if len(word) < 64 and _NUMBER.fullmatch(word) else None
    # What is larger is no frame, no size and no choice, and JSON does not take it.
    return value if value is not None and abs(value) < 1e15 else None


def _select(statement: Statement, statements: Statements, scene: MayaScene) -> None:
    names = [plain(word) for word, is_string in all_words(statement) if is_string or word[:1] != b"-"]
    node = scene.select(names[-1] if names else "")
    if node:
        _body(statements, scene, node)
    else:
        statements.skip_body()


def _connect(statement: Statement, scene: MayaScene) -> None:
    """Keep a connection that matters; of the hundreds of thousands in a scene nearly none does."""
    target = (statement[REST] or b"").split(b'"', 2)
    if len(target) == 3 and (target[1].rpartition(b".")[2] in _ENDS or b":default" in target[1]):
        scene.connect(plain(statement[TEXT]), plain(target[1]))


def _file(statement: Statement, scene: MayaScene) -> None:
    """Note a ``file -r`` or ``file -rdi``: the path stands last, and the first kind says more about what is loaded.

    Maya writes ``-dr 1`` on every ``file -r``; only a reference that is switched off has it on ``file -rdi`` as well.
    """
    flags, others = _flags(statement, "file")
    if not others or not {"r", "reference", "rdi", "referenceDepthInfo"} & flags.keys():
        return
    get = flags.get
    deferred = get("dr", get("deferReference", "0")) in ("1", "on", "yes", "true")
    scene.refer(get("rfn", get("referenceNode", "")), others[-1], get("ns", get("namespace", "")), deferred)


def _requires(statement: Statement, scene: MayaScene) -> None:
    _, others = _flags(statement, "requires")
    if len(others) == 2 and others[0] != "maya":
        scene.plugins[others[0]] = others[1]
    elif len(others) == 2:
        scene.version = scene.version or others[1]


def _info(statement: Statement, scene: MayaScene) -> None:
    texts = [plain(word) for word, is_string in all_words(statement) if is_string]
    if len(texts) == 2:
        scene.info[texts[0]] = texts[1]


def _unit(statement: Statement, scene: MayaScene) -> None:
    flags, _ = _flags(statement, "currentUnit")
    scene.time_unit = flags.get("t", flags.get("time", scene.time_unit))


_COMMANDS: dict[bytes, Callable[[Statement, MayaScene], None]] = {
    b"file": _file,
    b"requires": _requires,
    b"fileInfo": _info,
    b"currentUnit": _unit,
}
