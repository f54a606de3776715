"""The farm settings that farmsubmit adds to Render, RenderScript and ImageWrite nodes.

They stand in the group ``farmSettings`` of a node and are saved with the scene, so that the facts of the file and those
of the open scene tell them alike; farmsubmit.request.farmsettings lays them over the rows. Source: the developer
guide, "FarmAPI", Custom Farm Settings.
"""

from __future__ import annotations

from farmsubmit_katana.host import PREFIX


def add_farm_settings() -> None:
    """Add the settings to all render nodes: frames of any step, frames a task, and a service expression."""
    from Katana import FarmAPI

    FarmAPI.AddFarmSettingString(
        PREFIX + "frames", "", {"label": "Frames", "help": "such as 1-100x5,120; empty: those of the node or project"}
    )
    FarmAPI.AddFarmSettingNumber(
        PREFIX + "chunk", 0, {"label": "Frames a task", "int": True, "constant": True, "help": "0: as set elsewhere"}
    )
    FarmAPI.AddFarmSettingString(
        PREFIX + "service", "", {"label": "Service", "help": "a service key expression; empty: as set elsewhere"}
    )
