"""Where programs are on the farm, in each zone and for each version, and what stands before them.

Source: Tractor's Directory Mapping page, where a map's source may be the name of a program; the settings executables
and package_prefix are ours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, List, Mapping, Tuple

from farmsubmit.errors import FarmsubmitError, TemplateError
from farmsubmit.lang.dirmap import DirMap
from farmsubmit.lang.substitution import mapped
from farmsubmit.lang.template import Template
from farmsubmit.tasks.argv import program
from farmsubmit.tasks.plugin import Program

if TYPE_CHECKING:
    from farmsubmit.settings import Settings

# A prefix of the DCC stands before these too.
_DCC_OF = {"mayapy": "maya", "maya_render": "maya"}


def program_of(name: str, default: str, settings: Settings, values: Mapping[str, Any]) -> Program:
    """Return a program with all that the settings say of it.

    ``name`` is that of its setting and ``default`` the value there, ``values`` are what templates see. An entry
    ``NAME`` of executables replaces the default, and each ``NAME@ZONE`` becomes a directory map of the job, so that
    the blades of that zone start another one. Raises TemplateError and DirMapError.
    """
    table: Mapping[str, str] = settings["executables"]
    here = _rendered(name, table[name], values) if name in table else default
    dirmaps = _dirmaps(name, here, table, values)
    found = Program(mapped(here) if dirmaps else program(here))
    found.dirmaps = dirmaps
    found.prefix = tuple(_prefix(name, settings["package_prefix"], values))
    return found


def _dirmaps(name: str, here: str, table: Mapping[str, str], values: Mapping[str, Any]) -> Tuple[DirMap, ...]:
    zones = [(key, key.partition("@")[2]) for key in table if key.startswith(f"{name}@")]
    return tuple(DirMap(here, _rendered(key, table[key], values), zone) for key, zone in zones)


def _rendered(key: str, text: str, values: Mapping[str, Any]) -> str:
    found = _render(Template(text, f"executables, {key}"), values)
    if not found.strip():
        raise FarmsubmitError(f"the setting executables, {key}: {text!r} gives nothing", "it must give a program")
    return found.strip()


def _prefix(name: str, table: Mapping[str, List[str]], values: Mapping[str, Any]) -> List[str]:
    key = name if name in table else _DCC_OF.get(name, name)
    words = [
        _render(Template(word, f"package_prefix, {key}, word {place}", is_launch=True), values)
        for place, word in enumerate(table.get(key, ()), start=1)
    ]
    return [word for word in words if word]


def _render(template: Template, values: Mapping[str, Any]) -> str:
    try:
        return template.render(values)
    except TemplateError as error:
        if values or not template.names:
            raise
        hint = "it is known for scenes and requests; for --task write it out"
        raise FarmsubmitError(f"{template.where}: {template.names[0]} is not known here", hint) from error
