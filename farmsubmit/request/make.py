"""Making a request of a scene, and laying over a finished one what a person asks for now."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence, Tuple

from farmsubmit.errors import FarmsubmitError, ParseError, RequestError, SceneError
from farmsubmit.lang.dirmap import DirMap
from farmsubmit.lang.frames import FrameSet, ordered_indices
from farmsubmit.request.edits import edited
from farmsubmit.request.model import EnvironmentRules, Row, SubmitRequest, find_row
from farmsubmit.request.naming import template_values
from farmsubmit.request.options import check_options, without_defaults
from farmsubmit.request.rows import AS_STORED, Choice, known_layers, rows_of, takes_output
from farmsubmit.scenes.facts import SceneFacts

# Attributes of a job that have a setting of the same name.
_JOB_SETTINGS = ("priority", "tier", "projects", "tags", "crews", "maxactive", "envkey", "comment")


@dataclass(frozen=True)
class Asked:
    """What a person asks for; what is left out comes from the scene, then from the settings.

    For the rows: ``rows`` are ids of the only rows to render, ``layers`` names of the only layers, ``cameras`` those to
    render through, ``variables`` lists of values of graph state variables by name, ``views`` the views of Nuke's
    writes. ``frames`` (a frame set), ``chunk``, ``order`` and ``service`` go to all rows that are on, and ``edits``
    change single rows after that (see request.edits). For the job: ``job`` holds attributes by name, ``dirmaps`` and
    ``environment`` are added to those of the settings, ``capture`` takes allowed variables of this process along.
    ``options`` are those of request.options; a ``moment`` among them makes templates with a date give the same again.
    """

    frames: Optional[str] = None
    chunk: Optional[int] = None
    order: Optional[str] = None
    service: Optional[str] = None
    rows: Sequence[str] = ()
    layers: Sequence[str] = ()
    cameras: Sequence[str] = ()
    views: Sequence[str] = ()
    variables: Mapping[str, Sequence[str]] = field(default_factory=dict)
    edits: Sequence[str] = ()
    job: Mapping[str, Any] = field(default_factory=dict)
    dirmaps: Sequence[DirMap] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    capture: Optional[bool] = None
    engine: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what was typed wrong, whatever the scene is; raises FrameError, RequestError and FarmsubmitError."""
        if self.chunk is not None and self.chunk < 1:
            raise FarmsubmitError(f"a chunk of {self.chunk} frames is none", "give 1 or more")
        if self.frames is not None:
            FrameSet.parse(self.frames)
        ordered_indices(0, self.order or "forward")
        check_options(self.options)


def request_for(
    facts: SceneFacts,
    settings: Any,
    frames: Optional[str] = None,
    chunk: Optional[int] = None,
    order: Optional[str] = None,
    layers: Sequence[str] = (),
    job: Mapping[str, Any] = {},
    dirmaps: Sequence[DirMap] = (),
    **more: Any,
) -> SubmitRequest:
    """Return the request for a scene; what is not given comes from the scene, then from the settings.

    ``job`` holds attributes of the job, but for ``service``, which is that of the render commands. ``more`` are the
    other things that Asked names, such as ``rows=["Write1"]`` or ``options={"missing_only": True}``. What the scene
    lacks, such as frames or an output, is told when the job is built. Raises FrameError for bad frames or order,
    SceneError for a layer or camera that the scene does not have, RequestError for rows, TemplateError for names.
    """
    attributes = dict(job)
    service = attributes.pop("service", None)
    asked = Asked(
        frames=frames,
        chunk=chunk,
        order=order,
        layers=layers,
        job=attributes,
        dirmaps=dirmaps,
        **{"service": service, **more},
    )
    made = _with_output_names(unnamed_request(facts, settings, Choice(tuple(asked.cameras), asked.variables)))
    return _laid_over(made, asked, made.options.get("missing_only", False))


def unnamed_request(facts: SceneFacts, settings: Any, choice: Choice = AS_STORED) -> SubmitRequest:
    """Return the request for a scene before the template output_name, which sees its rows, names their outputs.

    Nothing is laid over it yet. Raises SceneError as rows_of does.
    """
    rows = rows_of(facts, settings, choice)
    locked = _locked_job(facts, settings)
    of_settings = {name: settings[name] for name in ("missing_only", "preview_first", "preview_rest")}
    return SubmitRequest(
        facts,
        rows,
        {**{name: settings[name] for name in _JOB_SETTINGS if settings[name] not in (None, "", [])}, **locked},
        tuple(DirMap(**found) for found in settings["dirmaps"]),
        EnvironmentRules(dict(settings["environment_set"])),
        settings=settings,
        options={**of_settings, "scene_copy": settings["scene_copy"] == "yes", **_circumstances(facts)},
    )


def _locked_job(facts: SceneFacts, settings: Any) -> Dict[str, Any]:
    """Return the values at which policies lock attributes of the job that are no settings, such as ``service``."""
    policy = getattr(settings, "policy", None)
    if policy is None:
        return {}
    context = policy.context_of(facts.dcc)
    rules = {name.partition(".")[2]: policy.rule(name, context) for name in policy.fields if name.startswith("job.")}
    return {name: rule.value for name, rule in rules.items() if rule.locked and rule.value is not None}


def overlaid(request: SubmitRequest, asked: Asked) -> SubmitRequest:
    """Return a finished request with what a person asks for laid over it.

    Raises as request_for does, and RequestError for cameras and variables, for which rows are made.
    """
    if asked.cameras or asked.variables:
        raise RequestError("a finished request has its rows already", "choose among them by id")
    return _laid_over(request, asked, False)


def _laid_over(request: SubmitRequest, asked: Asked, missing_only: bool) -> SubmitRequest:
    facts = request.facts
    rows = tuple(_asked_of(row, asked) if row.on else row for row in _chosen(request.rows, facts, asked))
    rows = edited(rows, asked.edits)
    options = {**request.options, **asked.options}
    if asked.options.get("missing_only", missing_only):
        # Few ask for it, and it takes all that knows of files on disk.
        from farmsubmit.request.missing import only_missing

        wanted = any(row.on for row in rows)
        rows, notes = only_missing(rows, facts)
        options["nothing_missing"] = wanted and not any(row.on for row in rows)
        options["notes"] = [*options.get("notes", ()), *notes]
    return replace(
        request,
        rows=rows,
        job={**request.job, **asked.job},
        dirmaps=(*request.dirmaps, *asked.dirmaps),
        environment=EnvironmentRules(
            {**request.environment.set, **asked.environment},
            request.environment.capture if asked.capture is None else asked.capture,
        ),
        engine=asked.engine or request.engine,
        options=without_defaults(options),
    )


def _asked_of(row: Row, asked: Asked) -> Row:
    """Return a row with what is asked for all of them; what is one task, a movie file, stays one."""
    changes: Dict[str, Any] = {
        "order": asked.order,
        "service": asked.service,
        "chunk": asked.chunk if row.chunk else None,
    }
    if asked.frames is not None:
        changes.update(frames=FrameSet.parse(asked.frames), movie_frames=FrameSet())
    return replace(row, **{name: value for name, value in changes.items() if value is not None})


# --- which rows


def _chosen(rows: Sequence[Row], facts: SceneFacts, asked: Asked) -> Tuple[Row, ...]:
    chosen = list(rows)
    layers = known_layers(facts, asked.layers)
    if layers:
        chosen = [_LAYERED.get(facts.dcc, _without_layers)(row, layers) for row in chosen]
    if asked.rows:
        for name in asked.rows:
            find_row(rows, name)
        # With layers too, both must hold.
        chosen = [replace(row, on=row.id in asked.rows and (row.on or not layers)) for row in chosen]
    return tuple(_viewed(row, facts, asked.views) for row in chosen) if asked.views else tuple(chosen)


def _one_layer(row: Row, layers: Tuple[str, ...]) -> Row:
    return replace(row, on=row.layer in layers)


def _layers_together(row: Row, layers: Tuple[str, ...]) -> Row:
    return replace(row, layers=layers, title=" ".join(filter(None, (", ".join(layers), row.camera))))


def _without_layers(row: Row, layers: Tuple[str, ...]) -> Row:
    raise SceneError(f"the rows of this scene are no layers, such as {layers[0]!r}", "choose rows by id")


_LAYERED: Dict[str, Callable[[Row, Tuple[str, ...]], Row]] = {"blender": _layers_together, "maya": _one_layer}


def _viewed(row: Row, facts: SceneFacts, views: Sequence[str]) -> Row:
    """Return a row with those of the views that it writes; it is off where there are none."""
    own: List[str] = next((list(found.views) for found in facts.outputs if found.name == row.node), [])
    wanted = tuple(view for view in own if view in views)
    return replace(row, views=wanted, on=row.on and bool(wanted))


# --- what the settings and the moment add


def _circumstances(facts: SceneFacts) -> Dict[str, Any]:
    """Return who makes the request, when, and in which project of Maya: the same request later has the same ones."""
    import getpass
    from datetime import datetime

    try:
        user = getpass.getuser()
    except (KeyError, OSError, ImportError):
        user = ""
    moment = datetime.now().astimezone().isoformat(timespec="seconds")
    return {"user": user, "moment": moment, "project": facts.project}


def _with_output_names(request: SubmitRequest) -> SubmitRequest:
    """Return the request with the outputs that the template output_name gives."""
    text = str(request.settings["output_name"])
    if not text:
        return request
    from farmsubmit.lang.template import Template

    template = Template(text, "output_name")
    named = []
    for row in request.rows:
        if not takes_output(request.facts, row):
            named.append(row)
            continue
        try:
            named.append(replace(row, output=template.render(template_values(request, row))))
        except ParseError:
            # A row that is off may lack what the template asks for.
            if row.on:
                raise
            named.append(row)
    return replace(request, rows=tuple(named))
