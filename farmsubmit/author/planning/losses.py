"""What one machine cannot express of a job, counted, so that it can be said in a few lines."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import ClassVar, Dict, List, Mapping, Tuple

from farmsubmit.author.elements import Element

NOT_KEPT = "this engine does not keep it"
_NO_LOOP = "there are no checkpoint loops here: the command runs once"
_FEWEST = "a command gets as many slots as it asks for at least"

#: What only Tractor has.
ONLY_TRACTOR = {
    "etalevel": "the time left is not estimated here",
    "metrics": NOT_KEPT,
    "chaser": NOT_KEPT,
    "preview": NOT_KEPT,
    "resumewhile": _NO_LOOP,
    "resumepin": _NO_LOOP,
    "resumeblock": _NO_LOOP,
    "if_": "conditions are not looked at: the command runs",
}
#: What one machine has beside Tractor, and no farm of another kind.
NOT_ELSEWHERE = {
    "expand": "no tasks are added while a job runs: what the command prints goes into its log",
    "refersto": "no blade is checked out for several tasks: the command asks for its own service",
}
_REASONS = {
    **ONLY_TRACTOR,
    "tags": "there are no limits to count against here",
    "tier": "there are no tiers here: the priority decides",
    "crews": "one machine, one crew",
    "editpolicy": "whoever may write the queue's folder may change the job",
    "comment": NOT_KEPT,
    "metadata": NOT_KEPT,
    "atmost": _FEWEST,
    "maxslots": _FEWEST,
}


@dataclass(frozen=True)
class Dropped:
    """An option that an engine or a format cannot express, or expresses in another way.

    ``where`` names the element, ``option`` the attribute, ``reason`` says what happens instead, in words.
    """

    where: str
    option: str
    reason: str


class Losses:
    """Counts what is dropped, per option and reason; ``reasons`` are those of the options that mean nothing here."""

    reasons: ClassVar[Mapping[str, str]] = _REASONS

    def __init__(self) -> None:
        self._found: Dict[Tuple[str, str], Counter[str]] = {}
        self._first: Dict[Tuple[str, str], str] = {}

    def look(self, element: Element) -> None:
        """Count the options of an element that mean nothing here."""
        attributes = vars(element)
        for name in attributes.keys() & self.reasons.keys():
            if self.is_asked(name, attributes[name]):
                self.note(element, name, self.reasons[name])

    def is_asked(self, name: str, value: object) -> bool:
        """Tell whether an option has a value that asks for something."""
        return bool(value)

    def note(self, element: Element, option: str, reason: str) -> None:
        """Count one option of an element that is dropped or changed."""
        key = option, reason
        if key not in self._found:
            self._found[key] = Counter()
            self._first[key] = element.label
        self._found[key][type(element).__name__] += 1

    def report(self) -> Tuple[Dropped, ...]:
        """Return one line for each option and reason, options in alphabetical order."""
        return tuple(Dropped(self._where(key), *key) for key in sorted(self._found))

    def _where(self, key: Tuple[str, str]) -> str:
        found = self._found[key]
        if sum(found.values()) == 1:
            return self._first[key]
        parts: List[str] = ["the job"] if found["Job"] else []
        for kind in ("Task", "Command"):
            if found[kind]:
                parts.append(f"{found[kind]} {kind.lower()}{'s' if found[kind] > 1 else ''}")
        return " and ".join(parts)
