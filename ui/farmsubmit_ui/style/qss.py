"""The style sheet: one template for both styles, filled with the tokens."""

from __future__ import annotations

import re
from functools import lru_cache
from string import Template

from qtpy.QtCore import qVersion

from farmsubmit import files
from farmsubmit_ui.style.fonts import MONO_PX, TEXT_PX, mono_font, points
from farmsubmit_ui.style.tokens import tokens

_PIXELS = re.compile(r"\b(\d+)px\b")


@lru_cache(maxsize=16)
def style_sheet(style: str, scale: float = 1.0) -> str:
    """Return the style sheet of ``dark`` or ``light``, all lengths times ``scale``."""
    values = tokens(style).colours()
    values["images"] = files.shipped("resources", "styles", style).as_posix()
    values["mono"] = mono_font().family()
    values["text_size"] = f"{points(TEXT_PX, scale)}pt"
    values["mono_size"] = f"{points(MONO_PX, scale)}pt"
    values["small_size"] = f"{points(11, scale)}pt"
    values["title_size"] = f"{points(15, scale)}pt"
    values["placeholder"] = f"placeholder-text-color: {values['dim']};" if _knows_placeholders() else ""
    return Template(_scaled(_template(), scale)).substitute(values)


def _knows_placeholders() -> bool:
    """Tell whether this Qt knows the property, 6.5 and later; an older one complains and takes half of the text's."""
    major, minor = str(qVersion()).split(".")[:2]
    return (int(major), int(minor)) >= (6, 5)


def _scaled(text: str, scale: float) -> str:
    # A hair line stays one.
    return _PIXELS.sub(lambda found: f"{max(int(found[1]) and 1, round(int(found[1]) * scale))}px", text)


@lru_cache(maxsize=1)
def _template() -> str:
    return files.shipped("resources", "styles", "farmsubmit.qss").read_text(encoding="utf-8")
