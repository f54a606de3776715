"""Policy as files hold it: ``[policy.NAME]`` tables, each with what it asks and when.

Source: the file format is farmsubmit's own; see docs/policy.md.
"""

from __future__ import annotations

import math
from functools import partial
from typing import Any, Callable, Dict, Iterator, List, Mapping, NamedTuple, Optional, Tuple

from farmsubmit.errors import SettingsError, did_you_mean
from farmsubmit.settings.places import DCCS
from farmsubmit.settings.table import SETTINGS, Setting, read_value
from farmsubmit.settings.tomltext import TomlFile

#: The attributes of a job, and the fields of a row of a request, that a policy may name after ``job.`` and ``row.``.
JOB_FIELDS = (
    *("title", "tier", "projects", "crews", "priority", "pbias", "paused", "after", "afterjids", "service", "tags"),
    *("atleast", "atmost", "minslots", "maxslots", "samehost", "envkey", "maxactive", "etalevel", "comment"),
    *("metadata", "editpolicy", "spoolcwd", "whendone", "whenerror", "whenalways", "serialsubtasks"),
)
ROW_FIELDS = (
    *("id", "on", "kind", "title", "layer", "camera", "node", "views", "variables", "frames", "chunk", "order"),
    *("priority", "service", "output", "after", "movie", "layers", "movie_frames"),
)
_GROUPS = {"job": JOB_FIELDS, "row": ROW_FIELDS}
_FLAGS = ("job.paused", "row.on", "row.movie")

# The same thing under two names: the setting is what the job or row has where nobody says otherwise.
_SAME_IN_JOB = ("priority", "tier", "projects", "tags", "crews", "maxactive", "envkey", "comment")
_SAME = {**{f"job.{name}": name for name in _SAME_IN_JOB}, "row.chunk": "chunk", "row.order": "order"}

_KEYS = ("lock", "hide", "require", "min", "max", "choices", "reason", "when")
_CONDITIONS = ("dcc", "task", "group")


class Entry(NamedTuple):
    """One policy for one field, as a file gives it.

    ``locks`` says whether the value is fixed, at ``value``, or where ``keeps`` is true at what the layers up to this
    one give. ``when`` has the words of each condition, of which one must fit; no condition always fits.
    """

    field: str
    origin: str
    locks: bool = False
    keeps: bool = False
    value: Any = None
    hide: bool = False
    require: bool = False
    minimum: Optional[float] = None
    maximum: Optional[float] = None
    choices: Tuple[Any, ...] = ()
    reason: str = ""
    when: Tuple[Tuple[str, Tuple[str, ...]], ...] = ()


def canonical(field: str) -> str:
    """Return the one name of a field that has two: ``job.priority`` is the setting ``priority``."""
    return _SAME.get(field, field)


def names_of(field: str) -> List[str]:
    """Return all names of a field, the canonical one first."""
    return [field, *(name for name, same in _SAME.items() if same == field)]


def read_policy(file: TomlFile, origin: str) -> Tuple[Entry, ...]:
    """Return the policy of a file in its order; raises SettingsError with path and line."""
    tables = file.data.get("policy", {})
    if not isinstance(tables, dict):
        raise SettingsError(f"{file.at('policy')}: policy is not a table", "write [policy.priority]")
    return tuple(_entry(field, table, where, origin) for field, table, where in _tables(tables, file))


_Where = Callable[[], str]


def _tables(tables: Mapping[str, Any], file: TomlFile) -> Iterator[Tuple[str, Dict[str, Any], _Where]]:
    """Yield each field with its tables; ``[policy.job.tier]`` and ``[policy."job.tier"]`` are the same."""
    for name, value in tables.items():
        if name in _GROUPS and isinstance(value, dict):
            where = partial(file.at, table=f"policy.{name}")
            parts = [(f"{name}.{field}", part, partial(where, field)) for field, part in value.items()]
        else:
            parts = [(name, value, partial(file.at, name, "policy"))]
        for field, part, at in parts:
            _check_field(field, at)
            for table in part if isinstance(part, list) else [part]:
                yield canonical(field), table, at


def _check_field(field: str, where: _Where) -> None:
    known = [*SETTINGS, *(f"{group}.{name}" for group, names in _GROUPS.items() for name in names)]
    if field not in known:
        raise SettingsError(f"{where()}: there is no field {field!r} for a policy", did_you_mean(field, known))


def _entry(field: str, table: Any, where: _Where, origin: str) -> Entry:
    if not isinstance(table, dict):
        raise SettingsError(f"{where()}: the policy of {field} is not a table", "write for example lock = true in it")
    for key in table:
        if key not in _KEYS:
            hint = did_you_mean(key, _KEYS) or f"there are {', '.join(_KEYS)}"
            raise SettingsError(f"{where()}: the policy of {field} has no {key!r}", hint)
    if not set(table) - {"reason", "when"}:
        raise SettingsError(f"{where()}: the policy of {field} asks nothing", f"write {', '.join(_KEYS[:-2])}")
    entry = Entry(
        field,
        origin,
        hide=_read(table, "hide", bool, "true or false", where) or False,
        require=_read(table, "require", bool, "true or false", where) or False,
        minimum=_limit(field, table, "min", where),
        maximum=_limit(field, table, "max", where),
        choices=_choices(field, table, where),
        reason=_read(table, "reason", str, "text", where) or "",
        when=tuple(_conditions(table, where)),
    )
    if entry.minimum is not None and entry.maximum is not None and entry.minimum > entry.maximum:
        raise SettingsError(f"{where()}: min = {entry.minimum} is above max = {entry.maximum}")
    return _with_lock(entry, table, where)


def _with_lock(entry: Entry, table: Mapping[str, Any], where: _Where) -> Entry:
    lock = table.get("lock")
    setting = SETTINGS.get(entry.field)
    if lock is False and (entry.field in _FLAGS or (setting is not None and isinstance(setting.default(), bool))):
        at_top = f"write lock = true, and {entry.field} = false at the top of the file"
        hint = at_top if setting else "write choices = [false]"
        raise SettingsError(f"{where()}: lock = false could mean no lock, or a lock at false", hint)
    if lock is None or lock is False:
        return entry
    if lock is True:
        return entry._replace(locks=True, keeps=True)
    value = lock if setting is None else read_value(setting, lock, where)
    return entry._replace(locks=True, value=value)


def _read(table: Mapping[str, Any], key: str, kind: Any, expected: str, where: _Where) -> Any:
    value = table.get(key)
    if key not in table or (isinstance(value, kind) and (kind is bool or not isinstance(value, bool))):
        return value
    raise SettingsError(f"{where()}: {key} = {value!r} is not {expected}")


def _limit(field: str, table: Mapping[str, Any], key: str, where: _Where) -> Optional[float]:
    limit: Optional[float] = _read(table, key, (int, float), "a number", where)
    if limit is not None and not abs(limit) < math.inf:
        raise SettingsError(f"{where()}: {key} = {limit} is not a number that limits anything")
    if limit is not None and field in SETTINGS and not _is_number(SETTINGS[field]):
        raise SettingsError(f"{where()}: {field} is no number, so it has no {key}", "write choices, or lock")
    return limit


def _is_number(setting: Setting) -> bool:
    try:
        value = setting.kind.read(1)
    except ValueError:
        return False
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _choices(field: str, table: Mapping[str, Any], where: _Where) -> Tuple[Any, ...]:
    found = _read(table, "choices", list, "a list", where)
    if found == []:
        raise SettingsError(f"{where()}: choices = [] leaves nothing to choose from")
    setting = SETTINGS.get(field)
    if found is None or setting is None or isinstance(setting.default(), (list, dict)):
        return tuple(found or ())
    return tuple(read_value(setting, item, where) for item in found)


def _conditions(table: Mapping[str, Any], where: _Where) -> Iterator[Tuple[str, Tuple[str, ...]]]:
    when = _read(table, "when", dict, "a table such as {dcc = ['maya']}", where) or {}
    for key, value in when.items():
        if key not in _CONDITIONS:
            hint = did_you_mean(key, _CONDITIONS) or f"there are {', '.join(_CONDITIONS)}"
            raise SettingsError(f"{where()}: there is no condition {key!r}", hint)
        words = [value] if isinstance(value, str) else value
        if not isinstance(words, list) or not words or not all(isinstance(word, str) for word in words):
            raise SettingsError(f"{where()}: {key} = {value!r} is not a list of names")
        if key == "dcc" and not set(words) <= set(DCCS):
            raise SettingsError(f"{where()}: dcc = {value!r} names another than {', '.join(DCCS)}")
        yield key, tuple(words)
