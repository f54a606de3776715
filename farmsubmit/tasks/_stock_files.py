"""Files and paths for the stock processors."""

from __future__ import annotations

import ntpath
import os
import posixpath
import re
from collections import deque
from typing import Deque, Iterator, List, Set, Tuple

from farmsubmit.errors import ArgumentError

_WINDOWS = re.compile(r"[A-Za-z]:|\\\\")


def files_below(folder: str, is_recursive: bool) -> Iterator[Tuple[str, str]]:
    """Yield the names and paths of the files in a folder, and in those below it if wanted.

    A link to a folder is followed after all folders that are not links, and each folder is read once, so links that
    lead round in a circle end. Raises ArgumentError for a folder that is not there or cannot be read.
    """
    waiting: Deque[str] = deque([folder])
    seen: Set[str] = set()
    while waiting:
        here = waiting.popleft()
        real = os.path.realpath(here)
        if real in seen:
            continue
        seen.add(real)
        for entry in _entries(here):
            if entry.is_file():
                yield entry.name, entry.path
            elif is_recursive and entry.is_dir():
                (waiting.append if entry.is_symlink() else waiting.appendleft)(entry.path)


def _entries(folder: str) -> List[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except FileNotFoundError:
        raise ArgumentError(f"there is no folder {folder!r}") from None
    except NotADirectoryError:
        raise ArgumentError(f"{folder!r} is no folder") from None
    except (OSError, ValueError) as error:
        raise ArgumentError(f"the folder {folder!r} cannot be read: {error}") from None


def name_and_extension(path: str) -> Tuple[str, str]:
    """Return the name of a file without its extension, and the extension with its dot; for paths of any system."""
    name = ntpath.basename(path) if _WINDOWS.match(path) else posixpath.basename(path)
    return posixpath.splitext(name)


def joined(folder: str, name: str) -> str:
    """Return the path of a file in a folder, with the slash that the folder has."""
    if not folder or folder.endswith(("/", "\\")):
        return folder + name
    separator = "\\" if "\\" in folder and _WINDOWS.match(folder) and "/" not in folder else "/"
    return f"{folder}{separator}{name}"
