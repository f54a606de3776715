"""Discovery of plug-ins: tasks, processors and status filters, in folders and installed packages.

An object is a plug-in when it stands at the top of a module and its attribute ``plugin_kind`` is ``"task"``,
``"processor"`` or ``"sitestatusfilter"``; its name is its ``plugin_name``, else its ``__name__``. Classes that a file
only imports do not count, nor do names that start with ``_``.
"""

from __future__ import annotations

from farmsubmit.plugins.catalogue import KINDS, Catalogue, Found, PluginProblem
from farmsubmit.plugins.discovery import load_catalogue
from farmsubmit.plugins.loading import before_load

__all__ = ["KINDS", "Catalogue", "Found", "PluginProblem", "before_load", "load_catalogue"]
