"""A person's Python file as a module of its own: a configuration file, or a plug-in."""

from __future__ import annotations

import re
import sys
from contextlib import contextmanager
from importlib.machinery import SourceFileLoader
from importlib.util import decode_source, module_from_spec, spec_from_file_location
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any, Callable, Iterator, Mapping, Optional, Tuple

#: When a file was changed, in nanoseconds, and how long it is; None for a file that is not there.
Stamp = Optional[Tuple[int, int]]


def stamp(path: Path) -> Stamp:
    """Return what changes when a file does."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def load_module(
    path: Path, prefix: str, attributes: Mapping[str, Any] = {}, seen: Callable[[str], Any] = len
) -> ModuleType:
    """Run a file and return its module, whose name is made of ``prefix`` and the path, in nobody's way.

    ``attributes`` are in the module before it runs; ``seen`` is called with the source text before that. No byte code
    is read or written. Raises whatever the file raises, and OSError, SyntaxError or ValueError where it is no Python.
    """
    name = _module_name(path, prefix)
    spec = spec_from_file_location(name, path, loader=_SourceLoader(name, str(path), seen))
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} cannot be loaded")
    module = module_from_spec(spec)
    vars(module).update(attributes)
    before = sys.modules.get(name)
    sys.modules[name] = module
    try:
        with no_bytecode():
            spec.loader.exec_module(module)
    except BaseException:
        _put_back(name, before)
        raise
    return module


class _SourceLoader(SourceFileLoader):
    """Compiles a file each time: a stale .pyc beside it, dated by the second, is not looked at."""

    def __init__(self, name: str, path: str, seen: Callable[[str], Any]) -> None:
        super().__init__(name, path)
        self._seen = seen

    def get_code(self, fullname: str) -> Optional[CodeType]:
        """Return the code of the file."""
        data = self.get_data(self.path)
        self._seen(decode_source(data))
        code: CodeType = self.source_to_code(data, self.path)
        return code


@contextmanager
def no_bytecode() -> Iterator[None]:
    """Write no .pyc while this is open: folders of a studio are shared, and often read-only."""
    before = sys.dont_write_bytecode
    sys.dont_write_bytecode = True
    try:
        yield
    finally:
        sys.dont_write_bytecode = before


def cause_of(error: BaseException, path: Path) -> str:
    """Return why a file does not load, in one line: ``ImportError: No module named 'x' (line 3)``."""
    kind = "ImportError" if isinstance(error, ImportError) else type(error).__name__
    text = error.msg if isinstance(error, SyntaxError) else str(error)
    lines = (text or "").strip().splitlines()
    return kind + (f": {lines[0][:300]}" if lines else "") + _place(error, path)


def _place(error: BaseException, path: Path) -> str:
    if isinstance(error, SyntaxError) and error.lineno:
        other = f"{error.filename}, " if error.filename and Path(error.filename) != path else ""
        return f" ({other}line {error.lineno})"
    line = None
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == str(path):
            line = trace.tb_lineno
        trace = trace.tb_next
    return f" (line {line})" if line else ""


def _module_name(path: Path, prefix: str) -> str:
    import hashlib

    digest = hashlib.sha256(str(path).encode("utf-8", "surrogateescape")).hexdigest()[:12]
    return f"{prefix}_{re.sub(r'[^A-Za-z0-9_]', '_', path.stem)}_{digest}"


def _put_back(name: str, before: Optional[ModuleType]) -> None:
    sys.modules.pop(name, None)
    if before is not None:
        sys.modules[name] = before
