"""What a request may ask for besides its rows, and what is noted in it: the table of its options."""

from __future__ import annotations

import re
from typing import Any, Dict, Mapping, NamedTuple, Optional, Sequence, Tuple

from farmsubmit.errors import RequestError, did_you_mean
from farmsubmit.request import _reading as read

#: The values of preview_first; the setting of that name takes the same.
PREVIEW = re.compile("|first-middle-last|every-0*[1-9][0-9]{0,8}")
#: A width and a height in pixels, each of at most five digits; empty for the scene's own.
SIZE = re.compile("|[1-9][0-9]{0,4}x[1-9][0-9]{0,4}")
_ARNOLD = ("arnold",)
_WITH_THREADS = ("arnold", "renderman", "mayaSoftware")
# What a person types for true and false.
_WORDS = {**dict.fromkeys(("yes", "true", "on", "1"), True), **dict.fromkeys(("no", "false", "off", "0"), False)}


class Option(NamedTuple):
    """An option: the kind of its value (flag, text, texts, preview, count, size, or one of some words), and its help.

    ``renderers`` are those of Maya that have it, by Maya's names, none meaning all; it is None for what is no option of
    a renderer. One of a renderer is an argument of the same name of MayaRender.
    """

    kind: str
    help: str
    words: Tuple[str, ...] = ()
    renderers: Optional[Tuple[str, ...]] = None


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
    "nothing_missing": Option("flag", "no row lacked a frame when they were cut down, so none is on"),
    "notes": Option("texts", "what a person should know, such as frames that were left out"),
    "threads": Option("count", "how many threads a render has; 0 is the renderer's own", (), _WITH_THREADS),
    "resolution": Option("size", "width and height in pixels, such as 1920x1080", (), ()),
    "arnold_verbosity": Option("word", "the level of Arnold's log", ("0", "1", "2", "3"), _ARNOLD),
    "arnold_device": Option("word", "what renders in Arnold", ("cpu", "gpu"), _ARNOLD),
    "abort_on_license_fail": Option("flag", "Arnold fails without a licence", (), _ARNOLD),
    "renderman_jobid": Option("text", "keeps RenderMan's renders of one scene apart", (), ("renderman",)),
}

#: The options that say how Maya's renderers render.
RENDER_OPTIONS = tuple(name for name, option in OPTIONS.items() if option.renderers is not None)
#: The options that can be given as NAME=VALUE; the others have a word of their own, or are noted and never asked.
TYPED_OPTIONS = (*RENDER_OPTIONS, "project")


def check_options(options: Mapping[str, Any]) -> None:
    """Raise RequestError for an option that there is not, a choice of previews that is none, and bad render options."""
    for name in options:
        if name not in OPTIONS:
            hint = did_you_mean(name, OPTIONS) or f"known: {', '.join(OPTIONS)}"
            raise RequestError(f"a request has no option {name!r}", hint)
    previews = str(options.get("preview_first") or "")
    if not PREVIEW.fullmatch(previews):
        raise RequestError(f"{previews!r} is no choice of previews", "write first-middle-last, or every-10")
    for name in RENDER_OPTIONS:
        if options.get(name) not in (None, ""):
            reader_of(OPTIONS[name])(options[name], f"options.{name}")


def reader_of(option: Option) -> read.Reader:
    """Return what reads the value of an option; it raises RequestError that names the place."""
    return read.one_of(*option.words) if option.words else _READERS[option.kind]


def _preview(value: Any, where: str) -> str:
    word = read.text(value, where)
    return word if PREVIEW.fullmatch(word) else read.refuse(where, value, "first-middle-last, every-N or empty")


def _size(value: Any, where: str) -> str:
    word = read.text(value, where)
    return word if SIZE.fullmatch(word) else read.refuse(where, value, "a size such as 1920x1080, or empty")


_READERS: Dict[str, read.Reader] = {
    "flag": read.flag,
    "text": read.text,
    "texts": read.texts,
    "preview": _preview,
    "count": read.count,
    "size": _size,
}


def read_options(texts: Sequence[str]) -> Dict[str, Any]:
    """Return options that a person typed as ``NAME=VALUE``, those of TYPED_OPTIONS; an empty value unsets one.

    Raises RequestError for other names and for values that are none.
    """
    found: Dict[str, Any] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals:
            raise RequestError(f"{text!r} is no option", "write NAME=VALUE, such as threads=8")
        if name not in TYPED_OPTIONS:
            hint = did_you_mean(name, TYPED_OPTIONS) or f"known: {', '.join(TYPED_OPTIONS)}"
            raise RequestError(f"there is no option {name!r}", hint)
        found[name] = _typed(OPTIONS[name].kind, value)
    check_options(found)
    return found


def _typed(kind: str, value: str) -> Any:
    """Return a typed value; what is none of its kind stays text, which check_options refuses."""
    if kind == "count" and value.isascii() and value.isdigit() and len(value) < 10:
        return int(value)
    if kind == "flag" and value.lower() in _WORDS:
        return _WORDS[value.lower()]
    return value


def without_defaults(options: Dict[str, Any]) -> Dict[str, Any]:
    """Return the options that say anything, in the order of the table."""
    named = {**{name: options[name] for name in OPTIONS if name in options}, **options}
    if not named.get("preview_first"):
        named.pop("preview_rest", None)
    return {name: value for name, value in named.items() if value not in (False, "", (), [], None, "behind")}
