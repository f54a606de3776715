"""What templates see of a request, and what they give: titles, file names, words of commands.

Source: the settings job_title, task_title, output_name and ``<dcc>_command``; docs/templates.md lists the names.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Dict, Iterator, List, Mapping, Optional, Tuple

from farmsubmit.lang.frames import FrameSet, frame_text, order_chunks
from farmsubmit.request.model import Row, SubmitRequest, scene_stem
from farmsubmit.settings import SETTINGS

_TEMPLATES = ("job_title", "task_title", "output_name", "movie_name", "executables", "package_prefix")
_COMMAND = "_command"
#: Stands in a command for the words of the recipe.
DEFAULT_WORDS = "@default"


class _SettingsView(Mapping[str, Any]):
    """The settings as templates may see them: no secrets, no functions."""

    def __init__(self, settings: Any) -> None:
        self._settings = settings

    def __getitem__(self, name: str) -> Any:
        if name not in SETTINGS or SETTINGS[name].is_secret or callable(self._settings[name]):
            raise KeyError(name)
        return self._settings[name]

    def __iter__(self) -> Iterator[str]:
        return (name for name in SETTINGS if name in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def template_values(request: SubmitRequest, row: Optional[Row] = None) -> Dict[str, Any]:
    """Return the values that templates see: facts, row, rows, settings, scene, user, date, time, and the row's frames.

    ``row`` defaults to the first that is on; where there is none, the names of it are missing.
    """
    rows = request.rows_on
    row = row or next(iter(rows), None)
    path = str(request.options.get("scene_original") or request.facts.path)
    date, _, clock = str(request.options.get("moment", "")).partition("T")
    values: Dict[str, Any] = {
        "facts": request.facts,
        "scene": scene_stem(replace(request.facts, path=path)),
        "rows": tuple(one.label for one in rows),
        "settings": _SettingsView(request.settings),
        "user": request.options.get("user", ""),
        "date": date,
        "time": clock[:8],
    }
    if row is not None:
        values.update(row={**_fields(row), "title": row.label}, **frame_values(row.frames))
    return values


def _fields(row: Row) -> Dict[str, Any]:
    return {**vars(row), "frames": _text(row.frames), "movie_frames": _text(row.all_frames)}


def frame_values(frames: FrameSet) -> Dict[str, Any]:
    """Return what templates see of frames, of a row or of a chunk."""
    ends = {"first_frame": frames.first, "last_frame": frames.last} if frames else {}
    shown = {name: int(frame) if frame == int(frame) else frame_text(frame) for name, frame in ends.items()}
    return {"frames": _text(frames), "frame_count": len(frames), **shown}


def _text(frames: FrameSet) -> str:
    return str(frames) if frames else ""


def template_of(settings: Any, name: str) -> str:
    """Return the text of a template; empty where the settings do not say, or know no such setting."""
    return str(settings[name]) if settings is not None and name in SETTINGS else ""


def job_title(request: SubmitRequest) -> str:
    """Return the title of the request's job: the one it was given, that of the template, or the scene's name.

    Raises TemplateError.
    """
    given = request.job.get("title")
    if given:
        return str(given)
    template, scene = template_of(request.settings, "job_title"), _of_scene(request)
    if not template:
        return scene_stem(scene.facts)
    # Most studios have none, and then the language of templates is not imported.
    from farmsubmit.lang.template import render

    title = render(template, template_values(scene), "job_title")
    # One that gives nothing here, such as the name of no layer, is as good as none.
    return title if title.strip() else scene_stem(scene.facts)


def _of_scene(request: SubmitRequest) -> SubmitRequest:
    """Return the request of a copy as that of its scene, after which its job is called."""
    original = request.options.get("scene_original")
    return replace(request, facts=replace(request.facts, path=str(original))) if original else request


def explain_setting(name: str, request: SubmitRequest, row: Optional[Row] = None) -> List[str]:
    """Return in lines what a setting that is a template gives for a row and from what; no lines for other settings.

    ``row`` defaults to the first that is on. What is made for each chunk is shown for the first one.
    """
    if name not in _TEMPLATES and not name.endswith(_COMMAND):
        return []
    from farmsubmit.lang.template import explain_template

    row = row or next(iter(request.rows_on), None)
    values = template_values(request, row)
    if row is not None and row.frames and (name == "task_title" or name.endswith(_COMMAND)):
        chunks = row.frames.chunk_by_size(row.chunk or len(row.frames))
        values.update(frame_values(order_chunks(chunks, row.order)[0]))
    lines: List[str] = []
    for where, text, is_launch in _templates_of(name, request.settings[name]):
        plain = [f"{where} = {text!r}", "  the words of the recipe"]
        lines += plain if text == DEFAULT_WORDS else explain_template(where, text, values, is_launch)
    return lines or [f"{name} is empty: the recipe's own"]


def _templates_of(name: str, value: Any) -> Iterator[Tuple[str, str, bool]]:
    """Give each template in the value of a setting: where it stands, its text, whether it is a launch expression."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _templates_of(f"{name}, {key}", item)
    elif isinstance(value, list):
        yield from ((f"{name}, word {place}", word, True) for place, word in enumerate(value, start=1))
    elif value:
        yield name, value, False
