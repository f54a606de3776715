"""What was changed in a scene last time, so that it comes back: kept beside the user's state, one file a scene.

A file holds two requests without the facts of the scene, as scene and settings had made it and as it was left. What
differs between them is laid over the scene as it is now.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple, Optional

from farmsubmit import files
from farmsubmit.errors import FarmsubmitError
from farmsubmit.request import SubmitRequest
from farmsubmit.scenes.facts import SceneFacts
from farmsubmit.submission.openscene import scene_in
from farmsubmit_ui.session.state import State, rebased, same

# As in shot_v012.ma or shot.0012.ma.
_VERSION = re.compile(r"(?<![A-Za-z])v\d+|\.\d{4}(?=\.\w+$)", re.IGNORECASE)


class Memory(NamedTuple):
    """How a scene was left, how it had begun, and the preset that it had begun with."""

    request: SubmitRequest
    base: SubmitRequest
    preset: str = ""

    def over(self, base: SubmitRequest) -> SubmitRequest:
        """Return a request for the scene as it is now with what was changed then."""
        return rebased(self.request, self.base, base)


def is_lost(state: State, is_scene: bool) -> bool:
    """Tell whether changes go with the session: all of a file, and of a scene those in its tree, which come of it."""
    request, base = state.request, state.base
    if state.edits or is_scene or request is None or base is None:
        return bool(state.edits)
    return not same(request, base)


def is_version_of(one: str, other: str) -> bool:
    """Tell whether two paths are versions of one scene: alike but for the number of the version."""
    return one != other and _VERSION.sub("", one) == _VERSION.sub("", other)


def remember(request: SubmitRequest, base: SubmitRequest, preset: str = "") -> None:
    """Keep what was changed, or forget the scene where nothing was; a disk that is full or read-only is let be."""
    import json

    scene = scene_in(request).path
    if not scene:
        return
    path = _file(scene)
    try:
        if not preset and same(replace(request, settings=base.settings), base):
            path.unlink(missing_ok=True)
            return
        text = json.dumps({"request": _plain(request), "base": _plain(base), "preset": preset})
        path.parent.mkdir(parents=True, exist_ok=True)
        files.write_atomic(path, text, private=True)
    except (OSError, FarmsubmitError):
        return


def recall(scene: str) -> Optional[Memory]:
    """Return what was changed in a scene last time, None where nothing is known or it cannot be read."""
    import json

    try:
        document = json.loads(_file(scene).read_text(encoding="utf-8"))
        request, base = (SubmitRequest.from_json(document[name]) for name in ("request", "base"))
        return Memory(request, base, str(document.get("preset", "")))
    except (OSError, ValueError, KeyError, TypeError, RecursionError, FarmsubmitError):
        return None


def _plain(request: SubmitRequest) -> Any:
    facts = request.facts
    return replace(request, facts=SceneFacts(facts.dcc, facts.path)).to_json()


def _file(scene: str) -> Path:
    import hashlib

    name = hashlib.sha256(scene.encode("utf-8", "surrogateescape")).hexdigest()[:24]
    return files.state_dir() / "scenes" / f"{name}.json"
