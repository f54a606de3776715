"""The nodes that are selected in the Node Graph, as names of outputs."""

from __future__ import annotations

from typing import Tuple

import nuke

from farmsubmit.scenes.nuke.classes import is_write
from farmsubmit_nuke.graph import LiveScript


def selected_writes() -> Tuple[str, ...]:
    """Return the full names of the selected nodes that write, and of those inside selected groups and gizmos."""
    names = [node.fullName() for node in nuke.selectedNodes()]
    writes = [node.full for node in LiveScript().script.nodes if is_write(node.cls)]
    return tuple(write for write in writes if any(write == name or write.startswith(f"{name}.") for name in names))
