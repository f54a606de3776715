"""What a site and a show lock, hide, limit or require, for whom, and what a finished request has against it."""

from __future__ import annotations

from typing import Any, Callable, Dict, Iterator, List, Mapping, NamedTuple, Optional, Tuple

from farmsubmit.errors import did_you_mean
from farmsubmit.settings.display import shown
from farmsubmit.settings.policyfile import Entry, canonical, names_of
from farmsubmit.settings.table import SETTINGS


class Context(NamedTuple):
    """What a policy may depend on: the DCC of the scene, the name of the task plug-in, and the user's groups.

    ``groups`` None stands for those of the person who runs this; they are looked up when a policy asks for them.
    """

    dcc: str = ""
    task: str = ""
    groups: Optional[Tuple[str, ...]] = None


def render_task(dcc: str) -> str:
    """Return the shipped task that the rows of a DCC's scenes are, such as ``MayaRender``; empty for no DCC."""
    return f"{dcc.capitalize()}Render" if dcc else ""


class Rule(NamedTuple):
    """All that the policies ask of one field in one context.

    ``value`` is that of a locked field; None is also that of a lock on a field that is no setting and keeps what the
    request gives. ``minimum`` and ``maximum`` include themselves; ``choices`` empty allows all. ``reason`` and
    ``origin`` are those of the lock, or else of the first policy that gives them.
    """

    locked: bool = False
    value: Any = None
    hidden: bool = False
    required: bool = False
    minimum: Optional[float] = None
    maximum: Optional[float] = None
    choices: Tuple[Any, ...] = ()
    reason: str = ""
    origin: str = ""


class PolicyProblem(NamedTuple):
    """A value that a policy does not allow; ``text`` says so in words, ``origin`` is where the policy stands."""

    field: str
    text: str
    reason: str
    origin: str

    def __str__(self) -> str:
        return f"{self.text} ({self.origin})" + (f": {self.reason}" if self.reason else "")


class Policy:
    """The policies of all layers, those that count most first, and the context in which the settings were loaded."""

    def __init__(self, context: Optional[Context] = None) -> None:
        self.context = context or Context()
        self.groups: Callable[[], Tuple[str, ...]] = tuple
        self._entries: Dict[str, List[Entry]] = {}

    @property
    def fields(self) -> List[str]:
        """The fields that any policy is about, by their canonical names."""
        return sorted(self._entries)

    def context_of(self, dcc: str) -> Context:
        """Return the context of the settings, with the DCC of a scene and its render task where they name none."""
        known = self.context.dcc or dcc
        return self.context._replace(dcc=known, task=self.context.task or render_task(known))

    def add(self, entries: List[Entry], first: bool = False) -> None:
        """Add the policies of one layer; ``first`` puts them before those that are there."""
        by_field: Dict[str, List[Entry]] = {}
        for entry in entries:
            by_field.setdefault(entry.field, []).append(entry)
        for field, own in by_field.items():
            there = self._entries.get(field, [])
            self._entries[field] = [*own, *there] if first else [*there, *own]

    def fits(self, entry: Entry, context: Optional[Context] = None) -> bool:
        """Tell whether all conditions of a policy hold in a context (default: that of the settings)."""
        return all(self._holds(key, words, context or self.context) for key, words in entry.when)

    def _holds(self, key: str, words: Tuple[str, ...], context: Context) -> bool:
        if key != "group":
            return getattr(context, key) in words
        groups = self.groups() if context.groups is None else context.groups
        return bool(set(groups) & set(words))

    def entries(self, field: str, context: Optional[Context] = None) -> List[Entry]:
        """Return the policies about a field that hold in a context, those that count most first."""
        return [entry for entry in self._entries.get(canonical(field), ()) if self.fits(entry, context)]

    def rule(self, field: str, context: Optional[Context] = None) -> Rule:
        """Return what is asked of a field: a setting, ``job.<attribute>`` or ``row.<field>``.

        ``context`` is by default that of the settings; ``policy.context._replace(task="MayaRender")`` makes another.
        Of several locks the first counts, limits add up, and what any of the choices excludes is excluded.
        """
        entries = self.entries(field, context)
        lock = next((entry for entry in entries if entry.locks), None)
        told = [lock] if lock else entries
        return Rule(
            lock is not None,
            lock.value if lock else None,
            any(entry.hide for entry in entries),
            any(entry.require for entry in entries),
            max((entry.minimum for entry in entries if entry.minimum is not None), default=None),
            min((entry.maximum for entry in entries if entry.maximum is not None), default=None),
            _common([entry.choices for entry in entries if entry.choices]),
            next((entry.reason for entry in told if entry.reason), ""),
            told[0].origin if told else "",
        )

    def problems(self, values: Mapping[str, Any], context: Optional[Context] = None) -> List[PolicyProblem]:
        """Return what the policies have against values by field, such as those of a finished request.

        A field that is not in ``values`` is not looked at, but for one of the job or of a row that is required where
        others of the same group are given. None, empty text and empty lists count as missing. Of several locks only the
        first is asked for, for nothing fits two.
        """
        found = []
        for field in self.fields:
            for entry in _with_one_lock(self.entries(field, context)):
                for name in names_of(field):
                    texts = _against(entry, name, values)
                    found += [PolicyProblem(name, text, entry.reason, entry.origin) for text in texts]
        return found


def _with_one_lock(entries: List[Entry]) -> Iterator[Entry]:
    is_locked = False
    for entry in entries:
        yield entry._replace(locks=False) if is_locked else entry
        is_locked = is_locked or entry.locks


def _against(entry: Entry, name: str, values: Mapping[str, Any]) -> Iterator[str]:
    """Yield what a policy has against the value that a field has under one of its names."""
    groups = {other.partition(".")[0] for other in values if "." in other}
    if name not in values and not ("." in name and name.partition(".")[0] in groups):
        return
    value = values.get(name)
    told = f"{name} = {shown(entry.field, value) or 'nothing'}"
    if name in values and not _is_locked_at(entry, value):
        yield f"{told} is locked at {shown(entry.field, entry.value) or 'nothing'}"
    if _is_missing(value):
        if entry.require:
            yield f"{name} is required"
        return
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        if entry.minimum is not None and value < entry.minimum:
            yield f"{told} is below {shown('', entry.minimum)}"
        if entry.maximum is not None and value > entry.maximum:
            yield f"{told} is above {shown('', entry.maximum)}"
    yield from _not_chosen(entry, name, value)


def _is_missing(value: Any) -> bool:
    return value is None or value in ("", [], (), {})


def _is_locked_at(entry: Entry, value: Any) -> bool:
    """Tell whether a lock allows a value; one that keeps what a request gives, which is no setting, allows all."""
    if not entry.locks or (entry.keeps and entry.field not in SETTINGS):
        return True
    if _is_missing(value) and _is_missing(entry.value):
        return True
    return bool((list(value) if isinstance(value, tuple) else value) == entry.value)


def _not_chosen(entry: Entry, name: str, value: Any) -> Iterator[str]:
    if not entry.choices:
        return
    for item in value if isinstance(value, (list, tuple)) else [value]:
        if item not in entry.choices:
            near = did_you_mean(str(item), map(str, entry.choices))
            end = f"; {near}" if near else ""
            yield f"{name} = {shown(entry.field, item)} is not one of {shown(entry.field, list(entry.choices))}{end}"


def _common(lists: List[Tuple[Any, ...]]) -> Tuple[Any, ...]:
    if not lists:
        return ()
    return tuple(item for item in lists[0] if all(item in other for other in lists[1:]))
