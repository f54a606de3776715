"""The task of a row: its titles, its movie's name and the words of its commands, as the settings' templates say."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional, Sequence, Type

from farmsubmit.lang.template import Template
from farmsubmit.request import Row, SubmitRequest, template_values
from farmsubmit.request.naming import DEFAULT_WORDS, frame_values
from farmsubmit.tasks.overrides import TaskWithOverrides
from farmsubmit.tasks.plugin import Program, TaskPlugin

_MOVIE = "Movie"


class RowTask(TaskWithOverrides):
    """A required task under the title of a row; a task that renders follows the templates of the settings."""

    def __init__(self, basename: str, row: Row, request: SubmitRequest) -> None:
        self._is_render = basename != _MOVIE
        super().__init__(basename, title=row.label if self._is_render else f"{row.label} movie")
        self._row = row
        self._request = request

    def applied(self, base: Type[TaskPlugin]) -> Type[TaskPlugin]:
        """Return a class derived from ``base``; raises TemplateError for a template that does not parse."""
        made = super().applied(base)
        own: Dict[str, Any] = {**self._programs(), **(self._templated(made) if self._is_render else {})}
        return type(made.__name__, (made,), {**own, "__module__": made.__module__}) if own else made

    def _programs(self) -> Dict[str, Any]:
        """Return what the templates of programs see, where there are some."""
        settings = self._request.settings
        if settings is None or not (settings["executables"] or settings["package_prefix"]):
            return {}
        return {"template_values": template_values(self._request, self._row)}

    def _templated(self, made: Type[TaskPlugin]) -> Dict[str, Any]:
        settings, dcc = self._request.settings, self._request.facts.dcc
        if settings is None:
            return {}
        title, words = settings["task_title"], settings[f"{dcc}_command"]
        own: Dict[str, Any] = {}
        values = template_values(self._request, self._row)
        if title:
            own["leaf_title"] = _titled(Template(title, "task_title"), values, made)
        if words != [DEFAULT_WORDS]:
            own["cmd"] = _worded(_Words(words, f"{dcc}_command"), values, made)
        return own


def _titled(template: Template, values: Mapping[str, Any], made: Type[TaskPlugin]) -> Any:
    def leaf_title(task: Any) -> str:
        title = template.render({**values, **_frames(task)})
        return title if title.strip() else made.leaf_title(task)

    return leaf_title


def _worded(words: _Words, values: Mapping[str, Any], made: Type[TaskPlugin]) -> Any:
    def cmd(task: Any) -> Optional[Sequence[str]]:
        own = made.cmd(task)
        return words.rendered(own, {**values, **_frames(task)}) if own else own

    return cmd


def _frames(task: Any) -> Dict[str, Any]:
    return frame_values(task.frame_set())


class _Words:
    """The words of a command as a setting gives them, each a template, one of them standing for the recipe's own."""

    def __init__(self, words: Sequence[str], setting: str) -> None:
        self._words = [
            None if word == DEFAULT_WORDS else Template(word, f"{setting}, word {place}", is_launch=True)
            for place, word in enumerate(words, start=1)
        ]

    def rendered(self, own: Sequence[str], values: Mapping[str, Any]) -> List[str]:
        """Return the command; a word whose template gives nothing is left out."""
        given: List[str] = []
        for template in self._words:
            if template is None:
                given += own
                continue
            word = template.render(values)
            given += [word] if word or not template.text else []
        # What a setting names as a program needs no executable_resolver any more.
        return [word if place or isinstance(word, Program) else Program(word) for place, word in enumerate(given)]
