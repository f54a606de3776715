"""How two values of JSON differ, each difference by its place: ``changed job.priority 50 → 10``.

Lists of objects that have names are compared by them, so that a row that is gone is one difference and not one for
every row behind it.
"""

from __future__ import annotations

from typing import Any, Dict, Iterable, Iterator, List, NamedTuple, Optional, Sequence, Tuple

from farmsubmit.formats._plain import plain

_NAMES = ("id", "name", "path")
_LONGEST = 60
_LARGE = 1e6  # from here on %g rounds
_AS_JSON = {"None": "null", "True": "true", "False": "false"}


class _Missing:
    """Stands where there is no value."""

    def __repr__(self) -> str:
        return "nothing"


MISSING = _Missing()


class Difference(NamedTuple):
    """A place whose value is another; MISSING is before what is new and after what is gone."""

    where: str
    before: Any
    after: Any

    def __str__(self) -> str:
        if self.before is MISSING:
            return f"added {self.where} {shown(self.after)}"
        if self.after is MISSING:
            return f"removed {self.where} {shown(self.before)}"
        return f"changed {self.change}"

    @property
    def change(self) -> str:
        """The difference without a verb: ``job.priority 50 → 10``."""
        return f"{self.where} {shown(self.before)} → {shown(self.after)}"


_Step = Tuple[str, Any, Any]


def differences(before: Any, after: Any, where: str = "") -> List[Difference]:
    """Return how a value of JSON differs from another, in the order of the first; ``where`` leads to both.

    A whole number equals the same one with a point, and true is no number. Deep values are no danger.
    """
    found: List[Difference] = []
    pending: List[_Step] = [(where, before, after)]
    while pending:
        place, old, new = pending.pop()
        if isinstance(old, dict) and isinstance(new, dict):
            pending += reversed(list(_of_objects(place, old, new)))
        elif isinstance(old, list) and isinstance(new, list):
            pending += reversed(list(_of_lists(place, old, new)))
        elif not _is_same(old, new):
            found.append(Difference(plain(place), old, new))
    return found


def told(lines: Sequence[object], most: int) -> List[str]:
    """Return the lines as text, the first ``most`` of them and how many more there are."""
    more = len(lines) - most
    return [*map(str, lines[:most]), *([f"… and {more:,} more"] if more > 0 else [])]


def shown(value: Any) -> str:
    """Return a value in at most 60 characters, safe for a terminal."""
    if isinstance(value, (dict, list)):
        text = _container(value)
    else:
        is_whole = isinstance(value, float) and value.is_integer()
        text = f"{value:g}" if is_whole and abs(value) < _LARGE else repr(value)
        text = _AS_JSON.get(text, text)
    return plain(text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…")


def _container(value: Any) -> str:
    """Return a short list of plain values itself, and how much any other holds."""
    items = value if isinstance(value, list) else []
    if items and len(items) <= 8 and not any(isinstance(item, (dict, list)) for item in items):
        return f"[{', '.join(map(shown, items))}]"
    if isinstance(value, dict):
        for name in (*_NAMES, "title"):
            if isinstance(value.get(name), str):
                return repr(value[name])
    return f"{len(value)} value{'' if len(value) == 1 else 's'}"


def _is_same(old: Any, new: Any) -> bool:
    if isinstance(old, (dict, list)) or isinstance(new, (dict, list)):
        return False
    return bool(old == new) and isinstance(old, bool) == isinstance(new, bool)


def _of_objects(where: str, old: Dict[str, Any], new: Dict[str, Any]) -> Iterator[_Step]:
    for name in [*old, *(name for name in new if name not in old)]:
        yield f"{where}.{name}" if where else str(name), old.get(name, MISSING), new.get(name, MISSING)


def _of_lists(where: str, old: List[Any], new: List[Any]) -> Iterator[_Step]:
    old_names, new_names = _names(old), _names(new)
    if old_names is not None and new_names is not None:
        return _of_named(where, dict(zip(old_names, old)), dict(zip(new_names, new)))
    if any(isinstance(item, (dict, list)) for item in (*old, *new)):
        return _by_place(where, old, new, 0)
    return _of_plain(where, old, new)


def _names(items: Iterable[Any]) -> Optional[List[str]]:
    """Return the names of all items, where each is an object and has one of its own."""
    items = list(items)
    for key in _NAMES:
        names = [item.get(key) if isinstance(item, dict) else None for item in items]
        if all(isinstance(name, str) for name in names) and len({*names}) == len(names):
            return [str(name) for name in names]
    return None


def _of_named(where: str, old: Dict[str, Any], new: Dict[str, Any]) -> Iterator[_Step]:
    for name, _, _ in _of_objects("", old, new):
        yield f"{where}[{name}]", old.get(name, MISSING), new.get(name, MISSING)
    kept, now = [name for name in old if name in new], [name for name in new if name in old]
    if kept != now:
        yield f"the order of {where}", ", ".join(kept), ", ".join(now)


def _by_place(where: str, old: List[Any], new: List[Any], first: int) -> Iterator[_Step]:
    for place in range(max(len(old), len(new))):
        was = old[place] if place < len(old) else MISSING
        yield f"{where}[{first + place}]", was, new[place] if place < len(new) else MISSING


def _of_plain(where: str, old: List[Any], new: List[Any]) -> Iterator[_Step]:
    """Compare lists of plain values without what they have in common at both ends."""
    shorter = min(len(old), len(new))
    first = next((place for place in range(shorter) if not _is_same(old[place], new[place])), shorter)
    alike = 0
    while alike < shorter - first and _is_same(old[-1 - alike], new[-1 - alike]):
        alike += 1
    return _by_place(where, old[first : len(old) - alike], new[first : len(new) - alike], first)
