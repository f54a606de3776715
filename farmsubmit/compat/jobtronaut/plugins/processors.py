"""The stock processors as classes, to call and to derive from. Source: jobtronaut's ``plugins.processors``.

They do what farmsubmit's own of the same names do. A task needs no more than their names, and then gets those.
"""

from __future__ import annotations

from typing import Any, ClassVar, Dict, Mapping, Type

# Not relative: old configurations have this folder in PLUGIN_PATH, and then it is no part of a package.
from farmsubmit.compat.jobtronaut.author.processor import BaseProcessor, ProcessorSchemas, supported_schemas
from farmsubmit.tasks import stock_processors as stock
from farmsubmit.tasks.processor import ProcessorPlugin

__all__ = [
    "Base64DecodeProcessor",
    "Base64EncodeProcessor",
    "BaseProcessor",
    "ChunkProcessor",
    "CopyValueProcessor",
    "ElementsPreviewReorderProcessor",
    "ElementsToEnclosingRangeProcessor",
    "ElementsToRangesProcessor",
    "ExpressionToElementsProcessor",
    "FilePatternProcessor",
    "InputToOutputProcessor",
    "LambdaProcessor",
    "ProcessorSchemas",
    "RangeToElementsProcessor",
    "RangeToExpressionProcessor",
    "RangesToElementsProcessor",
    "SubstitutionProcessor",
    "ValueFromKeyProcessor",
    "supported_schemas",
]


class _Stock(BaseProcessor):
    """One of farmsubmit's processors in the form of an old one."""

    plugin: ClassVar[ProcessorPlugin]

    def process(self, argument_name: str, argument_value: Any, parameters: Dict[str, Any]) -> Any:
        """Return the new value; parameters that the processor does not have are those of a derived class."""
        arguments: Mapping[str, Any] = self.task.arguments if self.task is not None else {}
        own = {name: value for name, value in parameters.items() if name in self.plugin.parameters}
        return self.plugin(argument_value, arguments, **own)


def _stock(plugin: ProcessorPlugin) -> Type[_Stock]:
    attributes = {
        "plugin": plugin,
        "description": plugin.description,
        "parameters": {name: parameter.default for name, parameter in plugin.parameters.items()},
        "__doc__": plugin.description,
        "__module__": __name__,
    }
    return type(plugin.plugin_name, (_Stock,), attributes)


Base64DecodeProcessor = _stock(stock.base64_decode)
Base64EncodeProcessor = _stock(stock.base64_encode)
ChunkProcessor = _stock(stock.chunk)
CopyValueProcessor = _stock(stock.copy_value)
ElementsPreviewReorderProcessor = _stock(stock.elements_preview_reorder)
ElementsToEnclosingRangeProcessor = _stock(stock.elements_to_enclosing_range)
ElementsToRangesProcessor = _stock(stock.elements_to_ranges)
ExpressionToElementsProcessor = _stock(stock.expression_to_elements)
FilePatternProcessor = _stock(stock.file_pattern)
InputToOutputProcessor = _stock(stock.input_to_output)
LambdaProcessor = _stock(stock.lambda_)
RangeToElementsProcessor = _stock(stock.range_to_elements)
RangeToExpressionProcessor = _stock(stock.range_to_expression)
RangesToElementsProcessor = _stock(stock.ranges_to_elements)
SubstitutionProcessor = _stock(stock.substitution)
ValueFromKeyProcessor = _stock(stock.value_from_key)
