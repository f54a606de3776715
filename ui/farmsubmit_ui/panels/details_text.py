"""Labelled lines and pieces of text as the rich text that Qt shows, in the colours of the style that is on."""

from __future__ import annotations

from html import escape
from typing import Iterable, Sequence

from farmsubmit_ui.models.tree_details import Line
from farmsubmit_ui.models.tree_words import Span
from farmsubmit_ui.style import current, mono, px

#: The token of each role that is not a token's own name.
_COLOURS = {
    "mono": "text",
    "live": "name",
    "mapped": "done",
    "bad": "failed",
    "told": "dim",
}
_MONO = frozenset({"mono", "number", "live", "bad", "mapped", "told"})
_LABEL_WIDTH = 104


def page(body: str) -> str:
    """Return a whole page: text of the style, machine text smaller and in its own font."""
    font = mono()
    tokens = current()
    return (
        f"<html><head><style>"
        f"td {{ padding: 2px 0; }} a {{ color: {tokens.link}; text-decoration: none; }} "
        f".m {{ font-family: '{font.family()}'; font-size: {font.pointSizeF():.2f}pt; }} "
        f".l {{ color: {tokens.dim}; }}"
        f"</style></head><body>{body}</body></html>"
    )


def table(lines: Sequence[Line]) -> str:
    """Return labelled lines, labels on the right of their column."""
    rows = "".join(
        f'<tr><td class="l" align="right" width="{px(_LABEL_WIDTH)}">{escape(line.label)}</td>'
        f'<td width="{px(12)}"></td><td>{spans(line.spans)}</td></tr>'
        for line in lines
    )
    return f'<table cellspacing="0" cellpadding="0">{rows}</table>'


def spans(pieces: Iterable[Span]) -> str:
    """Return pieces of text, each in the colour and font of its role."""
    return "".join(map(_span, pieces))


def _span(piece: Span) -> str:
    # Rich text would make one blank of several.
    text = escape(piece.text).replace("\n", "<br>").replace("  ", " \u00a0")
    if piece.target:
        return f'<a href="{escape(piece.target)}">{text}</a>'
    tokens = current()
    colour = getattr(tokens, _COLOURS.get(piece.role, piece.role), tokens.text)
    style = f"color: {colour};"
    if piece.role == "bad":
        style += " text-decoration: underline;"
    if piece.role == "told":
        style += " font-style: italic;"
    kind = ' class="m"' if piece.role in _MONO else ""
    tip = f' title="{escape(piece.tip)}"' if piece.tip else ""
    return f'<span{kind}{tip} style="{style}">{text}</span>'
