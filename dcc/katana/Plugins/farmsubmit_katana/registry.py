"""What farmsubmit registers as Katana plug-ins: its render farm, from Katana 4 on."""

from __future__ import annotations

from typing import Any, List, Tuple

#: The type and version under which Katana looks for render farms. Foundry's pages show the form of such an entry for
#: other plug-ins; these two words were not seen in a document and want a look in a real Katana.
PLUGIN_TYPE, PLUGIN_VERSION = "FarmPlugin", 1
FARM_NAME = "farmsubmit"


def entries() -> List[Tuple[str, int, str, Any]]:
    """Return the plug-in definitions: type, version of its API, name, class; none before Katana 4.

    Source: the developer guide, "Render Farm Plug-ins" and "How To Write a SuperTool".
    """
    from Katana import FarmAPI

    if not hasattr(FarmAPI, "BaseFarmPlugin"):
        return []
    from farmsubmit_katana.farm import FarmsubmitFarm

    return [(PLUGIN_TYPE, PLUGIN_VERSION, FARM_NAME, FarmsubmitFarm)]
