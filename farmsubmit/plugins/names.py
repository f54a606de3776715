"""The names in a file that does not load, so that whoever asks for one of them is told why it is not there."""

from __future__ import annotations

import ast
import re
from importlib.util import decode_source
from pathlib import Path
from typing import Iterator, Tuple, Union

_Definition = Union[ast.ClassDef, ast.FunctionDef]
_LINES = re.compile(r"^(?:class|def)\s+(\w+)|^@\w[\w.]*\(\s*['\"](\w+)['\"]", re.MULTILINE)


def names_in(path: Path) -> Tuple[str, ...]:
    """Return the classes and functions at the top of a file, and the names that decorators give them."""
    try:
        data = path.read_bytes()
    except OSError:
        return ()
    try:
        tree = ast.parse(decode_source(data))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        text = data.decode("latin-1")
        return tuple(dict.fromkeys(found[1] or found[2] for found in _LINES.finditer(text)))
    definitions = [node for node in tree.body if isinstance(node, (ast.ClassDef, ast.FunctionDef))]
    return tuple(dict.fromkeys(name for node in definitions for name in _names(node)))


def _names(node: _Definition) -> Iterator[str]:
    yield node.name
    for call in node.decorator_list:
        first = call.args[0] if isinstance(call, ast.Call) and call.args else None
        if isinstance(first, ast.Constant) and isinstance(first.value, str):
            yield first.value
