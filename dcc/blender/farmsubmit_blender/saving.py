"""Changes that are not in the scene's file: a farm renders files, so they are saved, copied, or left out on purpose."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Iterator

import bpy

REFUSE, SAVE, COPY, AS_SAVED = "REFUSE", "SAVE", "COPY", "AS_SAVED"

#: What can be done about unsaved changes, as a property of an operator shows it.
CHOICES = (
    (SAVE, "Save", "Save the scene, and submit it"),
    (COPY, "Save a copy", "Submit a dated copy that is written beside the scene; the scene's own file stays as it is"),
    (AS_SAVED, "As saved", "Submit the file as it was saved last; the changes since are not rendered"),
    (REFUSE, "Refuse", "Submit only a scene without unsaved changes"),
)


def has_changes() -> bool:
    """Tell whether the open scene has changes that its file has not.

    In the background nobody can tell: there bpy.data.is_dirty is always false (3.4, 5.2) or always true (4.5 as a
    module), and so counts as false. Source: bpy.data.is_dirty, tried in these.
    """
    return not bpy.app.background and bool(bpy.data.is_dirty)


def submitted_file(unsaved: str = REFUSE) -> str:
    """Return the file to submit, after doing what was asked about unsaved changes (one of CHOICES).

    Raises SceneError for a scene without a file, for unsaved changes that are refused, and where saving fails.
    """
    from farmsubmit.errors import SceneError

    path: str = bpy.data.filepath
    if not path:
        raise SceneError("the scene has no file yet, and a farm renders files", "save it first")
    if unsaved == COPY:
        return _copied(Path(path))
    if unsaved == SAVE:
        _save(path)
    elif unsaved == REFUSE and has_changes():
        raise SceneError(f"{Path(path).name} has changes that are not saved", "save it, or say what to do with them")
    return path


def _save(path: str, **how: bool) -> None:
    from farmsubmit.errors import SceneError

    try:
        bpy.ops.wm.save_as_mainfile(filepath=path, relative_remap=False, **how)
    except RuntimeError as error:
        # Blender's own sentence, without the word Error and the line end around it.
        said = " ".join(str(error).replace("Error: ", "", 1).split())
        raise SceneError(f"{path} cannot be saved: {said}") from None


def _copied(scene: Path) -> str:
    path = next(name for name in _copy_names(scene, datetime.now()) if not name.exists())
    _save(str(path), copy=True)
    return str(path)


def _copy_names(scene: Path, moment: datetime) -> Iterator[Path]:
    """Yield names for a copy beside the scene, as farmsubmit's own copies of scenes are named."""
    stem = f"{scene.stem}.farm-{moment:%Y%m%d-%H%M%S}"
    yield scene.with_name(f"{stem}{scene.suffix}")
    number = 2
    while True:
        yield scene.with_name(f"{stem}-{number}{scene.suffix}")
        number += 1
