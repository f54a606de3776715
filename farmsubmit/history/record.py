"""One submission as the history keeps it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any, Dict, Mapping, Optional, Tuple

from farmsubmit.author.elements import Job
from farmsubmit.errors import FarmsubmitError

VERSION = 1
ENTRY, REQUEST, SCRIPT, ARGUMENTS = "entry.json", "request.json", "job.alf", "arguments.json"

#: What became of a submission: it is with its engine; it waits in the outbox; the checks or a hook refused it;
#: something else went wrong; or its entry cannot be read.
SENT, WAITING, REFUSED, FAILED, UNREADABLE = "sent", "waiting", "refused", "failed", "unreadable"


@dataclass(frozen=True)
class Entry:
    """What was submitted, by whom, when and where to, and what became of it.

    ``when`` is in seconds since the epoch, ``user`` who submitted it, ``owner`` whose job it is. ``scene`` is the scene
    as asked for, ``scene_copy`` its copy where that was submitted, ``scene_sha256`` the digest of what was submitted.
    ``engine`` is a URL, without a password; ``jid`` is empty where nothing was sent, and ``reason`` then says why.
    ``dropped`` is what the engine left out and ``notes`` what a person was told, in words. ``number`` and ``folder``
    are given by the history.
    """

    when: float
    user: str = ""
    owner: str = ""
    host: str = ""
    title: str = ""
    dcc: str = ""
    scene: str = ""
    scene_copy: str = ""
    scene_sha256: str = ""
    engine: str = ""
    jid: str = ""
    link: str = ""
    outcome: str = SENT
    reason: str = ""
    dropped: Tuple[str, ...] = ()
    notes: Tuple[str, ...] = ()
    number: int = 0
    folder: Optional[Path] = None

    def to_json(self) -> Dict[str, Any]:
        """Return the entry as plain JSON values, without what the history gives."""
        values = {name: value for name, value in asdict(self).items() if name not in _GIVEN}
        return {"history_version": VERSION, **values, "dropped": list(self.dropped), "notes": list(self.notes)}

    @property
    def submitted(self) -> str:
        """The file that was submitted: the copy where one was made, else the scene; empty for a job without one."""
        return self.scene_copy or self.scene

    def request(self) -> Optional[Dict[str, Any]]:
        """Return the request as JSON holds it, None where there was none; raises FarmsubmitError for a damaged one."""
        text = self._text(REQUEST)
        return None if text is None else _object(text, f"the request of submission {self.number}")

    def script(self) -> Optional[str]:
        """Return the job script, None where the submission ended before there was a job; raises FarmsubmitError."""
        return self._text(SCRIPT)

    def job(self) -> Optional[Job]:
        """Return the job, None where there was none; raises FarmsubmitError where it is damaged."""
        from farmsubmit.formats.alf import from_tcl

        text = self.script()
        return None if text is None else from_tcl(text, f"the job of submission {self.number}")

    def arguments(self) -> Dict[str, str]:
        """Return the argument files that the job needs, text by path; raises FarmsubmitError where it is damaged."""
        text = self._text(ARGUMENTS)
        found = {} if text is None else _object(text, f"the argument files of submission {self.number}")
        return {path: str(content) for path, content in found.items()}

    def _text(self, name: str) -> Optional[str]:
        if self.folder is None:
            return None
        path = self.folder / name
        try:
            return path.read_bytes().decode("utf-8", "surrogateescape")
        except FileNotFoundError:
            return None
        except OSError as error:
            raise FarmsubmitError(f"{path} cannot be read: {error.strerror or error}") from None


_GIVEN = ("number", "folder")
_KINDS: Dict[str, Tuple[type, ...]] = {"when": (int, float), "dropped": (list,), "notes": (list,)}
_NAMES = [field.name for field in fields(Entry) if field.name not in _GIVEN]


def read_entry(folder: Path) -> Entry:
    """Return the entry in a folder of the history; one that cannot be read says so as its outcome and reason."""
    number = int(folder.name)
    path = folder / ENTRY
    try:
        document = _object(path.read_bytes().decode("utf-8", "surrogateescape"), str(path))
        return replace(entry_from_json(document), number=number, folder=folder)
    except OSError as error:
        reason = f"{path} cannot be read: {error.strerror or error}"
    except FarmsubmitError as error:
        reason = str(error)
    return Entry(_age(folder), outcome=UNREADABLE, reason=reason, number=number, folder=folder)


def entry_from_json(document: Mapping[str, Any]) -> Entry:
    """Return the entry that ``to_json`` wrote; raises FarmsubmitError for another version or shape.

    Keys that are not known are let be: what a later farmsubmit notes besides is no reason to lose the entry.
    """
    version = document.get("history_version")
    if version != VERSION:
        raise FarmsubmitError(f"it is of version {version!r}, this farmsubmit reads version {VERSION}")
    values = {name: document[name] for name in _NAMES if name in document}
    for name, value in values.items():
        if not isinstance(value, _KINDS.get(name, (str,))) or isinstance(value, bool):
            raise FarmsubmitError(f"its {name} is not what it should be")
        if isinstance(value, list):
            values[name] = tuple(map(str, value))
    return Entry(**{"when": 0.0, **values})


def _object(text: str, what: str) -> Dict[str, Any]:
    import json

    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        raise FarmsubmitError(f"{what} is damaged: it is no JSON object")
    return document


def _age(folder: Path) -> float:
    try:
        return folder.stat().st_mtime
    except OSError:
        return 0.0
