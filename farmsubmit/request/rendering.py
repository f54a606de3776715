"""What the renderers of a Maya scene are told: each row the options that its own renderer has.

A scene may render each of its layers with another renderer. An option goes to the rows whose renderer has it; the
others are rendered without it, which a rule of the checks tells. One that no layer of the scene has a renderer for is a
mistake, and so is any of them in the request of another DCC.
"""

from __future__ import annotations

from typing import Any, Dict, Iterator, Mapping, NamedTuple, Tuple

from farmsubmit.errors import RequestError
from farmsubmit.request.model import Row, SubmitRequest
from farmsubmit.request.options import OPTIONS, RENDER_OPTIONS
from farmsubmit.request.rows import maya_renderer
from farmsubmit.scenes.facts import SceneFacts

_MOST_NAMED = 5


class LeftOut(NamedTuple):
    """An option that some rows are rendered without, in words: those rows with their renderers, and who has it."""

    said: str
    rows: str
    takers: str


def check_render_options(request: SubmitRequest) -> None:
    """Raise RequestError for an option that no renderer of the scene has, and for one that means nothing in its DCC."""
    for name, value in asked_options(request).items():
        _check(name, value, request.facts)


def render_options(row: Row, request: SubmitRequest) -> Dict[str, Any]:
    """Return the options of the request that the renderer of a row has, by name."""
    renderer = maya_renderer(request.facts, row.layer)
    return {name: value for name, value in asked_options(request).items() if has_option(renderer, name)}


def asked_options(request: SubmitRequest) -> Dict[str, Any]:
    """Return the options for renderers that say anything, by name."""
    given = {name: request.options.get(name) for name in RENDER_OPTIONS}
    return {name: value for name, value in given.items() if value}


def has_option(renderer: str, name: str) -> bool:
    """Tell whether a renderer, by Maya's name, has an option; of one that is not known only what all have is known."""
    takers = OPTIONS[name].renderers
    return takers is not None and (not takers or renderer in takers)


def left_out(request: SubmitRequest) -> Iterator[LeftOut]:
    """Give the options that some of the rows which are on are rendered without."""
    renderers = {row.label: maya_renderer(request.facts, row.layer) for row in request.rows_on}
    for name, value in asked_options(request).items():
        without = {label: renderer for label, renderer in renderers.items() if not has_option(renderer, name)}
        if without:
            yield LeftOut(_said(name, value), _listed(without), _takers(name))


def offered_options(facts: SceneFacts) -> Tuple[str, ...]:
    """Return the names of the options that some renderer of a scene has; none where it is no scene of Maya."""
    if facts.dcc != "maya":
        return ()
    renderers = _renderers(facts).values()
    return tuple(name for name in RENDER_OPTIONS if any(has_option(renderer, name) for renderer in renderers))


def _renderers(facts: SceneFacts) -> Dict[str, str]:
    """Return the renderer of each layer, by its name; of the scene where it has no layers."""
    return {layer.name: maya_renderer(facts, layer.name) for layer in facts.layers} or {"the scene": facts.renderer}


def _check(name: str, value: Any, facts: SceneFacts) -> None:
    if facts.dcc != "maya":
        raise RequestError(f"the option {name} means nothing in a {facts.dcc} scene", "leave it out")
    if name in offered_options(facts):
        return
    problem = f"{_said(name, value)} is for {_takers(name)}, with which nothing here is rendered"
    raise RequestError(f"{problem}: {_listed(_renderers(facts))}", "leave it out")


def _listed(renderers: Mapping[str, str]) -> str:
    """Return what is rendered with which renderer, by label: ``beauty (arnold), fx (vray)``."""
    told = [f"{label} ({renderer or 'by what is not known'})" for label, renderer in renderers.items()]
    more = f" and {len(told) - _MOST_NAMED} more" if len(told) > _MOST_NAMED else ""
    return ", ".join(told[:_MOST_NAMED]) + more


def _said(name: str, value: Any) -> str:
    return name if value is True else f"{name} = {value}"


def _takers(name: str) -> str:
    return ", ".join(OPTIONS[name].renderers or ())
