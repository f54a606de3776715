"""From a request to its jobs: more than one where previews go first and the rest waits for a person's word."""

from __future__ import annotations

from typing import TYPE_CHECKING, Tuple

from farmsubmit.request import SubmitRequest, split_for_approval

if TYPE_CHECKING:
    from farmsubmit.tasks.build import Built

#: The jobs of a request in the order in which they run; the first is the one that is shown and edited.
Made = Tuple["Built", ...]


def make(request: SubmitRequest) -> Made:
    """Build all jobs of a request; raises as build_request does."""
    from farmsubmit.tasks.build import build_request, recipe_for

    # What cannot be built at all is told before what is missing in the scene.
    recipe_for(request.facts)
    return tuple(build_request(part) for part in split_for_approval(request))
