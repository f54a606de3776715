"""The processors that come with farmsubmit; docs/processors.md shows each with a value before and after.

None of them changes the value that it is given. Source: jobtronaut's stock processors, whose names, parameters and
results these have. They differ where its results depend on luck: files come in order, frames may have steps, signs and
count down, and elements that are doubled count once where they are sorted.
"""

from __future__ import annotations

import re
from typing import Any, Dict, List, Mapping, Sequence

from farmsubmit.errors import ArgumentError
from farmsubmit.lang.frames import MAX_FRAMES, FrameSet
from farmsubmit.tasks.arguments import Arguments, named
from farmsubmit.tasks.processor import Given, Parameter, processor
from farmsubmit.tasks.values import (
    ANY,
    CALLABLE,
    COUNT,
    FLAG,
    FRAME_RANGE,
    FRAME_RANGES,
    MAPPING,
    POSITIVE,
    SOME_WHOLES,
    TEXT,
    TEXTS,
    WHOLE_PAIR,
    WHOLES,
    Kind,
    accepted,
    shortened,
)

Range = Sequence[int]


def _argument(given: Given, name: str, kind: Kind) -> Any:
    """Return the processed value of another argument; raises ArgumentError where it is missing or does not fit."""
    value = named(given.arguments, name).processed
    try:
        return accepted(value, (kind,))
    except ValueError as error:
        raise ArgumentError(f"the argument {name} = {error}") from None


# --- frames


@processor("ExpressionToElementsProcessor", accepts=(TEXT, WHOLES))
def expression_to_elements(value: Any, given: Given) -> List[int]:
    """Turn a frame expression such as '1-10x2,20' into its frames, sorted, each once; frames stay frames."""
    if not isinstance(value, str):
        return sorted(set(value))
    frames = FrameSet.parse(value)
    if not frames.whole:
        raise ArgumentError(f"{value!r} has frames between whole ones", "use whole numbers and whole steps")
    return [int(frame) for frame in frames.sorted()]


@processor("RangeToExpressionProcessor", accepts=(FRAME_RANGE,))
def range_to_expression(value: Range, given: Given) -> str:
    """Turn a range [first, last] into the frame expression 'first-last'."""
    return f"{value[0]}-{value[1]}"


@processor("RangeToElementsProcessor", accepts=(FRAME_RANGE,))
def range_to_elements(value: Range, given: Given) -> List[int]:
    """Turn a range [first, last] into the list of its frames."""
    _check_count([value], 1)
    return list(range(value[0], value[1] + 1))


@processor("RangesToElementsProcessor", accepts=(FRAME_RANGES,))
def ranges_to_elements(value: Sequence[Range], given: Given) -> List[int]:
    """Turn a list of ranges into the list of their frames, sorted, each once."""
    _check_count(value, 1)
    frames: List[int] = []
    for first, last in sorted(value, key=lambda ends: ends[0]):
        start = max(first, frames[-1] + 1) if frames else first
        frames.extend(range(start, last + 1))
    return frames


@processor(
    "ElementsToRangesProcessor",
    accepts=(WHOLES,),
    parameters={"sort": Parameter(FLAG, True, "sort the elements first, and drop doubled ones")},
)
def elements_to_ranges(value: Sequence[int], given: Given) -> List[List[int]]:
    """Turn a list of frames into as few ranges [first, last] as possible; unsorted, neighbours make a range."""
    ranges: List[List[int]] = []
    for frame in sorted(set(value)) if given.parameters["sort"] else value:
        if ranges and frame == ranges[-1][1] + 1:
            ranges[-1][1] = frame
        else:
            ranges.append([frame, frame])
    return ranges


@processor("ElementsToEnclosingRangeProcessor", accepts=(SOME_WHOLES,))
def elements_to_enclosing_range(value: Sequence[int], given: Given) -> List[int]:
    """Turn a list of frames into the one range [first, last] that encloses them."""
    return [min(value), max(value)]


@processor(
    "ChunkProcessor",
    accepts=(FRAME_RANGE, FRAME_RANGES),
    parameters={"chunkhandles": Parameter(WHOLE_PAIR, (0, 0), "frames to add before and behind each chunk")},
)
def chunk(value: Any, given: Given) -> List[List[int]]:
    """Cut a range, or each of a list of ranges, into ranges of as many frames as the argument 'chunksize' says."""
    ranges = [value] if FRAME_RANGE.fits(value) else value
    size = _argument(given, "chunksize", POSITIVE)
    _check_count(ranges, size)
    before, behind = given.parameters["chunkhandles"]
    return [
        [start - before, min(last, start + size - 1) + behind]
        for first, last in ranges
        for start in range(first, last + 1, size)
    ]


def _check_count(ranges: Sequence[Range], step: int) -> None:
    count = sum((last - first) // step + 1 for first, last in ranges)
    if count > MAX_FRAMES:
        raise ArgumentError(f"that would be {count:,} items; {MAX_FRAMES:,} are the most", "is a range mistyped?")


@processor(
    "ElementsPreviewReorderProcessor",
    accepts=(SOME_WHOLES,),
    parameters={
        "stride": Parameter(COUNT, 0, "take every so manyth element for the preview; 0 takes the ends only"),
        "discard_rest": Parameter(FLAG, False, "leave out what is not in the preview"),
    },
)
def elements_preview_reorder(value: Sequence[int], given: Given) -> List[int]:
    """Put the first and the last element in front, then every so manyth one, then the rest."""
    end = len(value) - 1
    if not end:
        return list(value)
    stride = given.parameters["stride"] or len(value)
    # The last but one is never in the preview. Source: jobtronaut.
    places = [0, end, *range(stride, end - 1, stride)]
    preview = [value[place] for place in places]
    # With a stride of 1 all are wanted, so nothing counts as rest.
    if given.parameters["discard_rest"] and stride != 1:
        return preview
    taken = set(places)
    return preview + [element for place, element in enumerate(value) if place not in taken]


# --- texts and files


@processor(
    "FilePatternProcessor",
    accepts=(TEXT,),
    parameters={
        "pattern": Parameter(TEXT, ".*", "a regular expression that is found in the names of the files"),
        "recursive": Parameter(FLAG, True, "look into folders below, too"),
    },
)
def file_pattern(value: str, given: Given) -> List[str]:
    """Turn a folder into the sorted paths of its files whose names match; a folder that is linked counts once."""
    from farmsubmit.tasks._stock_files import files_below

    pattern = _compiled(given.parameters["pattern"])
    found = files_below(value, given.parameters["recursive"])
    return sorted(path for name, path in found if pattern.search(name))


def _compiled(pattern: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern)
    except re.error as error:
        raise ArgumentError(f"the pattern {pattern!r} is no regular expression: {error}") from None


@processor(
    "InputToOutputProcessor",
    accepts=(TEXT,),
    parameters={
        "prefix": Parameter(TEXT, "", "what stands before the name"),
        "input_name": Parameter(TEXT, "", "the name, if not that of the input without its extension"),
        "suffix": Parameter(TEXT, "", "what stands behind the name"),
        "extension": Parameter(TEXT, "", "the extension with its dot, if not that of the input"),
    },
)
def input_to_output(value: str, given: Given) -> str:
    """Turn the path of an input into that of an output in the folder that the argument 'output_directory' names."""
    from farmsubmit.tasks._stock_files import joined, name_and_extension

    folder = _argument(given, "output_directory", TEXT)
    name, extension = name_and_extension(value)
    part = given.parameters
    name = part["prefix"] + (part["input_name"] or name) + part["suffix"] + (part["extension"] or extension)
    return joined(folder, name)


@processor(
    "SubstitutionProcessor",
    accepts=(TEXT, TEXTS),
    parameters={
        "pattern": Parameter(TEXT, "", "a regular expression; an empty one changes nothing"),
        "replacement": Parameter(TEXT, "", r"what takes its place; \1 is what its first group found"),
    },
)
def substitution(value: Any, given: Given) -> Any:
    """Replace what a regular expression finds in a text, or in each of a list of texts."""
    if not given.parameters["pattern"]:
        return value
    pattern, replacement = _compiled(given.parameters["pattern"]), given.parameters["replacement"]
    try:
        if isinstance(value, str):
            return pattern.sub(replacement, value)
        return [pattern.sub(replacement, text) for text in value]
    except (re.error, IndexError) as error:
        raise ArgumentError(f"the replacement {replacement!r} is not right: {error}") from None


@processor("Base64EncodeProcessor", accepts=(TEXT,))
def base64_encode(value: str, given: Given) -> str:
    """Turn text into base64 of its UTF-8, in the alphabet that is safe in URLs and file names."""
    import base64

    return base64.urlsafe_b64encode(value.encode("utf-8")).decode("ascii")


@processor("Base64DecodeProcessor", accepts=(TEXT,))
def base64_decode(value: str, given: Given) -> str:
    """Turn base64 of UTF-8, in either alphabet, back into text."""
    import base64

    try:
        data = base64.b64decode(value.translate({ord("-"): "+", ord("_"): "/"}), validate=True)
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise ArgumentError(f"{shortened(value)} is base64, but not of text in UTF-8") from None
    except ValueError as error:
        raise ArgumentError(f"{shortened(value)} is no base64: {error}") from None


# --- any values


@processor(
    "ValueFromKeyProcessor",
    accepts=(MAPPING,),
    parameters={
        "key": Parameter(ANY, "", "the key to look up"),
        "default": Parameter(ANY, None, "the value where the key is not there"),
    },
)
def value_from_key(value: Mapping[Any, Any], given: Given) -> Any:
    """Turn a mapping into the value that it has for a key."""
    return value.get(given.parameters["key"], given.parameters["default"])


@processor(
    "CopyValueProcessor",
    parameters={"value": Parameter(ANY, "", "the value to copy; empty text copies that of the argument")},
)
def copy_value(value: Any, given: Given) -> Any:
    """Put a copy of a value, deep down, in the place of the argument's."""
    import copy

    other = given.parameters["value"]
    return copy.deepcopy(value if isinstance(other, str) and not other else other)


def same_value(value: Any, modules: Mapping[str, Any], arguments: Arguments) -> Any:
    """Return the value as it is."""
    return value


_MODULES_HELP = "name: module, as in 'from module import name', or the module itself where it has no such name"


@processor(
    "LambdaProcessor",
    parameters={
        "predicate": Parameter(CALLABLE, same_value, "called with (value, modules, arguments)"),
        "required_modules": Parameter(MAPPING, {}, _MODULES_HELP),
    },
)
def lambda_(value: Any, given: Given) -> Any:
    """Hand the value to a Python function of the task's own; it never takes text for a function."""
    return given.parameters["predicate"](value, _imported(given.parameters["required_modules"]), given.arguments)


def _imported(wanted: Mapping[str, str]) -> Dict[str, Any]:
    import importlib

    modules: Dict[str, Any] = {}
    for name, module in wanted.items():
        found = importlib.import_module(module)
        modules[name] = getattr(found, name) if hasattr(found, name) else _submodule(found, module, name)
    return modules


def _submodule(found: Any, module: str, name: str) -> Any:
    import importlib.util

    whole = f"{module}.{name}"
    if not hasattr(found, "__path__") or importlib.util.find_spec(whole) is None:
        return found
    return importlib.import_module(whole)
