"""The files of the open scene as Maya finds them: through its directory maps, and of node types of any plug-in.

Source: Autodesk's pages of the commands dirmap and filePathEditor. Not run in a Maya.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Iterator

from maya import cmds

from farmsubmit.scenes import SceneFacts
from farmsubmit.scenes._paths import file_kind
from farmsubmit.scenes.facts import NeededFile

# The vendor's stub has these flags without the values that they are asked with.
_ask: Any = cmds


def with_live_files(facts: SceneFacts) -> SceneFacts:
    """Return the facts with all files that Maya's file path editor knows, each where the directory maps lead to."""
    files = (*facts.files, *_further(facts))
    if not cmds.dirmap(query=True, enable=True):
        return replace(facts, files=files)
    return replace(
        facts,
        files=tuple(replace(one, path=_mapped(one.path)) for one in files),
        references=tuple(replace(one, path=_mapped(one.path)) for one in facts.references),
    )


def _mapped(path: str) -> str:
    return str(cmds.dirmap(convertDirectory=path) or path)


def _further(facts: SceneFacts) -> Iterator[NeededFile]:
    """Yield the files that are not among the facts yet, by node or by path."""
    plugs = {(one.node, one.attribute) for one in facts.files}
    paths = {one.path for one in facts.files}
    for path, plug in _listed():
        node, _, attribute = plug.partition(".")
        # Without an attribute it is a reference, which has a place of its own in the facts.
        if attribute and (node, attribute) not in plugs and path not in paths:
            yield NeededFile(path, node, attribute, file_kind(path))


def _listed() -> Iterator[tuple[str, str]]:
    """Yield path and plug of each file that the file path editor shows."""
    _ask.filePathEditor(refresh=True)
    for folder in _ask.filePathEditor(query=True, listDirectories="") or ():
        found = _ask.filePathEditor(query=True, listFiles=folder, withAttribute=True) or []
        yield from ((f"{folder.rstrip('/')}/{name}", plug) for name, plug in zip(found[::2], found[1::2]))
