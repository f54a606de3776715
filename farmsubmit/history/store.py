"""The folder of the history: one folder for each submission, called by its number.

A submission appears whole or not at all, under a number that nobody else got: its folder is filled under another name
and then moved. All is private to its user.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any, Collection, Iterable, Iterator, List, Mapping, Optional, Set

from farmsubmit import files
from farmsubmit.errors import FarmsubmitError
from farmsubmit.history.record import ARGUMENTS, ENTRY, REQUEST, SCRIPT, UNREADABLE, Entry, read_entry

#: How names begin of folders that are being filled, and that are being taken away.
FRESH, OLD = ".new-", ".old-"
_NUMBER = re.compile(r"[1-9][0-9]{0,8}\Z")


def history_dir() -> Path:
    """Return the folder of the history, in the user's data folder; FARMSUBMIT_HOME moves it. It may not exist yet.

    Raises MissingLibraryError where the user's data folder cannot be told.
    """
    return files.data_dir() / "history"


def keep(
    entry: Entry,
    request: Optional[Mapping[str, Any]] = None,
    script: Optional[str] = None,
    arguments: Mapping[str, str] = {},
) -> Entry:
    """Keep a submission, and return its entry with its number, one above the highest.

    ``request`` is that of JSON, ``script`` the job script, ``arguments`` the argument files of the job, text by path.
    Raises OSError where nothing can be written, and then leaves nothing behind.
    """
    import json

    texts = {ENTRY: json.dumps(entry.to_json(), indent=1)}
    if request is not None:
        texts[REQUEST] = json.dumps(request, indent=1)
    if script is not None:
        texts[SCRIPT] = script + "\n"
    if arguments:
        texts[ARGUMENTS] = json.dumps(dict(arguments))
    folder = _placed(history_dir(), texts)
    return replace(entry, number=int(folder.name), folder=folder)


def entries(scenes: Collection[str] = (), most: Optional[int] = None) -> List[Entry]:
    """Return the submissions, the newest first, at most ``most``: those of some scenes, by absolute paths, or all.

    Raises FarmsubmitError where the folder of the history is there and cannot be read.
    """
    found: List[Entry] = []
    for number in sorted(_known_numbers(), reverse=True):
        if most is not None and len(found) >= most:
            break
        entry = read_entry(history_dir() / str(number))
        if not scenes or entry.scene in scenes or entry.scene_copy in scenes:
            found.append(entry)
    return found


def entry(number: int) -> Entry:
    """Return one submission; raises FarmsubmitError where there is none of this number, or it cannot be read."""
    known = _known_numbers()
    if number not in known:
        hint = f"it has {min(known)} to {max(known)}" if known else "it is empty"
        raise FarmsubmitError(f"the history has no submission {number}", hint)
    found = read_entry(history_dir() / str(number))
    if found.outcome == UNREADABLE:
        raise FarmsubmitError(f"submission {number} cannot be read: {found.reason}")
    return found


def _placed(home: Path, texts: Mapping[str, str]) -> Path:
    """Write a new folder of the history and return it."""
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=FRESH, dir=home))
    try:
        for name, text in texts.items():
            files.write_atomic(fresh / name, text, private=True)
        return _numbered(fresh)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise


def _numbered(fresh: Path) -> Path:
    number = max(numbers_in(fresh.parent), default=0)
    while True:
        number += 1
        folder = fresh.parent / str(number)
        try:
            # A folder that is there and holds something is never replaced, on any system.
            fresh.rename(folder)
        except OSError:
            if not folder.exists():
                raise
        else:
            return folder


def _known_numbers() -> Set[int]:
    home = history_dir()
    try:
        return _numbers_of(home.iterdir())
    except FileNotFoundError:
        return set()
    except OSError as error:
        hint = "see the rights of that folder"
        raise FarmsubmitError(f"the history {home} cannot be read: {error.strerror or error}", hint) from None


def numbers_in(home: Path) -> Set[int]:
    """Return the numbers of the submissions; none where there is no history, or it cannot be read."""
    return _numbers_of(files_in(home))


def _numbers_of(paths: Iterable[Path]) -> Set[int]:
    return {int(path.name) for path in paths if _NUMBER.match(path.name)}


def files_in(folder: Path) -> Iterator[Path]:
    """Yield what is in a folder; nothing where it cannot be read."""
    try:
        yield from list(folder.iterdir())
    except OSError:
        return


def take_away(folder: Path) -> None:
    """Take a folder away at once for whoever looks, and then from the disk."""
    hidden = folder.with_name(f"{OLD}{folder.name}")
    try:
        folder.rename(hidden)
    except OSError:
        return
    shutil.rmtree(hidden, ignore_errors=True)
