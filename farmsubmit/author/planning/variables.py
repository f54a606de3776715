"""Variables of a job script: ``$name`` and ``${name}`` in launch expressions and templates.

Source: Tractor's Assign and Iterate operators. A name is letters, digits and underscores; an unknown one stays as
it is, for a program may want the dollar sign itself.
"""

from __future__ import annotations

import re
from typing import Dict, Iterable, Mapping

from farmsubmit.author.elements import Assign

_VARIABLE = re.compile(r"\$(?:\{(\w+)\}|(\w+))", re.ASCII)


def with_values(text: str, values: Mapping[str, str]) -> str:
    """Return a text with the values of the variables that it names."""
    if not values or "$" not in text:
        return text
    return _VARIABLE.sub(lambda found: values.get(found[1] or found[2], found[0]), text)


def assigned(assigns: Iterable[Assign], known: Mapping[str, str]) -> Dict[str, str]:
    """Return the known variables and those of a job by name; a value may use those assigned before it."""
    values: Dict[str, str] = dict(known)
    for assign in assigns:
        values[assign.required("name")] = with_values(assign.required("value"), values)
    return values
