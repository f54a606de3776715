"""What an engine has told of itself, for the rules that compare a job with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Collection, Mapping, Optional, Sequence, Union

if TYPE_CHECKING:
    from farmsubmit.lang.servicekey import Blade


@dataclass(frozen=True)
class Knowledge:
    """What is known of a farm; None means that nobody asked or that the engine does not tell.

    ``blades`` are those of the farm with their service keys; ``tags``, ``tiers`` and ``projects`` the names that the
    engine is configured with, in any capitals where ``any_case`` says so; ``jids`` those of the job's ``afterjids``
    that it knows. ``scheme`` is the engine's kind, such as ``slurm``.
    ``limits`` are numbers by name: ``tasks`` is the most tasks of a job, ``array`` the most tasks of one Slurm array
    (its MaxArraySize), ``command`` the most bytes of a DrQueue command.
    """

    blades: Optional[Sequence[Blade]] = None
    tags: Optional[Collection[str]] = None
    tiers: Optional[Collection[str]] = None
    projects: Optional[Collection[str]] = None
    jids: Optional[Collection[Union[int, str]]] = None
    scheme: Optional[str] = None
    limits: Mapping[str, int] = field(default_factory=dict)
    any_case: bool = False
