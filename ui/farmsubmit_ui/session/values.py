"""A request as settings: what a preset, or the defaults of a scene, show or person, would have to say."""

from __future__ import annotations

from typing import Any, Dict

from farmsubmit.request import SubmitRequest

_JOB = ("priority", "tier", "projects", "tags", "crews", "maxactive", "envkey", "comment")
_OPTIONS = {"missing_only": False, "preview_first": "", "preview_rest": "behind"}


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
