"""The pure-Python libraries that farmsubmit needs: what is installed here, and copies of it for a bare folder."""

from __future__ import annotations

import re
import shutil
from importlib import metadata
from pathlib import Path
from typing import Dict, Iterator, List, NamedTuple, Optional, Tuple


class Library(NamedTuple):
    """A library by its name on PyPI, and what it is for; ``needed`` are those without which much does not work.

    ``part_of`` names the library that brings it along.
    """

    name: str
    purpose: str
    needed: bool = False
    part_of: str = ""


#: All that is copied, each library that another one needs among them.
LIBRARIES: Tuple[Library, ...] = (
    Library("jinja2", "templates and settings of commands", needed=True),
    Library("markupsafe", "jinja2", needed=True, part_of="jinja2"),
    Library("platformdirs", "finding the user's folders", needed=True),
    Library("tomli", "settings files in Python 3.9 and 3.10", needed=True),
    Library("qtpy", "the dialog"),
    Library("packaging", "qtpy", part_of="qtpy"),
    Library("requests", "engines on the network"),
    Library("urllib3", "requests", part_of="requests"),
    Library("idna", "requests", part_of="requests"),
    Library("certifi", "requests", part_of="requests"),
    Library("charset_normalizer", "requests", part_of="requests"),
    Library("typing_extensions", "older Pythons"),
)

# Compiled for one Python on one system; each of these libraries does without.
_COMPILED = (".so", ".pyd", ".dylib", ".c", ".pyc")
_LEFT_OUT = {"__pycache__", "tests"}
_KEPT_OF_METADATA = re.compile(r"METADATA$|licen[cs]e|copying|notice|authors", re.IGNORECASE)
_FROM = re.compile(r">=\s*3\.(\d+)")
_OLDEST = 9


class Copied(NamedTuple):
    """What was copied: versions by name, what is missing in sentences, and the oldest Python that all of it is for.

    ``because`` names a library that asks for that Python; empty where all of them are for 3.9 too.
    """

    versions: Dict[str, str]
    missing: List[str]
    python: str
    because: str = ""


def installed(name: str) -> Optional[metadata.Distribution]:
    """Return an installed library, or None."""
    try:
        return metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return None


def copy_libraries(target: Path) -> Copied:
    """Copy the libraries of this Python into a folder, with their licences, without anything compiled.

    Raises OSError.
    """
    versions: Dict[str, str] = {}
    missing: List[str] = []
    oldest = {_OLDEST: ""}
    for library in LIBRARIES:
        found = installed(library.name)
        files = list(_files(found)) if found else []
        if found is None or not any(path.suffix == ".py" for _, path in files):
            if library.part_of in ("", *versions):
                missing.append(f"{library.name} is missing here, for {library.purpose}: pip install {library.name}")
            continue
        for source, path in files:
            (target / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target / path)
        versions[library.name] = found.version
        oldest.setdefault(_oldest_python(found), library.name)
    minor = max(oldest)
    return Copied(versions, missing, f"3.{minor}", oldest[minor])


def _files(found: metadata.Distribution) -> Iterator[Tuple[Path, Path]]:
    """Give what is copied of a library: where it is, and its path below the folder."""
    for entry in found.files or ():
        path = Path(*entry.parts)
        if ".." in path.parts or _LEFT_OUT & set(path.parts) or path.suffix in _COMPILED:
            continue
        is_metadata = any(part.endswith(".dist-info") for part in path.parts)
        source = Path(str(entry.locate()))
        if (not is_metadata or _KEPT_OF_METADATA.search(str(path))) and source.is_file():
            yield source, path


def _oldest_python(found: metadata.Distribution) -> int:
    asked = _FROM.search("".join(found.metadata.get_all("Requires-Python") or ()))
    return max(int(asked[1]), _OLDEST) if asked else _OLDEST


def needed_by(python: Tuple[int, int]) -> Iterator[Library]:
    """Give the libraries that a Python of this version is to have: all but those that only an older one needs."""
    for library in LIBRARIES:
        if not (library.name == "tomli" and python >= (3, 11)) and library.name != "typing_extensions":
            yield library
