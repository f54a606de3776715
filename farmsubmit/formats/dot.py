"""A job as a Graphviz graph: an arrow leads from what runs first to what waits for it.

Source of the notation: Graphviz's pages "DOT Language" and "escString".
"""

from __future__ import annotations

from typing import Iterator

from farmsubmit.author.elements import Job
from farmsubmit.formats._plain import plain
from farmsubmit.formats.outline import Row, RowKind, counted, outline

_JOB = "job"
_HEAD = """digraph job {
  rankdir=BT;
  node [shape=box, style=rounded, fontname="sans-serif", fontsize=11];
  edge [arrowsize=0.7];
"""


def to_dot(job: Job) -> str:
    """Return the digraph of a job, ending in a newline; every task is one node, ``dot -Tsvg`` draws it.

    Solid arrows lead from a child to its parent, dashed ones from a task to its instances, dotted ones from a task to
    the next under a serial parent. Raises JobTreeError for a task inside itself.
    """
    view = outline(job)
    lines = [_HEAD, _node(_JOB, job.title or "", view.summary, ', style="rounded,bold"')]
    for row in view.rows:
        lines.append(_row_node(row))
        lines.extend(_arrows(row, view.rows[row.parent].after if row.parent >= 0 else -1))
    return "".join([*lines, "}\n"])


def _row_node(row: Row) -> str:
    if row.kind is RowKind.INSTANCE:
        return _node(_name(row.place), row.title, "instance", ", shape=ellipse, style=dashed")
    facts = [row.service, counted(len(row.commands), "command") if row.commands else "", "serial" if row.serial else ""]
    if row.kind is RowKind.ITERATE:
        facts.append("iterate")
    return _node(_name(row.place), row.title, " · ".join(filter(None, facts)))


def _node(name: str, title: str, facts: str, style: str = "") -> str:
    # \n in a label is the notation's own line break, so it is added after the texts are escaped.
    label = "\\n".join(_escaped(line) for line in (title or "(no title)", facts) if line)
    return f'  {name} [label="{label}"{style}];\n'


def _arrows(row: Row, after_of_parent: int) -> Iterator[str]:
    parent = _name(row.parent) if row.parent >= 0 else _JOB
    yield f"  {_name(row.place)} -> {parent};\n"
    if row.target >= 0:
        yield f"  {_name(row.target)} -> {_name(row.place)} [style=dashed, constraint=false];\n"
    if row.after not in (-1, after_of_parent):
        yield f"  {_name(row.after)} -> {_name(row.place)} [style=dotted, constraint=false];\n"


def _name(place: int) -> str:
    return f"t{place}"


def _escaped(text: str) -> str:
    """Return a text as it stands between quotes; ``&`` would begin a character reference, which DOT reads too."""
    return plain(text).replace("\\", "\\\\").replace('"', '\\"').replace("&", "&amp;")
