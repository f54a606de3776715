"""The folder of the outbox: one folder for each letter, called by its key, private to its user."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any, Dict, List, Mapping, NamedTuple, Optional

from farmsubmit import files
from farmsubmit.author.elements import Job
from farmsubmit.errors import FarmsubmitError, did_you_mean
from farmsubmit.formats.jobjson import from_document, to_document
from farmsubmit.outbox.claims import take
from farmsubmit.outbox.letter import REFUSED, Letter, letter_from_json

_LETTER, _CONTENT = "letter.json", "content.json"
_FRESH = ".new-"


class Content(NamedTuple):
    """What a letter carries: the job, its argument files (text by path), and the request it was built from, if any."""

    job: Job
    arguments: Dict[str, str]
    request: Optional[Dict[str, Any]]


def outbox_dir() -> Path:
    """Return the folder of the outbox, in the user's data folder; FARMSUBMIT_HOME moves it. It may not exist yet."""
    return files.data_dir() / "outbox"


def digest(job: Job) -> str:
    """Return what tells whether two jobs are the same, however they were made."""
    return hashlib.sha256(json.dumps(to_document(job), sort_keys=True).encode()).hexdigest()


def post(
    letter: Letter, job: Job, arguments: Mapping[str, str] = {}, request: Optional[Mapping[str, Any]] = None
) -> Path:
    """Write a letter down, whole or not at all, and return its folder; raises OSError.

    This process has claimed it from the first moment on that others can see it, and calls release() in the end.
    """
    home = outbox_dir()
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=_FRESH, dir=home))
    try:
        content = {"job": to_document(job), "arguments": dict(arguments), "request": request}
        files.write_atomic(fresh / _CONTENT, json.dumps(content), private=True)
        files.write_atomic(fresh / _LETTER, json.dumps(letter.to_json(), indent=1), private=True)
        take(fresh)
        return fresh.rename(home / letter.key)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise


def letters() -> List[Letter]:
    """Return all letters, the oldest first; one that cannot be read says so as its reason."""
    try:
        folders = [path for path in outbox_dir().iterdir() if not path.name.startswith(".")]
    except OSError:
        return []
    found = [_read(folder) for folder in folders if (folder / _LETTER).exists()]
    return sorted(found, key=lambda each: (each.when, each.key))


def letter(key: str) -> Letter:
    """Return the letter of a key or of its beginning; raises FarmsubmitError where there is none, or more than one."""
    known = {each.key: each for each in letters()}
    found = [each for name, each in known.items() if key and name.startswith(key)]
    if len(found) == 1:
        return found[0]
    if found:
        raise FarmsubmitError(
            f"the outbox has {len(found)} submissions whose keys begin with {key}", "write more of it"
        )
    raise FarmsubmitError(f"the outbox has no submission {key}", did_you_mean(key, known))


def content(letter: Letter) -> Content:
    """Return what a letter carries; raises FarmsubmitError where it is damaged or gone."""
    path = outbox_dir() / letter.key / _CONTENT
    document = _document(path)
    try:
        return Content(from_document(document["job"]), dict(document["arguments"]), document["request"])
    except (KeyError, TypeError, ValueError) as error:
        raise FarmsubmitError(f"{path} is damaged: {error}") from None


def change(letter: Letter, **values: Any) -> Letter:
    """Write a letter down with some values changed, and return it; raises OSError."""
    changed = replace(letter, **values)
    text = json.dumps(changed.to_json(), indent=1)
    files.write_atomic(outbox_dir() / letter.key / _LETTER, text, private=True)
    return changed


def remove(letter: Letter) -> None:
    """Take a letter away; at once for whoever looks, then from the disk."""
    folder = outbox_dir() / letter.key
    (folder / _LETTER).unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)


def _read(folder: Path) -> Letter:
    try:
        return letter_from_json(_document(folder / _LETTER))
    except FarmsubmitError as error:
        return Letter(folder.name, "", state=REFUSED, reason=str(error))


def _document(path: Path) -> Dict[str, Any]:
    try:
        document = json.loads(path.read_bytes())
    except OSError as error:
        raise FarmsubmitError(f"{path} cannot be read: {error.strerror or error}") from None
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        raise FarmsubmitError(f"{path} is damaged: it is no JSON object")
    return document
