"""What a request may ask for besides its rows, and what is noted in it: the table of its options."""

from __future__ import annotations

import re
from typing import Any, Dict, Mapping, NamedTuple, Tuple

from farmsubmit.errors import RequestError, did_you_mean

#: The values of preview_first; the setting of that name takes the same.
PREVIEW = re.compile("|first-middle-last|every-0*[1-9][0-9]{0,8}")


class Option(NamedTuple):
    """An option: the kind of its value (flag, text, texts, preview, or one of some words), and a line of help."""

    kind: str
    help: str
    words: Tuple[str, ...] = ()


#: The options by name. What is left out is false or empty.
OPTIONS: Dict[str, Option] = {
    "missing_only": Option("flag", "the rows were cut down to the frames that were not on disk"),
    "preview_first": Option("preview", "frames to render before the others: first-middle-last or every-N"),
    "preview_rest": Option("word", "what the others do meanwhile", ("behind", "paused")),
    "scene_copy": Option("flag", "send a dated copy of the scene"),
    "local": Option("flag", "all commands run on the spooling host"),
    "moment": Option("text", "when the request was made, in ISO 8601; the date of templates"),
    "user": Option("text", "who made the request; the user of templates"),
    "project": Option("text", "Maya's project folder"),
    "unsaved": Option("flag", "the scene had changes that were not saved"),
    "scene_sha256": Option("text", "the SHA-256 digest of the scene's file"),
    "scene_original": Option("text", "the scene that the one to render is a copy of"),
    "notes": Option("texts", "what a person should know, such as frames that were left out"),
}


def check_options(options: Mapping[str, Any]) -> None:
    """Raise RequestError for an option that there is not, or a choice of previews that is none."""
    for name in options:
        if name not in OPTIONS:
            hint = did_you_mean(name, OPTIONS) or f"known: {', '.join(OPTIONS)}"
            raise RequestError(f"a request has no option {name!r}", hint)
    previews = str(options.get("preview_first") or "")
    if not PREVIEW.fullmatch(previews):
        raise RequestError(f"{previews!r} is no choice of previews", "write first-middle-last, or every-10")


def without_defaults(options: Dict[str, Any]) -> Dict[str, Any]:
    """Return the options that say anything, in the order of the table."""
    named = {**{name: options[name] for name in OPTIONS if name in options}, **options}
    if not named.get("preview_first"):
        named.pop("preview_rest", None)
    return {name: value for name, value in named.items() if value not in (False, "", (), [], None, "behind")}
