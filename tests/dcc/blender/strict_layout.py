"""A layout that draws nothing, remembers everything, and refuses what this Blender's UILayout does not have."""

from __future__ import annotations

from typing import Any, Callable, List, Tuple

import bpy

Drawn = List[Tuple[str, str]]


class StrictLayout:
    def __init__(self, drawn: Drawn) -> None:
        object.__setattr__(self, "drawn", drawn)

    def __setattr__(self, name: str, value: Any) -> None:
        known = bpy.types.UILayout.bl_rna.properties[name]
        assert isinstance(value, {"BOOLEAN": bool, "ENUM": str, "FLOAT": float}[known.type]), name

    def __getattr__(self, name: str) -> Callable[..., Any]:
        function = bpy.types.UILayout.bl_rna.functions[name]
        parameters = {parameter.identifier: parameter for parameter in function.parameters}

        def call(*args: Any, **given: Any) -> Any:
            assert given.keys() <= parameters.keys(), (name, given)
            if "icon" in given:
                assert given["icon"] in parameters["icon"].enum_items, given["icon"]
            self.drawn.append((name, self._what(name, args, given)))
            return StrictLayout(self.drawn)

        return call

    @staticmethod
    def _what(name: str, args: Any, given: Any) -> str:
        if name == "prop":
            assert args[1] in args[0].bl_rna.properties
            return str(args[1])
        if name == "operator":
            space, _, operator = args[0].partition(".")
            assert hasattr(getattr(bpy.ops, space), operator)
            getattr(getattr(bpy.ops, space), operator).get_rna_type()
            return str(args[0])
        return str(given.get("text", ""))
