"""Writing a job to disk in one of the formats of preview: to a file or, for a job bundle, to a folder."""

from __future__ import annotations

from pathlib import Path
from typing import Dict, Tuple

from farmsubmit import files
from farmsubmit.author.elements import Job
from farmsubmit.errors import FarmsubmitError
from farmsubmit.formats.preview import preview_with_notes

#: The format that is a folder; all others are a file.
FOLDER_FORMAT = "openjd"
_MARK, _MAY_BE_LEFT = "template.json", "parameters.json"


def export(job: Job, format: str, path: Path) -> Tuple[str, ...]:
    """Write a job, each file whole or not at all, and return a line for each thing that the format cannot say.

    A bundle makes its folder, and replaces one that is there already; it leaves a folder of other files alone.
    Raises FarmsubmitError for what cannot be written, and what the writer of the format raises.
    """
    try:
        if format == FOLDER_FORMAT:
            return _export_bundle(job, path)
        text, notes = preview_with_notes(job, format)
        files.write_atomic(path, text if text.endswith("\n") else text + "\n")
    except OSError as error:
        raise FarmsubmitError(f"{path} cannot be written: {error.strerror or error}") from None
    return notes


def _export_bundle(job: Job, folder: Path) -> Tuple[str, ...]:
    from farmsubmit.formats._losses import told
    from farmsubmit.formats.openjd import bundle

    made = bundle(job)
    if folder.is_dir() and any(folder.iterdir()) and not (folder / _MARK).is_file():
        raise FarmsubmitError(
            f"{folder} has other files in it, and no job bundle", "give the bundle a folder of its own"
        )
    folder.mkdir(exist_ok=True)
    _write_all(folder, made.files())
    return told(made.dropped)


def _write_all(folder: Path, texts: Dict[str, str]) -> None:
    """Write the files of a bundle, the template last: until it is there, the folder is no bundle."""
    for name, text in texts.items():
        files.write_atomic(folder / name, text)
    if _MAY_BE_LEFT not in texts:
        (folder / _MAY_BE_LEFT).unlink(missing_ok=True)
