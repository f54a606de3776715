"""What an installation does to the user's files: a file, a few marked lines in one, or a folder. Each can be undone.

Nothing is written over what is not ours, and what is there already is not written again.
"""

from __future__ import annotations

import shutil
import stat
import tempfile
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Callable, List, NamedTuple

from farmsubmit import files
from farmsubmit.errors import FarmsubmitError

_BEGIN = "# farmsubmit begin: written by farmsubmit install, taken away by farmsubmit install --remove"
_END = "# farmsubmit end"


class Step(ABC):
    """One thing that an installation writes at ``path``; ``always`` means even where is_done() finds it there."""

    path: Path
    always = False

    @abstractmethod
    def told(self) -> List[str]:
        """Return in lines what is written where."""

    @abstractmethod
    def is_done(self) -> bool:
        """Tell whether it stands there as it would be written; raises FarmsubmitError where that cannot be read."""

    @abstractmethod
    def apply(self) -> None:
        """Write it; raises FarmsubmitError where something else is in its place, or it cannot be written."""

    @abstractmethod
    def remove(self) -> bool:
        """Take it away, and tell whether it was there; what is not ours stays. Raises FarmsubmitError."""


class WholeFile(Step):
    """A file of ours; ``is_ours`` tells by the text of one that is there whether it may be written over."""

    def __init__(self, path: Path, text: str, is_ours: Callable[[str], bool]) -> None:
        self.path = path
        self._text = text
        self._is_ours = is_ours

    def told(self) -> List[str]:
        """Return the path and the lines of the file."""
        return [f"write {self.path}:", *(f"    {line}" for line in self._text.splitlines())]

    def is_done(self) -> bool:
        """Tell whether the file has just this text."""
        return _read(self.path) == self._text.encode("utf-8")

    def apply(self) -> None:
        """Write the file and the folders above it."""
        before = _read(self.path)
        if before and not self._is_ours(before.decode("utf-8", "replace")):
            raise FarmsubmitError(f"{self.path} is not ours", "move it away, or set the variable instead")
        _write(self.path, self._text.encode("utf-8"))

    def remove(self) -> bool:
        """Remove the file where it is ours."""
        before = _read(self.path)
        if not before or not self._is_ours(before.decode("utf-8", "replace")):
            return False
        _unlink(self.path)
        return True


class Block(Step):
    """Marked lines at the end of a file that is the user's own; all else in it stays as it is, byte for byte."""

    def __init__(self, path: Path, lines: List[str]) -> None:
        self.path = path
        self._lines = [_BEGIN, *lines, _END]

    def told(self) -> List[str]:
        """Return the path and the lines."""
        return [f"add to {self.path}:", *(f"    {line}" for line in self._lines)]

    def is_done(self) -> bool:
        """Tell whether just these lines stand there."""
        return _split(_read(self.path), self.path).block == [line.encode("utf-8") for line in self._lines]

    def apply(self) -> None:
        """Put the lines where the old ones are, else at the end."""
        found = _split(_read(self.path), self.path)
        end = b"\r\n" if b"\r\n" in found.before else b"\n"
        before = found.before + (end if found.before and not found.before.endswith(b"\n") else b"")
        _write(self.path, before + b"".join(line.encode("utf-8") + end for line in self._lines) + found.after)

    def remove(self) -> bool:
        """Take the lines away; a file that then is empty goes too."""
        found = _split(_read(self.path), self.path)
        if not found.block:
            return False
        rest = found.before + found.after
        if rest:
            _write(self.path, rest)
        else:
            _unlink(self.path)
        return True


class _Parts(NamedTuple):
    before: bytes
    block: List[bytes]
    after: bytes


def _split(content: bytes, path: Path) -> _Parts:
    """Take a file apart around our lines; raises FarmsubmitError where one of the two marks is missing."""
    lines = content.splitlines(keepends=True)
    plain = [line.strip() for line in lines]
    begins = [place for place, line in enumerate(plain) if line == _BEGIN.encode()]
    ends = [place for place, line in enumerate(plain) if line == _END.encode()]
    if not begins and not ends:
        return _Parts(content, [], b"")
    if len(begins) != 1 or len(ends) != 1 or ends[0] < begins[0]:
        hint = f"leave one {_BEGIN[:18]!r} and one {_END!r} behind it, or neither"
        raise FarmsubmitError(f"{path}: the marks of farmsubmit's lines are broken", hint)
    first, last = begins[0], ends[0] + 1
    return _Parts(b"".join(lines[:first]), plain[first:last], b"".join(lines[last:]))


class Folder(Step):
    """A folder of ours: ``fill`` writes it, and a file called ``mark`` in it says that it is ours.

    It appears whole: it is written beside its place and then renamed. Where an older one is there, that is out of the
    way for the moment between two renames.
    """

    always = True

    def __init__(self, path: Path, fill: Callable[[Path], None], mark: str, what: str) -> None:
        self.path = path
        self._fill = fill
        self._mark = mark
        self._what = what

    def told(self) -> List[str]:
        """Return what is copied where."""
        return [f"copy {self._what} to {self.path}"]

    def is_done(self) -> bool:
        """Tell whether a folder of ours is there; its contents are not compared."""
        return (self.path / self._mark).is_file()

    def apply(self) -> None:
        """Write the folder anew, and put it into its place."""
        self._refuse_foreign()
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            made = Path(tempfile.mkdtemp(prefix=f".{self.path.name}.", dir=self.path.parent))
        except OSError as error:
            raise _cannot("write", self.path, error) from None
        try:
            made.chmod(0o755)
            self._fill(made)
            self._swap(made)
        except OSError as error:
            raise _cannot("write", self.path, error) from None
        finally:
            shutil.rmtree(made, ignore_errors=True)

    def remove(self) -> bool:
        """Remove the folder where it is ours."""
        if self.path.is_symlink() or not self.is_done():
            return False
        try:
            shutil.rmtree(self.path)
        except OSError as error:
            raise _cannot("remove", self.path, error) from None
        return True

    def _refuse_foreign(self) -> None:
        is_free = not self.path.is_symlink() and (not self.path.exists() or _is_empty(self.path))
        if not is_free and (self.path.is_symlink() or not self.is_done()):
            raise FarmsubmitError(f"{self.path} is there and is not ours", "name another folder, or move it away")

    def _swap(self, made: Path) -> None:
        old = made.with_name(made.name + ".old")
        is_there = self.path.exists()
        if is_there:
            self.path.rename(old)
        try:
            made.rename(self.path)
        except OSError:
            if is_there:
                old.rename(self.path)
            raise
        # What a running DCC has open stays; it is hidden beside the folder.
        shutil.rmtree(old, ignore_errors=True)


def _is_empty(path: Path) -> bool:
    return path.is_dir() and not any(path.iterdir())


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return b""
    except OSError as error:
        raise _cannot("read", path, error) from None


def _write(path: Path, content: bytes) -> None:
    # A link to the user's own collection of settings stays a link.
    real = path.resolve()
    try:
        real.parent.mkdir(parents=True, exist_ok=True)
        mode = stat.S_IMODE(real.stat().st_mode) if real.exists() else None
        files.write_atomic(real, content)
        if mode is not None:
            real.chmod(mode)
    except OSError as error:
        raise _cannot("write", path, error) from None


def _unlink(path: Path) -> None:
    try:
        path.unlink()
    except OSError as error:
        raise _cannot("remove", path, error) from None


def _cannot(what: str, path: Path, error: OSError) -> FarmsubmitError:
    return FarmsubmitError(f"cannot {what} {path}: {error.strerror or error}")
