"""Schemas: what a value must be for a processor to take it.

Source: the package ``schema``, whose plain forms these are. Its own objects have a method ``validate`` and may stand
anywhere in a schema; farmsubmit does not need it.
"""

from __future__ import annotations

from typing import Any, Dict, List, Sequence

from farmsubmit.tasks.values import FRAME_RANGE, FRAME_RANGES, Kind, shortened

_MOST_LEVELS = 50


class NoMatch(Exception):
    """A value that is not what a schema wants."""


class _KindSchema:
    """A kind of value of farmsubmit's own, as an object that validates."""

    kind: Kind

    def __repr__(self) -> str:
        return self.kind.name

    def validate(self, value: Any) -> Any:
        """Return the value; raises ValueError where it is not of the kind."""
        return self.kind.accept(value)


class FrameRange(_KindSchema):
    """Two whole numbers ``[first, last]``, the last not before the first."""

    kind = FRAME_RANGE


class FrameRanges(_KindSchema):
    """A list of frame ranges."""

    kind = FRAME_RANGES


def matched(value: Any, schemas: Sequence[Any], level: int = 0) -> Any:
    """Return the value as the first of some schemas gives it that it matches; raises NoMatch."""
    if level > _MOST_LEVELS:
        raise NoMatch
    for schema in schemas:
        try:
            return _matched_one(value, schema, level)
        except NoMatch:
            continue
    raise NoMatch


def _matched_one(value: Any, schema: Any, level: int) -> Any:
    if isinstance(schema, type):
        return _only_if(isinstance(value, schema), value)
    if hasattr(schema, "validate"):
        return _validated(value, schema)
    if isinstance(schema, dict):
        return _matched_mapping(value, schema, level)
    if isinstance(schema, (list, tuple, set, frozenset)):
        _only_if(isinstance(value, type(schema)), value)
        return type(schema)([matched(item, list(schema), level + 1) for item in value])
    if callable(schema):
        return _only_if(_says_yes(schema, value), value)
    return _only_if(value == schema, value)


def _only_if(fits: bool, value: Any) -> Any:
    if not fits:
        raise NoMatch
    return value


def _validated(value: Any, schema: Any) -> Any:
    try:
        return schema.validate(value)
    except Exception:  # each package has its own
        raise NoMatch from None


def _says_yes(function: Any, value: Any) -> bool:
    try:
        return bool(function(value))
    except Exception:  # such as len() of a number
        return False


def _matched_mapping(value: Any, schema: Dict[Any, Any], level: int) -> Dict[Any, Any]:
    """Return a mapping each of whose items matches one of the schema's, and that has every key named in it."""
    _only_if(isinstance(value, dict), value)
    named = [key for key in schema if isinstance(key, (str, int, float))]
    _only_if(all(key in value for key in named), value)
    return dict(_matched_item(key, item, schema, level) for key, item in value.items())


def _matched_item(key: Any, item: Any, schema: Dict[Any, Any], level: int) -> Any:
    for wanted_key, wanted in schema.items():
        try:
            return matched(key, [wanted_key], level + 1), matched(item, [wanted], level + 1)
        except NoMatch:
            continue
    raise NoMatch


def name_of(schema: Any) -> str:
    """Return a schema as an error names it."""
    if isinstance(schema, type):
        return schema.__name__
    if isinstance(schema, (list, tuple)):
        names: List[str] = [name_of(part) for part in schema]
        return f"{type(schema).__name__} of {' or '.join(names)}" if names else type(schema).__name__
    return getattr(schema, "__name__", None) or shortened(schema)
