"""Loading the settings: the files of each layer, the environment, and what is given for this once."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Iterator, List, Mapping, Optional, Sequence

from farmsubmit.settings.configuration import configuration_file, read_configuration, read_configuration_toml
from farmsubmit.settings.layerfile import Layer, file_layer, plain_layer, toml_layer
from farmsubmit.settings.places import (
    ScenePath,
    dcc_of,
    is_trusted,
    scene_file,
    settings_file,
    show_file,
    show_folder,
    site_files,
)
from farmsubmit.settings.policy import Context, render_task
from farmsubmit.settings.table import SETTINGS
from farmsubmit.settings.tomltext import is_there
from farmsubmit.settings.values import THIS_TIME, Settings

__all__ = ["Settings", "load_settings", "settings_file"]


def load_settings(
    this_time: Mapping[str, Any] = {},
    scene: ScenePath = None,
    dcc: str = "",
    task: str = "",
    preset: str = "",
    groups: Optional[Sequence[str]] = None,
) -> Settings:
    """Return the settings of this user and this process, for a scene where one is given.

    From the bottom up: the defaults, the site, the show, the user, the scene, the preset, the environment,
    ``this_time``. ``dcc`` is by default told by the ending of the scene; it chooses the tables ``[dcc.NAME]``. It,
    ``task`` (a task plug-in, by default the one that renders for the DCC) and ``groups`` (default: the user's) decide
    which policies count. Raises SettingsError for a file that cannot be read, an unknown name, a value of the wrong
    kind, and one of ``this_time`` that is locked.
    """
    scene = scene or None
    own_groups = None if groups is None else tuple(groups)
    dcc = dcc or dcc_of(scene)
    settings = Settings(Context(dcc, task or render_task(dcc), own_groups), scene)
    for layer in _file_layers(dcc, scene):
        settings.lay(layer)
    for name in SETTINGS:
        variable = f"FARMSUBMIT_{name.upper()}"
        if os.environ.get(variable):
            settings.put({name: os.environ[variable]}, variable)
    if preset:
        settings = settings.with_preset(preset)
    if this_time:
        settings.put(this_time, THIS_TIME)
    return settings


def _file_layers(dcc: str, scene: ScenePath) -> Iterator[Layer]:
    low = [*_site_layers(dcc)]
    user = [file_layer(path, "user", dcc) for path in [settings_file()] if is_there(path)]
    folders = _trusted_folders([*low, *user])
    yield from low
    show = show_folder(scene)
    path = show_file(show) if show else None
    if path is not None:
        yield file_layer(path, "show", dcc, is_trusted(path, folders))
    yield from user
    if scene is not None and is_there(scene_file(scene)):
        yield file_layer(scene_file(scene), "scene", dcc, is_trusted(scene_file(scene), folders))


def _site_layers(dcc: str) -> Iterator[Layer]:
    """Yield the layers of the site, the one that counts most last."""
    path = configuration_file()
    if path is not None:
        yield _configuration_layer(path, dcc)
    for path in reversed(site_files()):
        yield file_layer(path, "site", dcc)


def _configuration_layer(path: Path, dcc: str) -> Layer:
    if path.suffix == ".py":
        return plain_layer(read_configuration(path), str(path), "site")
    return toml_layer(read_configuration_toml(path), "site", dcc)


def _trusted_folders(layers: Sequence[Layer]) -> List[str]:
    """Return the setting trusted_folders as the layers that need no trust give it."""
    name = "trusted_folders"
    text = os.environ.get(f"FARMSUBMIT_{name.upper()}")
    if text:
        return list(SETTINGS[name].kind.read(text))
    return next((layer.values[name] for layer in reversed(layers) if name in layer.values), [])
