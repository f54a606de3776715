"""The engine ``folder:/path``: a job script written into a folder, for review or for a farm that polls one."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Tuple

from farmsubmit import files
from farmsubmit.author.elements import Job
from farmsubmit.engines.base import Engine, SpoolInfo, Ticket, Translation
from farmsubmit.errors import EngineError, EngineUnreachable, SpoolError
from farmsubmit.formats.alf import to_tcl

_UNSAFE = re.compile(r"[^\w.-]+")


class FolderEngine(Engine):
    """Writes each job as ``<date>-<time>-<title>.alf``; the job id is that name without its ending."""

    scheme = "folder"

    def __init__(self, location: str = "") -> None:
        super().__init__(location)
        if not location:
            raise EngineError("folder: names no folder", "write folder:/path/to/folder")
        self.folder = Path(location).expanduser()

    def translate(self, job: Job) -> Translation:
        """Return the title and the job script; nothing is dropped."""
        return Translation((job.title or "job", to_tcl(job)))

    def script(self, job: Job) -> str:
        """Return the job script, which is what is written."""
        return to_tcl(job)

    def answer(self) -> str:
        """Return what the folder is for; raises EngineUnreachable where it is not there."""
        self._find_folder()
        return "a folder for job scripts"

    def spool(self, translation: Translation, info: SpoolInfo, block: bool = False) -> Ticket:
        """Write the script under a name that was free; it appears at once and whole."""
        title, script = translation.payload
        self._find_folder()
        path = self._write(title, script)
        return Ticket(path.stem, self.url, str(path), translation.dropped)

    def _find_folder(self) -> None:
        if not self.folder.is_dir():
            raise EngineUnreachable(f"the folder {self.folder} is not there", "make it, or name another")

    def _write(self, title: str, script: str) -> Path:
        for path in self._names(title):
            try:
                if files.write_new(path, script):
                    return path
            except OSError as error:
                raise SpoolError(f"cannot write {path}: {error.strerror or error}") from None
        raise SpoolError(f"no free name for the job in {self.folder}")

    def _names(self, title: str) -> Tuple[Path, ...]:
        stem = f"{time.strftime('%Y%m%d-%H%M%S')}-{_UNSAFE.sub('_', title).strip('_.')[:80] or 'job'}"
        return tuple(
            self.folder / f"{stem}{suffix}.alf" for suffix in ("", *(f"-{number}" for number in range(2, 1000)))
        )
