"""Presets: named sets of values, a user's own or shared by a site or show, each a settings file of its name."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Dict, List, Mapping, NamedTuple, Sequence

from farmsubmit.errors import SettingsError, did_you_mean
from farmsubmit.settings.display import file_data
from farmsubmit.settings.layerfile import Layer, file_layer, refuse_code
from farmsubmit.settings.layers import load_settings
from farmsubmit.settings.places import Place, ScenePath, dcc_of, is_trusted, preset_folders
from farmsubmit.settings.save import write_text
from farmsubmit.settings.table import SETTINGS, setting_of
from farmsubmit.settings.tomltext import dumps, is_there
from farmsubmit.settings.values import Settings

_SAFE = re.compile(r"\w(?:[\w .()+-]{0,62}[\w()+-])?\Z")
# Windows takes these for devices, whatever follows a dot.
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|\Z)", re.IGNORECASE)


class Preset(NamedTuple):
    """A preset that is there; ``kind`` is user, show or site, the first of which counts where names are the same."""

    name: str
    kind: str
    path: Path


def presets(scene: ScenePath = None) -> List[Preset]:
    """Return the presets of the user, of the scene's show and of the site by name; one that another hides is left out.

    Raises SettingsError for a folder that cannot be looked at.
    """
    found: Dict[str, Preset] = {}
    for kind, folder in preset_folders(scene):
        for path in _files(folder):
            found.setdefault(path.stem, Preset(path.stem, kind, path))
    return [found[name] for name in sorted(found)]


def load_preset(name: str, scene: ScenePath = None, dcc: str = "") -> Dict[str, Any]:
    """Return the values of a preset, checked; raises SettingsError with the nearest name where there is none."""
    trusted = load_settings(scene=scene, dcc=dcc)["trusted_folders"]
    return dict(preset_layer(name, scene, dcc or dcc_of(scene), trusted).values)


def preset_layer(name: str, scene: ScenePath, dcc: str, trusted: Sequence[str]) -> Layer:
    """Return the layer of a preset; one of a show may name code only in a trusted folder. Raises SettingsError."""
    for kind, folder in preset_folders(scene):
        path = folder / f"{_safe(name)}.toml"
        if is_there(path):
            return file_layer(path, "preset", dcc, kind != "show" or is_trusted(path, trusted))
    known = [preset.name for preset in presets(scene)]
    hint = did_you_mean(name, known) or (f"there are {', '.join(known)}" if known else "there are none yet")
    raise SettingsError(f"there is no preset {name!r}", hint)


def save_preset(
    name: str, values: Mapping[str, Any], shared: bool = False, scene: ScenePath = None, dcc: str = ""
) -> Path:
    """Write a preset with those of the values that differ from what the site and show give, and return its file.

    It is the user's own, or with ``shared`` the show's, else that of the first folder of the site. One of the same name
    there is replaced. Raises SettingsError for a name that is no safe file name, values that are wrong, secret or the
    same, and a file that cannot be written.
    """
    settings = load_settings(scene=scene, dcc=dcc)
    base = settings.shared()
    wanted = Settings(base.policy.context, scene)
    wanted.put({setting_of(setting).name: base[setting] for setting in values}, "the preset")
    wanted.put(values, "the preset")
    for setting in values:
        # Refuses a secret, and a function that has no name.
        file_data(SETTINGS[setting], wanted[setting])
    differing = {setting: value for setting, value in wanted.differing(base).items() if setting in values}
    if not differing:
        raise SettingsError(f"the preset {name!r} would hold nothing", "it keeps what differs from the site and show")
    place = _place_for(shared, scene)
    path = place.path / f"{_safe(name)}.toml"
    if place.kind == "show" and not is_trusted(path, settings["trusted_folders"]):
        refuse_code(differing, path)
    write_text(path, dumps(differing))
    return path


def _place_for(shared: bool, scene: ScenePath) -> Place:
    kinds = ("show", "site") if shared else ("user",)
    for place in preset_folders(scene):
        if place.kind in kinds:
            return place
    hint = "set FARMSUBMIT_SHOW or FARMSUBMIT_SITE, or name a scene of a show"
    raise SettingsError("there is no show and no site to share a preset with", hint)


def _safe(name: str) -> str:
    if _DEVICES.match(name):
        raise SettingsError(f"{name!r} cannot be the name of a preset", "Windows takes it for a device")
    if not _SAFE.match(name):
        raise SettingsError(f"{name!r} cannot be the name of a preset", "use letters, digits, blanks and . ( ) + -")
    return name


def _files(folder: Path) -> List[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.suffix == ".toml" and _SAFE.match(path.stem))
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise SettingsError(f"{folder} cannot be read: {error.strerror or error}") from None
