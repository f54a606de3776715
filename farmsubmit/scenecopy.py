"""A dated copy of a scene, so that work on it can go on while the farm renders what was submitted.

The copy stands beside its scene, because what a scene names by relative paths must still be found:
``shot.ma`` → ``shot.farm-20261121-114500.ma``. A copy with the same content that is there already is used again.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Iterator, NamedTuple, Optional, Tuple

from farmsubmit import files
from farmsubmit.errors import SceneError

if TYPE_CHECKING:
    from datetime import datetime

_BLOCK = 1 << 20
_NAME = re.compile(r"(?P<stem>.+)\.farm-\d{8}-\d{6}(-\d+)?(?P<suffix>\.[^.]*)?\Z")


class SceneCopy(NamedTuple):
    """A copy of a scene: its path, the SHA-256 digest of its content, and whether it was there before."""

    path: Path
    sha256: str
    was_there: bool


def copy_scene(scene: Path, moment: datetime, folder: str = "") -> SceneCopy:
    """Return the copy of a scene, which is made where there is none of the same content.

    ``moment`` is the local time in the name, ``folder`` where copies stand (default: beside the scene; a scene with
    relative paths may not find its files from elsewhere). A copy of a copy is named after the scene. A scene that is
    saved while it is copied is copied once more. Raises SceneError where it cannot be read or copied, or goes on
    changing.
    """
    home = Path(folder).expanduser() if folder else scene.parent
    if not scene.is_file():
        raise SceneError(f"{scene} cannot be copied: it is no file on this machine")
    try:
        home.mkdir(parents=True, exist_ok=True)
        for _ in range(2):
            before = _state(scene)
            copied = _copied(scene, home, moment)
            if _state(scene) == before:
                return copied
            if not copied.was_there:
                copied.path.unlink()
    except OSError as error:
        raise SceneError(f"{scene} cannot be copied to {home}: {error.strerror or error}") from None
    raise SceneError(f"{scene} changes while it is copied", "save it, and submit it again")


def digest(path: Path) -> str:
    """Return the SHA-256 digest of a file in hexadecimal; empty where it cannot be read, as on another machine."""
    try:
        if not path.is_file():
            return ""
        with path.open("rb") as stream:
            return _digest(stream)
    except (OSError, ValueError):
        return ""


def scene_of(path: Path) -> Path:
    """Return the scene that a copy was made of, as its name says; any other path is its own."""
    found = _NAME.match(path.name)
    return path.with_name(found["stem"] + (found["suffix"] or "")) if found else path


def free_name(scene: Path, moment: datetime) -> Path:
    """Return the first free name for a copy beside a scene, for a DCC that writes one; raises SceneError.

    ``moment`` is the local time in the name; a copy of a copy is named after the scene.
    """
    for path in _names(scene.parent, scene_of(scene), moment):
        if not path.exists():
            return path
    raise SceneError(f"no free name for a copy of {scene}")


def write_sidecar(copy: Path, text: str) -> Path:
    """Write the request, as JSON text, beside a copy, and return its path; the last request wins. Raises OSError."""
    path = copy.with_name(copy.name + ".request.json")
    files.write_atomic(path, text)
    return path


def _state(path: Path) -> Tuple[int, ...]:
    found = path.stat()
    return found.st_size, found.st_mtime_ns, found.st_ino


def _copied(scene: Path, home: Path, moment: datetime) -> SceneCopy:
    name = scene_of(scene)
    size = scene.stat().st_size
    known = [path for path in _copies(home, name) if path != scene and path.stat().st_size == size]
    if known:
        own = digest(scene)
        for path in known:
            if digest(path) == own:
                return SceneCopy(path, own, True)
    return _new_copy(scene, home, name, moment)


def _copies(home: Path, name: Path) -> Iterator[Path]:
    """Return the copies of a scene, the newest first."""
    for path in sorted(home.iterdir(), reverse=True):
        if path != scene_of(path) and scene_of(path).name == name.name:
            yield path


def _new_copy(scene: Path, home: Path, name: Path, moment: datetime) -> SceneCopy:
    handle, temporary = tempfile.mkstemp(prefix=f".{name.name}.", dir=home)
    fresh = Path(temporary)
    try:
        with open(handle, "wb") as target, scene.open("rb") as source:  # noqa: PTH123  # a handle, not a path
            own = _digest(source, target)
        # Some network folders give every file the same mode and let nobody change it.
        with suppress(PermissionError):
            shutil.copystat(scene, fresh)
        return SceneCopy(_placed(fresh, home, name, moment), own, False)
    finally:
        with suppress(OSError):
            fresh.unlink()


def _placed(fresh: Path, home: Path, name: Path, moment: datetime) -> Path:
    """Move a file under the first name that is free, and return its path."""
    for path in _names(home, name, moment):
        if not path.exists() and _moved(fresh, path):
            return path
    raise SceneError(f"no free name for a copy of {name} in {home}")


def _names(home: Path, name: Path, moment: datetime) -> Iterator[Path]:
    for number in range(1, 1000):
        again = f"-{number}" if number > 1 else ""
        yield home / f"{name.stem}.farm-{moment:%Y%m%d-%H%M%S}{again}{name.suffix}"


def _moved(fresh: Path, path: Path) -> bool:
    """Give a file a name, and tell whether it was free; never overwrites."""
    try:
        os.link(fresh, path)
    except FileExistsError:
        return False
    except OSError:
        # A file system without hard links.
        fresh.replace(path)
    return True


def _digest(source: IO[bytes], target: Optional[IO[bytes]] = None) -> str:
    """Return the digest of all that is left of a file, and copy it on the way."""
    import hashlib

    found = hashlib.sha256()
    for block in iter(lambda: source.read(_BLOCK), b""):
        found.update(block)
        if target is not None:
            target.write(block)
    return found.hexdigest()
