"""Settings that other programs keep: RenderMan's engine and directory maps, and Maya's directory maps.

Nothing is run. Sources: the page of RenderMan for Maya on Tractor for ``tractor_cfg`` (engine, port, user) and
``dirmaps`` (from, to, zone); the published schema of RenderMan for Blender's rfb.json for the other keys of
``tractor_cfg``, which were not tried in RenderMan for Maya; Maya's page of the command ``dirmap``. How RenderMan
joins the files of a site and a show was not tried either: one file is read as it stands.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Dict, Iterator, List, Mapping, NamedTuple, Sequence, Tuple, Union

from farmsubmit.errors import SettingsError
from farmsubmit.settings.table import SETTINGS, read_value

_HOST = re.compile(r"[^\s/@:]+(?::\d{1,5})?\Z")
_TEXTS = ("tier", "comment")
_LISTS = {"projects": "projects", "crews": "crews", "envkeys": "envkey"}
_ELSEWHERE = {
    "user": "the owner of a job is who sends it; --owner names another",
    "service": "set the service of each DCC, such as service_maya",
}

_TEXT = r"""([rR]?)("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')"""
_MEL_MAP = re.compile(rf"\s-(?:m|mapDirectory)\s+{_TEXT}\s+{_TEXT}")
_PYTHON_MAP = re.compile(rf"\b(?:m|mapDirectory)\s*=\s*[\[(]\s*{_TEXT}\s*,\s*{_TEXT}\s*,?\s*[\])]")
_ANY_MAP = re.compile(r"\s-(?:m|mapDirectory)\b|\b(?:m|mapDirectory)\s*=")
_ENABLED = re.compile(r"(?:\s-(?:en|enable)\s+|\b(?:en|enable)\s*=\s*)(?:true|on|1|yes)\b", re.IGNORECASE)
# Comments of both languages and texts over several lines; what stands in a text is no comment.
_REMARK = re.compile(
    rf"(?P<long>\"\"\"|''').*?(?:(?P=long)|\Z)|/\*.*?(?:\*/|\Z)|(?://|#)[^\n]*|(?P<text>{_TEXT})", re.DOTALL
)
_UNREADABLE = "\ufffd"
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}


class Foreign(NamedTuple):
    """Values by the names of our settings, and notes on what was not taken over or is not sure."""

    values: Dict[str, Any]
    notes: Tuple[str, ...] = ()


def read_foreign(path: Path, zone: str) -> Foreign:
    """Return what a file gives by its ending: .json is RenderMan's, .mel and .py are Maya's userSetup.

    ``zone`` is that of Maya's maps, which have none. Raises SettingsError.
    """
    suffix = path.suffix.lower()
    if suffix == ".json":
        return read_renderman(path)
    if suffix in (".mel", ".py"):
        # Maya reads its scripts in the code page of the system, which the file does not tell.
        return read_maya_dirmap(_text_of(path, "replace"), zone)
    raise SettingsError(f"{path} is no file that settings are read from", "rfm.json, rfb.json, userSetup.mel or .py")


def read_renderman(path: Union[str, Path]) -> Foreign:
    """Return the engine, directory maps and defaults of jobs that an ``rfm.json`` or ``rfb.json`` gives.

    The engine becomes the URL ``tractor://HOST:PORT``. Raises SettingsError for a file that cannot be read, is not
    JSON, or holds values of other kinds.
    """
    data = _json_of(Path(path))
    known = {key: data.get(key, {}) for key in ("tractor_cfg", "dirmaps")} if isinstance(data, dict) else {}
    if not any(key in data for key in known):
        raise SettingsError(f"{path} has neither tractor_cfg nor dirmaps", "give RenderMan's rfm.json or rfb.json")
    for key, value in known.items():
        if not isinstance(value, dict):
            raise SettingsError(f"{path}: {key} is not an object")
    config = known["tractor_cfg"]
    values = {**_engine(config, path), **_defaults(config, path)}
    maps = [_map(name, item, path) for name, item in known["dirmaps"].items()]
    if maps:
        values["dirmaps"] = maps
    return Foreign(values, tuple(_left_out(config)))


def read_maya_dirmap(source: Union[str, Sequence[Any]], zone: str) -> Foreign:
    """Return the directory maps of Maya for a zone.

    ``source`` is the text of a userSetup.mel or userSetup.py, or what ``dirmap -getAllMappings`` gives: source,
    destination, source, destination; pairs are taken too. Maps whose paths the text works out are left out, with a
    note. Raises SettingsError for a list that is none of these.
    """
    pairs, notes = _pairs_in(source) if isinstance(source, str) else (_pairs_of(source), [])
    maps = [{"src": src, "dst": dst, "zone": zone} for src, dst in pairs]
    checked = read_value(SETTINGS["dirmaps"], maps, lambda: "Maya's directory maps")
    return Foreign({"dirmaps": checked} if checked else {}, tuple(notes))


def _text_of(path: Path, errors: str) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig", errors)
    except OSError as error:
        raise SettingsError(f"{path} cannot be read: {error.strerror or error}") from None
    except ValueError:
        raise SettingsError(f"{path} is not UTF-8 text") from None


def _json_of(path: Path) -> Any:
    import json

    text = _text_of(path, "strict")
    try:
        return json.loads(text)
    except RecursionError:
        raise SettingsError(f"{path} is not JSON: it nests too deep") from None
    except ValueError as error:
        raise SettingsError(f"{path} is not JSON: {error}") from None


def _engine(config: Mapping[str, Any], path: Union[str, Path]) -> Dict[str, Any]:
    host, port = config.get("engine", ""), config.get("port")
    if not host:
        return {}
    if not isinstance(host, str) or not _HOST.match(host):
        raise SettingsError(f"{path}: tractor_cfg.engine = {host!r} is not the name of a host")
    number = port if port is not None else host.partition(":")[2] or None
    if number is None:
        return {"engine": f"tractor://{host}"}
    if (
        isinstance(number, bool)
        or not re.fullmatch(r"\d{1,5}(\.0)?", str(number))
        or not 0 < int(float(number)) < 65536
    ):
        raise SettingsError(f"{path}: tractor_cfg.port = {number!r} is not a port, from 1 to 65535")
    return {"engine": f"tractor://{host.partition(':')[0]}:{int(float(number))}"}


def _defaults(config: Mapping[str, Any], path: Union[str, Path]) -> Dict[str, Any]:
    """Return the defaults of jobs; lists are text with blanks between, as RenderMan for Blender reads them."""
    given = {key: config[key] for key in ("priority", *_TEXTS) if config.get(key) not in (None, "")}
    for key, name in _LISTS.items():
        text = config.get(key) or ""
        if not isinstance(text, str):
            raise SettingsError(f"{path}: tractor_cfg.{key} = {text!r} is not text")
        if text.split():
            given[name] = text.split()
    return {name: read_value(SETTINGS[name], value, lambda: f"{path}: tractor_cfg") for name, value in given.items()}


def _map(name: str, item: Any, path: Union[str, Path]) -> Dict[str, str]:
    if not isinstance(item, dict) or not all(isinstance(item.get(key), str) for key in ("from", "to", "zone")):
        raise SettingsError(f"{path}: dirmaps.{name} is not an object with the texts from, to and zone")
    wanted = [{"src": item["from"], "dst": item["to"], "zone": item["zone"]}]
    checked: List[Dict[str, str]] = read_value(SETTINGS["dirmaps"], wanted, lambda: f"{path}: dirmaps.{name}")
    return checked[0]


def _left_out(config: Mapping[str, Any]) -> Iterator[str]:
    known = {"engine", "port", "priority", *_TEXTS, *_LISTS}
    for key in config:
        if key not in known and config[key] not in (None, ""):
            yield f"tractor_cfg.{key} is not taken over" + (f": {_ELSEWHERE[key]}" if key in _ELSEWHERE else "")


def _pairs_in(text: str) -> Tuple[List[Tuple[str, str]], List[str]]:
    code = _REMARK.sub(lambda match: match["text"] or " ", text)
    found = [match.groups() for pattern in (_MEL_MAP, _PYTHON_MAP) for match in pattern.finditer(code)]
    whole = [groups for groups in found if _UNREADABLE not in "".join(groups)]
    pairs = [(_plain(raw, src), _plain(other, dst)) for raw, src, other, dst in whole]
    notes = []
    missed = len(_ANY_MAP.findall(code)) - len(pairs) if "dirmap" in code else 0
    if missed > 0:
        what = "1 of Maya's maps is" if missed == 1 else f"{missed} of Maya's maps are"
        notes.append(f"{what} not written as plain text, and left out")
    if pairs and not _ENABLED.search(code):
        notes.append("nothing here switches Maya's maps on with dirmap -en true; they are taken over all the same")
    return pairs, notes


def _plain(raw: str, quoted: str) -> str:
    inner = quoted[1:-1]
    return inner if raw else re.sub(r"\\(.)", lambda match: _ESCAPES.get(match[1], match[1]), inner)


def _pairs_of(source: Sequence[Any]) -> List[Tuple[str, str]]:
    items = list(source)
    if all(isinstance(item, str) for item in items) and len(items) % 2 == 0:
        return list(zip(items[::2], items[1::2]))
    if all(isinstance(item, (list, tuple)) and len(item) == 2 for item in items):
        return [(src, dst) for src, dst in items]
    raise SettingsError("Maya's directory maps are no list of sources and destinations")
