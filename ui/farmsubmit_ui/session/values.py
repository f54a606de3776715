"""The values of a session: those of job, rows and request, edits in the tree, and where each comes from."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Dict, List, Sequence, Tuple

from farmsubmit.author.elements import Element, Job
from farmsubmit.errors import FarmsubmitError
from farmsubmit.lang.dirmap import DirMap
from farmsubmit.request import Asked, EnvironmentRules, Row, SubmitRequest, job_title, overlaid, scene_stem
from farmsubmit.settings import Rule
from farmsubmit_ui import worker
from farmsubmit_ui.session import origins, state
from farmsubmit_ui.session.core import SessionCore
from farmsubmit_ui.session.edits import Edit
from farmsubmit_ui.session.state import State

_JOB = ("priority", "tier", "projects", "tags", "crews", "maxactive", "envkey", "comment")
_OPTIONS = {"missing_only": False, "preview_first": "", "preview_rest": "behind"}


class SessionValues(SessionCore):
    """What is asked for, to look at and to set.

    Values are set at once and built in the background; each change is one step of ``undo_stack``. Methods that set a
    value raise FarmsubmitError for one that cannot be, and then change nothing.
    """

    # --- the job

    def job_value(self, name: str) -> Any:
        """Return an attribute of the job, None where it is unset; ``title`` is what the job will be called."""
        if self.request is None:
            return vars(self.job).get(name) if self.job is not None else None
        if name == "title":
            return self._title(self.request)
        return self.request.job.get(name)

    def set_job_value(self, name: str, value: Any) -> None:
        """Set an attribute of the job, None to unset it; raises AuthorError."""
        label = self.tr("{0} of the job").format(name)
        if self.request is None:
            state.checked_job_value(name, value)
            self._push_edit(Edit((), name, value, "Job"), label)
        else:
            self._change(state.with_job_value(self.request, name, value), label, f"job.{name}")

    # --- the rows

    @property
    def rows(self) -> Tuple[Row, ...]:
        """The rows of the request, none for a finished job."""
        return self.request.rows if self.request is not None else ()

    def row_value(self, name: str, field: str) -> Any:
        """Return a field of the row of an id; raises RequestError for an unknown one."""
        return getattr(self._asked().row(name), field)

    def set_row_values(self, ids: Sequence[str], field: str, value: Any) -> None:
        """Set a field of some rows as one step; frames may be text. Raises RequestError and FrameError."""
        label = self.tr("{0} of {1}").format(field, ids[0] if len(ids) == 1 else self.tr("{0} rows").format(len(ids)))
        key = f"row.{','.join(ids)}.{field}"
        self._change(state.with_row_values(self._asked(), ids, field, value), label, key)

    def set_rows_on(self, ids: Sequence[str], on: bool) -> None:
        """Switch rows on or off as one step; raises RequestError for an unknown one."""
        request = state.with_row_values(self._asked(), ids, "on", on)
        self._change(request, self.tr("rows on") if on else self.tr("rows off"))

    # --- the rest of the request

    def set_dirmaps(self, dirmaps: Sequence[DirMap]) -> None:
        """Set the directory maps, those of a finished job too."""
        label = self.tr("directory maps")
        if self.request is None:
            self._push_edit(Edit((), "dirmaps", tuple(dirmaps), "Job"), label)
        else:
            self._change(replace(self.request, dirmaps=tuple(dirmaps)), label)

    @property
    def dirmaps(self) -> Tuple[DirMap, ...]:
        """The directory maps of the request, or of the finished job."""
        if self.request is not None:
            return tuple(self.request.dirmaps)
        return tuple(vars(self.job).get("dirmaps", ())) if self.job is not None else ()

    def set_environment(self, rules: EnvironmentRules) -> None:
        """Set what of the environment travels."""
        self._change(replace(self._asked(), environment=rules), self.tr("environment"))

    def option(self, name: str) -> Any:
        """Return an option of the request, None where it is unset."""
        return self.request.options.get(name) if self.request is not None else None

    def set_option(self, name: str, value: Any) -> None:
        """Set an option of the request (see request.OPTIONS); a value that says nothing unsets it."""
        self._change(state.with_option(self._asked(), name, value), name, f"option.{name}")

    def cut_to_missing(self) -> None:
        """Leave out, as one step, the frames that are on disk already; looks at the disk in the background."""
        asked = self._asked()

        def take(request: SubmitRequest) -> None:
            # Whoever went on meanwhile has another request, to which this one is no answer.
            if self.request is asked:
                self._change(request, self.tr("only missing frames"))

        only = Asked(options={"missing_only": True})
        worker.run(overlaid, asked, only, done=take, failed=self.failed.emit, owner=self)

    # --- edits in the tree

    def edit_element(self, element: Element, attribute: str, value: Any) -> None:
        """Change an attribute of an element of the job; it is kept over every job built anew. Raises AuthorError."""
        job = self.job
        if job is None or (element is job and self.request is not None):
            self.set_job_value(attribute, value)
            return
        path = self._book.path_of(job, element)
        if path is None:
            raise FarmsubmitError(f"{element.label} cannot be changed here", "it is no task or command of the job")
        label = self.tr("{0} of {1}").format(attribute, element.label)
        setattr(type(element)(), attribute, value)
        self._push_edit(Edit(path, attribute, value, element.label), label)

    def _push_edit(self, edit: Edit, label: str) -> None:
        others = tuple(old for old in self._state.edits if (old.path, old.attribute) != (edit.path, edit.attribute))
        self._push(replace(self._state, edits=(*others, edit)), label, f"edit.{edit.path}.{edit.attribute}")

    # --- where values come from

    def origin(self, field: str) -> str:
        """Return where a value comes from: ``default``, ``scene``, a layer such as ``user: /path``, ``this time``.

        ``field`` is ``priority`` or ``job.priority``, ``row.frames`` (any row) or ``row.ID.frames``, ``dirmaps``,
        ``environment``, ``engine``, or the name of an option.
        """
        how = self.source.how if self.source is not None else ""
        return origins.origin(self._state, origins.field_of(field), self.settings, how)

    def is_changed(self, field: str) -> bool:
        """Tell whether a value is another than scene and settings gave; fields as in origin()."""
        return origins.is_changed(self._state, origins.field_of(field))

    def changes(self) -> List[str]:
        """Return the names of what was changed and can be reset, but for rows, as one: ``rows``."""
        request, base = self._state.request, self._state.base
        if request is None or base is None:
            return [edit.attribute for edit in self._state.edits]
        names = [f"job.{name}" for name in Job.by_attribute if request.job.get(name) != base.job.get(name)]
        names += [
            part
            for part in ("rows", "dirmaps", "environment", "engine", "options")
            if getattr(request, part) != getattr(base, part)
        ]
        return names + [edit.attribute for edit in self._state.edits]

    def reset(self, field: str) -> None:
        """Give a field the value again that it had from scene and settings; fields as in origin()."""
        base, found = self._state.base, origins.field_of(field)
        label = self.tr("reset {0}").format(found.name)
        if self.request is None or base is None:
            kept = tuple(edit for edit in self._state.edits if edit.path or edit.attribute != found.name)
            self._push(replace(self._state, edits=kept), label)
        elif found.kind == "row":
            self._change(state.rows_reset(self.request, base, found.name, found.row), label)
        elif found.kind == "part":
            self._change(replace(self.request, **{found.name: getattr(base, found.name)}), label)
        elif found.kind == "job":
            self._change(state.with_job_value(self.request, found.name, base.job.get(found.name)), label)
        else:
            self._change(state.with_option(self.request, found.name, base.options.get(found.name)), label)

    def rule(self, field: str) -> Rule:
        """Return what the policies of site and show ask of a field: a setting, ``job.priority``, ``row.chunk``."""
        rule: Rule = self.settings.policy.rule(field)
        return rule

    # --- as settings

    def values_to_keep(self) -> Dict[str, Any]:
        """Return the settings that a settings file would have to say so that the scene starts as it is now."""
        return differing(self.request) if self.request is not None else {}

    def all_values(self) -> Dict[str, Any]:
        """Return all settings that the request says something about, for a preset."""
        return values_of(self.request) if self.request is not None else {}

    # --- how changes are made

    def _title(self, request: SubmitRequest) -> str:
        try:
            return job_title(request)
        except FarmsubmitError:
            return scene_stem(request.facts)

    def _asked(self) -> SubmitRequest:
        if self.request is None:
            raise FarmsubmitError("a finished job has no rows and options", "open the scene it was made of")
        return self.request

    def _change(self, request: SubmitRequest, label: str, key: str = "") -> None:
        if self.request is None or not state.same(self.request, request):
            self._push(replace(self._state, request=request), label, key)

    def _push(self, after: State, label: str, key: str = "") -> None:
        if after.edits != self._state.edits or after.request is not self._state.request:
            self._steps.push(label, self._state, after, key)


def values_of(request: SubmitRequest) -> Dict[str, Any]:
    """Return the settings that would give a request its values, those that are the same for all of its rows."""
    values: Dict[str, Any] = {name: request.job[name] for name in _JOB if name in request.job}
    values["dirmaps"] = [{"src": one.src, "dst": one.dst, "zone": one.zone} for one in request.dirmaps]
    values["environment_set"] = dict(request.environment.set)
    values["scene_copy"] = "yes" if request.options.get("scene_copy") else "no"
    values.update({name: request.options.get(name, default) for name, default in _OPTIONS.items()})
    if request.engine:
        values["engine"] = request.engine
    for field in ("chunk", "order"):
        found = {getattr(row, field) for row in request.rows_on if row.chunk}
        if len(found) == 1:
            values[field] = found.pop()
    return values


def differing(request: SubmitRequest) -> Dict[str, Any]:
    """Return those of values_of that are others than the request's settings say."""
    settings = request.settings
    return {name: value for name, value in values_of(request).items() if settings is None or settings[name] != value}
