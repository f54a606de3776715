"""The configuration values as attributes, and the codes that colour a terminal. Source: jobtronaut's ``constants``."""

from __future__ import annotations

from typing import Any, Dict

from farmsubmit.compat.jobtronaut import _configured

_COLOURS = {"BLACK": 0, "RED": 61, "DARKRED": 1, "GREEN": 62, "DARKGREEN": 2, "YELLOW": 63, "DARKYELLOW": 3}
_COLOURS.update({"BLUE": 64, "DARKBLUE": 4, "PURPLE": 65, "DARKPURPLE": 5, "CYAN": 66, "DARKCYAN": 6})
_COLOURS.update({"DEFAULT": 9, "WHITE": 67})
_STYLES = {"BOLD": 1, "DIM": 2, "UNDERLINE": 4, "BLINK": 5, "INVERT": 7}


def _styles() -> Dict[str, str]:
    codes: Dict[str, int] = {"END": 0}
    for name, code in _COLOURS.items():
        codes[f"FG_{name}"] = 30 + code
        codes[f"BG_{name}"] = 40 + code
    for name, code in _STYLES.items():
        codes[name] = code
        codes[f"NO_{name}"] = 20 + code
    return {name: f"\033[{code}m" for name, code in codes.items()}


#: Escape codes by name, for ``"{BOLD}{FG_RED}text{END}".format(**BASH_STYLES)``. Source: ECMA-48, SGR.
BASH_STYLES = _styles()

__all__ = ["BASH_STYLES", *_configured.NAMES]  # noqa: PLE0604  # all of them are strings


def __getattr__(name: str) -> Any:
    return _configured.value(name, __name__)
