"""Status filters: old ones are farmsubmit's own. Source: jobtronaut's ``author.statusfilter``."""

from __future__ import annotations

from farmsubmit.engines.statusfilter import StatusFilter as TrStatusFilter

__all__ = ["TrStatusFilter"]
