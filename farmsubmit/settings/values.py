"""The settings: a value for each name, where it comes from, and what each layer said about it."""

from __future__ import annotations

import os
from typing import Any, Dict, List, Mapping, NamedTuple, Optional, Tuple

from farmsubmit.errors import SettingsError
from farmsubmit.settings import display
from farmsubmit.settings.groups import unix_groups
from farmsubmit.settings.layerfile import FILE_KINDS, Layer, overlaid, plain_layer
from farmsubmit.settings.places import ScenePath
from farmsubmit.settings.policy import Context, Policy
from farmsubmit.settings.policyfile import Entry
from farmsubmit.settings.table import SETTINGS

#: The origin of values that were given for this once, on the command line or by a script.
THIS_TIME = "this time"


class Conflict(NamedTuple):
    """A value that a lock kept out: what was wanted and where, what counts instead, and why."""

    name: str
    wanted: Any
    origin: str
    value: Any
    lock_origin: str
    reason: str

    def __str__(self) -> str:
        wanted, value = (display.shown(self.name, each) or "nothing" for each in (self.wanted, self.value))
        reason = f": {self.reason}" if self.reason else ""
        lock = f"it is locked at {value} by {self.lock_origin}{reason}"
        return f"{self.name} = {wanted} of {self.origin} does not count, {lock}"


class Said(NamedTuple):
    """What one layer says about a setting; ``note`` is a remark, such as that it is locked or does not count."""

    origin: str
    value: Any
    note: str = ""


class Settings:
    """Values by name, each with its origin; made by load_settings().

    ``policy`` is what the site and show ask, ``conflicts`` the values that their locks kept out, and ``scene`` the
    scene whose show and own settings count.
    """

    def __init__(self, context: Optional[Context] = None, scene: ScenePath = None) -> None:
        self.policy = Policy(context)
        self.conflicts: List[Conflict] = []
        self.scene = scene
        self._layers: List[Layer] = []
        self._values: Dict[str, Tuple[Any, str]] = {}
        self._said: Dict[str, List[Said]] = {}
        self._locks: Dict[str, Entry] = {}
        self._groups: Optional[Tuple[str, ...]] = self.policy.context.groups
        self.policy.groups = self.groups

    def put(self, values: Mapping[str, Any], origin: str) -> None:
        """Lay values over the earlier ones; ``origin`` says where they come from, in words.

        Raises SettingsError for an unknown name, a value of the wrong kind, or one given this time that is locked.
        """
        self.lay(plain_layer(values, origin))

    def lay(self, layer: Layer) -> None:
        """Lay a layer over the earlier ones; its policy counts for it and those above. Raises SettingsError."""
        self._layers.append(layer)
        if layer.entries:
            self._enforce(layer)
        for name, value in layer.values.items():
            self._set(name, value, layer)

    def __getitem__(self, name: str) -> Any:
        return self._values[name][0] if name in self._values else SETTINGS[name].default()

    def origin(self, name: str) -> str:
        """Return where a value comes from: ``default``, ``KIND: PATH``, an environment variable, or ``this time``.

        KIND is site, show, user, scene or preset. That of a table is the uppermost layer that has entries of it.
        """
        return self._values[name][1] if name in self._values else "default"

    def shown(self, name: str) -> str:
        """Return a value as people may read it: a function by its name, a secret one not at all."""
        return display.shown(name, self[name])

    def is_changed(self, name: str) -> bool:
        """Tell whether a value is another than the default."""
        return name in self._values and bool(self[name] != SETTINGS[name].default())

    def groups(self) -> Tuple[str, ...]:
        """Return the groups of the user: those of the system, or where it knows none, the setting user_groups.

        They are wanted while the site's files are read, so the setting counts in the environment and in these files.
        """
        if self._groups is None:
            self._groups = unix_groups() or tuple(self._named_groups())
        return self._groups

    def _named_groups(self) -> List[str]:
        name = "user_groups"
        text = os.environ.get(f"FARMSUBMIT_{name.upper()}")
        if text:
            return list(SETTINGS[name].kind.read(text))
        return next((layer.values[name] for layer in reversed(self._layers) if name in layer.values), [])

    def explain(self, name: str) -> List[str]:
        """Return, in lines, what each layer says about a setting from the default up, and which one counts and why."""
        default = Said("default", SETTINGS[name].default())
        lines = [f"{name}: {SETTINGS[name].help}"]
        for said in [default, *self._said.get(name, [])]:
            note = f"  ({said.note})" if said.note else ""
            lines.append(f"  {said.origin}: {display.shown(name, said.value) or 'nothing'}{note}")
        lock = self._locks.get(name)
        why = f", locked{': ' + lock.reason if lock.reason else ''}" if lock else ""
        return [*lines, f"{name} is {self.shown(name) or 'nothing'}, from {self.origin(name)}{why}"]

    def with_preset(self, name: str) -> Settings:
        """Return these settings with a preset between those of the scene and the environment. Raises SettingsError."""
        from farmsubmit.settings.presets import preset_layer

        place = next((i for i, layer in enumerate(self._layers) if layer.kind not in FILE_KINDS), len(self._layers))
        preset = preset_layer(name, self.scene, self.policy.context.dcc, self["trusted_folders"])
        return self._from([*self._layers[:place], preset, *self._layers[place:]])

    def shared(self) -> Settings:
        """Return the settings that all users of the site and show have."""
        return self._from([layer for layer in self._layers if layer.kind in ("site", "show")])

    def differing(self, other: Settings) -> Dict[str, Any]:
        """Return the values that are others than those of ``other``, as a settings file holds them.

        Of a table only the entries that differ. Secrets and functions without a name are left out.
        """
        found = {}
        for name, setting in SETTINGS.items():
            value = _difference(self[name], other[name]) if setting.kind.merges else self[name]
            is_writable = not setting.is_secret and (not callable(value) or hasattr(value, "text"))
            if self[name] != other[name] and is_writable:
                found[name] = display.file_data(setting, value)
        return found

    def _from(self, layers: List[Layer]) -> Settings:
        made = Settings(self.policy.context, self.scene)
        made._groups = self._groups
        for layer in layers:
            made.lay(layer)
        return made

    def _set(self, name: str, value: Any, layer: Layer) -> None:
        part = f" [{layer.parts[name]}]" if name in layer.parts else ""
        total = self._over(name, value)
        lock = self._locks.get(name)
        if lock is None:
            self._values[name] = (total, layer.origin)
        note = "does not count" if lock and total != lock.value else ""
        self._said.setdefault(name, []).append(Said(layer.origin + part, value, note))
        if lock and total != lock.value and lock.origin != layer.origin:
            self._refuse(Conflict(name, value, layer.origin, lock.value, lock.origin, lock.reason))

    def _over(self, name: str, value: Any) -> Any:
        total = overlaid(name, self[name], value)
        return {key: item for key, item in total.items() if item != ""} if SETTINGS[name].kind.merges else total

    def _refuse(self, conflict: Conflict) -> None:
        if conflict.origin != THIS_TIME:
            self.conflicts.append(conflict)
            return
        value = display.shown(conflict.name, conflict.value) or "nothing"
        raise SettingsError(f"{conflict.name} is locked at {value} by {conflict.lock_origin}", conflict.reason)

    def _enforce(self, layer: Layer) -> None:
        """Take in the policies of a layer; in one that keeps a value, that is the value up to this layer."""
        entries = [self._kept(entry, layer) for entry in layer.entries]
        # Of the folders of a site the first counts most; it is laid last.
        self.policy.add(entries, first=layer.kind == "site")
        for entry in entries:
            if entry.locks and entry.field in SETTINGS and self.policy.fits(entry):
                self._lock(entry, layer)

    def _kept(self, entry: Entry, layer: Layer) -> Entry:
        name = entry.field
        if not entry.keeps or name not in SETTINGS:
            return entry
        value = self._over(name, layer.values[name]) if name in layer.values else self[name]
        return entry._replace(value=value)

    def _lock(self, entry: Entry, layer: Layer) -> None:
        name, older = entry.field, self._locks.get(entry.field)
        if older is not None and older.origin == entry.origin:
            return
        winner, loser = (entry, older) if layer.kind == "site" else (older or entry, entry)
        if loser is not None and loser.value != winner.value:
            self.conflicts.append(Conflict(name, loser.value, loser.origin, winner.value, winner.origin, winner.reason))
        if winner is entry:
            self._locks[name] = entry
            if not entry.keeps or name in layer.values:
                self._values[name] = (entry.value, entry.origin)
        if not entry.keeps:
            note = "locked" if winner is entry else "does not count"
            self._said.setdefault(name, []).append(Said(entry.origin, entry.value, note))


def _difference(table: Mapping[str, Any], other: Mapping[str, Any]) -> Dict[str, Any]:
    """Return the entries that lead from the other table to this one; one that is gone is empty text."""
    changed = {key: item for key, item in table.items() if other.get(key) != item}
    return {**changed, **{key: "" for key in other if key not in table}}
