"""Settings and where each value comes from: default < configuration file < user's file < environment < this time.

The configuration file is a studio's, in Python or TOML, named by FARMSUBMIT_CONFIGURATION_PATH; the user's file is
``settings.toml`` in the configuration folder; the environment spells a setting ``FARMSUBMIT_<NAME>``. Each value knows
its origin, so that a person can see why something is so.
"""

from __future__ import annotations

from farmsubmit.settings.layers import Settings, load_settings
from farmsubmit.settings.table import SETTINGS, Setting

__all__ = ["SETTINGS", "Setting", "Settings", "load_settings"]
