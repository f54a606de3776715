"""Settings and where each value comes from.

From the bottom up: default < site < show < user < scene < preset < environment variable < this time. Site, show,
user, scene and presets are TOML files; the site may have a configuration file in Python or TOML below them. Each value
carries its origin, and what the site and show lock, hide or limit is the policy.
"""

from __future__ import annotations

from farmsubmit.settings.layers import load_settings
from farmsubmit.settings.policy import Context, Policy, PolicyProblem, Rule
from farmsubmit.settings.table import SETTINGS, Setting
from farmsubmit.settings.values import Conflict, Settings

__all__ = [
    "SETTINGS",
    "Conflict",
    "Context",
    "Policy",
    "PolicyProblem",
    "Rule",
    "Setting",
    "Settings",
    "load_settings",
]
