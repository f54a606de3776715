"""What the holders of a server's answers share: attributes with defaults, filled from what was answered."""

from __future__ import annotations

import copy
from typing import Any, ClassVar, Dict, List, Mapping, Optional, Tuple


class Holder:
    """An object with the attributes of ``defaults``; ``values`` fill those, and other names in them count nothing.

    ``below`` names the attributes that hold other holders, or lists of them, and their classes.
    """

    defaults: ClassVar[Mapping[str, Any]] = {}

    def __init__(self, values: Optional[Mapping[str, Any]] = None) -> None:
        for name, default in self.defaults.items():
            setattr(self, name, copy.copy(default))
        look: List[Tuple[Holder, Mapping[str, Any]]] = [(self, values)] if isinstance(values, Mapping) else []
        for holder, given in look:
            look += holder._fill(given)

    @classmethod
    def below(cls) -> Mapping[str, Any]:
        """Return the classes of what stands below, by attribute."""
        return {}

    def encode(self, indent: int = 0) -> Dict[str, Any]:
        """Return the attributes as the dictionaries and lists that JSON has; ``indent`` counts nothing."""
        whole: Dict[str, Any] = {}
        look: List[Tuple[Holder, Dict[str, Any]]] = [(self, whole)]
        for holder, into in look:
            for name, value in vars(holder).items():
                parts = value if isinstance(value, list) else [value]
                if not any(isinstance(part, Holder) for part in parts):
                    into[name] = value
                    continue
                made: List[Dict[str, Any]] = [{} for _ in parts]
                look += zip(parts, made)
                into[name] = made if isinstance(value, list) else made[0]
        return whole

    def _fill(self, values: Mapping[str, Any]) -> List[Tuple[Holder, Mapping[str, Any]]]:
        """Take what was answered; return holders below that are still empty, with what fills them."""
        kinds = self.below()
        more: List[Tuple[Holder, Mapping[str, Any]]] = []
        for name, value in values.items():
            if name not in kinds:
                if name in self.defaults:
                    setattr(self, name, value)
                continue
            given = [part for part in (value if isinstance(value, list) else [value]) if isinstance(part, Mapping)]
            made = [kinds[name]() for _ in given]
            more += zip(made, given)
            setattr(self, name, made if isinstance(self.defaults[name], list) else (made[0] if made else None))
        return more
