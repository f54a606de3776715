"""The files that a Katana scene reads, and what its paths mean."""

from __future__ import annotations

import posixpath
import re
from typing import Iterator, Optional

from farmsubmit.scenes._paths import file_kind, is_absolute
from farmsubmit.scenes.facts import NeededFile, Reference
from farmsubmit.scenes.katana.graph import Graph, Node
from farmsubmit.scenes.katana.nodes import is_shader
from farmsubmit.scenes.katana.values import Values

# By the last word of a parameter's path, or the one before ``value``: LookFileAssign keeps args.lookfile.asset.value.
_NAMES = {
    "Alembic_In": ("abcAsset",),
    "UsdIn": ("fileName",),
    "PxrUsdIn": ("fileName",),
    "ImageRead": ("file",),
    "LiveGroup": ("source",),
    "Importomatic": ("abcAsset", "asset", "fileName", "klf"),
    "LookFile": ("asset", "klf", "lookfile"),
}
_VARIABLE = re.compile(r"\$\{(\w+)\}|\$(\w+)")


def needed_files(graph: Graph, values: Values) -> Iterator[NeededFile]:
    """Yield the files that nodes name which are not bypassed, with node and parameter; no file is looked at."""
    for node in graph.nodes:
        if node.is_off:
            continue
        for path in _file_parameters(node):
            found = file_path(values, node, path)
            if found:
                yield NeededFile(found, node.name, path, file_kind(found))


def references(files: Iterator[NeededFile], graph: Graph) -> Iterator[Reference]:
    """Yield the live groups among the files: scenes of their own, loaded again whenever the scene is opened."""
    for needed in files:
        node = graph.find(needed.node)
        if node is not None and node.type == "LiveGroup":
            yield Reference(needed.path, needed.node)


def file_path(values: Values, node: Node, path: str) -> str:
    """Return a parameter as an absolute path, empty where there is none or only Katana can tell it.

    ``${NAME}`` is filled from the environment, which Alembic_In and others do too; a relative path starts from the
    scene's folder, from where Katana is to be started then. Source: Katana's user guide, "Managing Katana projects in
    Multi-Platform Environments". An asset id (``name://…``) is for the asset plug-in.
    """
    text = values.text(node, path).strip()
    if not text:
        return ""
    filled = _filled(text, values)
    if filled is None or "://" in filled:
        values.leave(node, path, text)
        return ""
    return filled if is_absolute(filled) else posixpath.normpath(posixpath.join(values.folder, filled))


def _filled(text: str, values: Values) -> Optional[str]:
    names = [found.group(1) or found.group(2) for found in _VARIABLE.finditer(text)]
    if any(name not in values.environment for name in names):
        return None
    return _VARIABLE.sub(lambda found: values.environment[found.group(1) or found.group(2)], text)


def _file_parameters(node: Node) -> Iterator[str]:
    names = _NAMES.get("LookFile" if node.type.startswith("LookFile") else node.type)
    if names is None:
        # Of a shader the reader keeps only what names a texture, and what a person added.
        if is_shader(node.type):
            yield from (path for path in node.parameters if path.endswith(".value") and not path.startswith("user."))
        return
    for path in node.parameters:
        above, _, last = path.rpartition(".")
        name = above.rpartition(".")[2] if last == "value" else last
        if name in names and (name == last or _is_enabled(node, above)):
            yield path


def _is_enabled(node: Node, group: str) -> bool:
    enable = node.parameters.get(f"{group}.enable")
    return enable is None or bool(enable.expression) or enable.value != "0"
