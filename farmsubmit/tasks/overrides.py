"""A plug-in changed in place, where another one requires it."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Sequence, Tuple, Type

from farmsubmit.errors import PluginError, did_you_mean
from farmsubmit.tasks.plugin import TaskPlugin


class TaskWithOverrides:
    """A required task with some of its attributes replaced: ``TaskWithOverrides("Render", tags=["gpu"])``.

    The attribute ``argument_processors`` also takes an ArgumentProcessorOverrides, which changes the list instead of
    replacing it. Source: jobtronaut's class of this name.
    """

    def __init__(self, basename: str, **overrides: Any) -> None:
        self.basename = basename
        self.overrides = overrides

    def __repr__(self) -> str:
        words = [repr(self.basename), *(f"{name}={value!r}" for name, value in self.overrides.items())]
        return f"TaskWithOverrides({', '.join(words)})"

    def applied(self, base: Type[TaskPlugin]) -> Type[TaskPlugin]:
        """Return a class derived from ``base`` with the overrides; raises PluginError for an unknown attribute."""
        return overridden(base, self.overrides)


class ArgumentProcessorOverrides:
    """Changes to a list of processors, done one after the other.

    A change is ``("insert", place, processor)``, ``("remove", place or slice)`` or ``("replace", place, processor)``.
    Raises PluginError for anything else.
    """

    def __init__(self, *changes: Tuple[Any, ...]) -> None:
        self.changes = changes
        for change in changes:
            _check_change(change)

    def __repr__(self) -> str:
        return f"ArgumentProcessorOverrides({', '.join(map(repr, self.changes))})"

    def applied(self, processors: Sequence[Any], owner: str) -> List[Any]:
        """Return the processors with the changes; raises PluginError for a place that the list does not have."""
        changed = list(processors)
        for action, place, *rest in self.changes:
            if action == "insert":
                changed.insert(place, rest[0])
                continue
            try:
                if action == "remove":
                    del changed[place]
                else:
                    changed[place] = rest[0]
            except IndexError:
                raise PluginError(f"{owner} has no processor {place} to {action}", f"it has {len(changed)}") from None
        return changed


def _check_change(change: Any) -> None:
    sizes = {"insert": 3, "remove": 2, "replace": 3}
    action = change[0] if isinstance(change, tuple) and change else change
    size = sizes.get(action) if isinstance(action, str) else None
    places = (int, slice) if action == "remove" else (int,)
    if size is None or len(change) != size or not isinstance(change[1], places):
        hint = "write ('insert', place, processor), ('remove', place) or ('replace', place, processor)"
        raise PluginError(f"{change!r} is no change of processors", hint)


def overridden(base: Type[TaskPlugin], overrides: Mapping[str, Any]) -> Type[TaskPlugin]:
    """Return a class derived from a plug-in, of the same name, with attributes replaced.

    ``argument_defaults`` are laid over those of the plug-in, for without them it could not work.
    """
    attributes: Dict[str, Any] = {}
    known = [name for name in dir(base) if not name.startswith("_")]
    for name, value in overrides.items():
        if name not in known:
            raise PluginError(f"{base.__name__} has no attribute {name!r} to override", did_you_mean(name, known))
        attributes[name] = _overriding(base, name, value)
    made = type(base.__name__, (base,), {**attributes, "__module__": base.__module__, "__doc__": base.__doc__})
    made.farmsubmit_overrides = {**getattr(base, "farmsubmit_overrides", {}), **attributes}  # type: ignore[attr-defined]
    return made


def _overriding(base: Type[TaskPlugin], name: str, value: Any) -> Any:
    if isinstance(value, ArgumentProcessorOverrides):
        return value.applied(base.argument_processors, base.__name__)
    if name == "argument_defaults" and isinstance(value, Mapping):
        return {**base.argument_defaults, **value}
    return value
