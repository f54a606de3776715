"""What a DCC submits of the scene that is open in it: the scene's file, or a copy that holds what is not saved yet."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, Mapping, NamedTuple, Union

from farmsubmit.request import SubmitRequest, request_for
from farmsubmit.scenecopy import digest
from farmsubmit.scenes.facts import SceneFacts
from farmsubmit.settings import load_settings

# Those of request.OPTIONS that say how the file to render stands to the scene that a person works on.
_ABOUT_THE_FILE = ("scene_original", "scene_sha256", "unsaved")


class OpenScene(NamedTuple):
    """The facts of the file to render, and the options of a request that say how it stands to the scene in the DCC.

    ``options`` are ``scene_original`` and ``scene_sha256`` of a copy, ``unsaved`` of a file that lacks changes; none of
    a file that is as the scene is.
    """

    facts: SceneFacts
    options: Mapping[str, Any] = {}

    @property
    def path(self) -> str:
        """The path of the scene that a person works on, of which settings are found and jobs are called."""
        return str(self.options.get("scene_original") or self.facts.path)


def as_copy(facts: SceneFacts, scene: Union[str, Path]) -> OpenScene:
    """Return what is submitted of a scene by a copy that its DCC has written; ``facts`` are those of the copy."""
    return OpenScene(facts, {"scene_original": str(scene), "scene_sha256": digest(Path(facts.path))})


def as_saved(facts: SceneFacts) -> OpenScene:
    """Return what is submitted of a scene by its file as it was saved last, without the changes since."""
    return OpenScene(facts, {"unsaved": True})


def scene_in(request: SubmitRequest) -> OpenScene:
    """Return what a request submits of which scene."""
    options = {name: request.options[name] for name in _ABOUT_THE_FILE if name in request.options}
    return OpenScene(request.facts, options)


def request_of(
    scene: OpenScene, preset: str = "", this_time: Mapping[str, Any] = {}, settings: Any = None, **asked: Any
) -> SubmitRequest:
    """Return the request for an open scene: for a copy the one that the scene would have, pointed to the copy.

    Settings, titles and names by template are those of the scene that a person works on, as with the option
    ``scene_copy``. ``settings`` are by default those of that scene with ``preset`` and ``this_time``; ``asked`` is what
    request_for takes. Raises as that does, and SettingsError.
    """
    if settings is None:
        settings = load_settings(this_time, scene.path, scene.facts.dcc, preset=preset)
    options = {**scene.options, **asked.pop("options", {})}
    made = request_for(replace(scene.facts, path=scene.path), settings, options=options, **asked)
    return replace(made, facts=scene.facts)
