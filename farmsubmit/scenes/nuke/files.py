"""The files that a Nuke script reads, with the node and the knob that name each, and the scripts it refers to."""

from __future__ import annotations

from typing import Iterator, List, Tuple

from farmsubmit.scenes.facts import NeededFile, Reference
from farmsubmit.scenes.nuke import paths, values
from farmsubmit.scenes.nuke.classes import SCRIPTS, file_knobs
from farmsubmit.scenes.nuke.lookup import Lookup
from farmsubmit.scenes.nuke.script import Node, Script


def needed(script: Script, lookup: Lookup) -> Tuple[NeededFile, ...]:
    """Return the files that nodes read, in the order of the script; those that Nuke must work out are unresolved."""
    found: List[NeededFile] = []
    if script.root is not None:
        found += _files(script.root, lookup, ("customOCIOConfigPath",))
    for node in script.nodes:
        found += _files(node, lookup, _read_knobs(node))
    return tuple(found)


def references(files: Tuple[NeededFile, ...], script: Script) -> Tuple[Reference, ...]:
    """Return the scripts among the files: those of Precomp and LiveGroup nodes."""
    scripts = {node.full: node for node in script.nodes if node.cls in SCRIPTS}
    return tuple(
        Reference(file.path, file.node, values.switch(scripts[file.node].knobs.get(b"disable", b"0")) is not True)
        for file in files
        if file.node in scripts
    )


def _files(node: Node, lookup: Lookup, knobs: Tuple[str, ...]) -> Iterator[NeededFile]:
    for knob in knobs:
        raw = node.knobs.get(knob.encode(), b"")
        if not values.text(raw).strip():
            continue
        path, known = lookup.path(node, knob, raw)
        if known and path:
            yield NeededFile(path, node.full, knob, paths.kind(path))


def _read_knobs(node: Node) -> Tuple[str, ...]:
    """Return the knobs that name files: those of the class, and file knobs that a person added to the node.

    A camera or an axis that is told not to read its file keeps the name of the file.
    """
    if values.switch(node.knobs.get(b"read_from_file", b"true")) is False:
        return ()
    return tuple(dict.fromkeys([*file_knobs(node.cls), *_user_knobs(node)]))


def _user_knobs(node: Node) -> Iterator[str]:
    """Yield the names of the file knobs (kind 2) that a person added."""
    for value in node.user:
        words = values.words(values.text(value))
        if words[:1] == ["2"] and len(words) > 1:
            yield words[1]
