"""What a scene holds, for a person to read."""

from __future__ import annotations

from typing import Any, Dict, Iterable, List, Optional, Sequence, Tuple

from farmsubmit.cli import show
from farmsubmit.errors import FarmsubmitError
from farmsubmit.lang.dirmap import DirMap, map_path, zones
from farmsubmit.lang.frames import FrameSet
from farmsubmit.scenes.facts import FrameRange, Layer, Output, SceneFacts

_MOST_NAMED = 8
_MOST_FRAMES = 100_000
_PRESENCE = {True: "there", False: "missing", None: "?"}


def tell_facts(facts: SceneFacts) -> None:
    """Print the report: what renders, then what it needs, then what to look out for."""
    for name, value in _head(facts):
        show.say(f"{name:<12} {value}")
    _section("layers", ["layer", "kind", "renders", "frames", "overrides"], map(_layer, facts.layers))
    headers = ["output", "kind", "frames", "enabled", "waits for", "on disk", "file"]
    _section("outputs", headers, (_output(output, facts) for output in facts.outputs))
    _needs(facts)
    _section("runs code", ["node", "what", "text"], ([c.node, c.kind, _one_line(c.text)] for c in facts.code))
    _section("unresolved", ["node", "what", "text"], ([u.node, u.attribute, u.text] for u in facts.unresolved))
    for text in facts.warnings:
        show.say(f"warning: {text}")


def tell_files(facts: SceneFacts, maps: Sequence[DirMap]) -> None:
    """Print each needed file, whether it is there, who needs it, and where its path goes in each zone."""
    rows = [
        [_PRESENCE[row["exists"]], row["path"], row["by"], *row["zones"].values()] for row in file_rows(facts, maps)
    ]
    if not rows:
        show.say("the scene needs no files")
        return
    show.table(["", "path", "needed by", *(f"in {zone}" for zone in zones(maps))], rows)


def file_rows(facts: SceneFacts, maps: Sequence[DirMap]) -> List[Dict[str, Any]]:
    """Return each needed file as the report and ``--json`` show it; the missing ones come first."""
    from farmsubmit.scenes.sequences import needed_files

    rows = [
        {
            "path": state.file.path,
            "exists": state.exists,
            "kind": state.file.kind,
            "by": f"{state.file.node}.{state.file.attribute}".strip("."),
            "zones": {zone: map_path(state.file.path, maps, zone) for zone in zones(maps)},
        }
        for state in needed_files(facts)
    ]
    return sorted(rows, key=lambda row: row["exists"] is not False)


def _head(facts: SceneFacts) -> Iterable[Tuple[str, str]]:
    yield "scene", facts.path
    yield "made by", f"{facts.dcc} {facts.version}".strip()
    fps = f" at {facts.fps:g} per second" if facts.fps else ""
    yield "frames", _frames(facts.frames, with_source=True) + fps
    if facts.current_frame is not None:
        yield "now at", f"{facts.current_frame:g}"
    yield "renderer", facts.renderer or "-"
    if facts.project:
        yield "project", facts.project
    if facts.resolution:
        yield "resolution", " x ".join(map(str, facts.resolution))
    for camera in facts.cameras:
        yield "camera", camera.name + ("" if camera.renderable else " (does not render)")
    for variable in facts.variables:
        options = f" (of {', '.join(variable.options)})" if variable.options else ""
        yield "variable", f"{variable.name} = {variable.value}{options}"
    for name, value in facts.color.items():
        yield "colour", f"{name} = {value}"


def _frames(frames: Optional[FrameRange], with_source: bool = False) -> str:
    if frames is None:
        return "-"
    text = f"{frames.first:g}-{frames.last:g}" + (f"x{frames.step:g}" if frames.step != 1 else "")
    return f"{text} ({frames.source})" if with_source and frames.source != "stored" else text


def _layer(layer: Layer) -> List[str]:
    return [layer.name, layer.kind, _yes(layer.renderable), _frames(layer.frames), _named(layer.overrides)]


def _output(output: Output, facts: SceneFacts) -> List[str]:
    file = output.file or "-"
    return [
        output.name,
        output.kind,
        _frames(output.frames),
        _yes(output.enabled),
        _named(output.depends),
        _on_disk(output, output.frames or facts.frames),
        file if output.resolved else f"{file}  (unresolved)",
    ]


def _on_disk(output: Output, frames: Optional[FrameRange]) -> str:
    """Return how many of its frames are there already: ``10 of 12, 1 empty``; nothing where that cannot be known."""
    from farmsubmit.scenes.sequences import scan

    if frames is None or not output.resolved or "#" not in output.file:
        return ""
    try:
        wanted = FrameSet.from_range(frames.first, frames.last, frames.step)
        # A range that nobody renders, such as a scene's whole million frames, is not looked for.
        state = scan(output.file, wanted) if len(wanted) <= _MOST_FRAMES else None
    except FarmsubmitError:
        return ""
    if state is None:
        return ""
    whole = len(state.present)
    counts = [f"{whole} of {whole + len(state.unfinished)}"]
    counts += [f"{len(found)} {word}" for found, word in ((state.empty, "empty"), (state.suspect, "cut off?")) if found]
    return ", ".join(counts)


def _needs(facts: SceneFacts) -> None:
    references = ([r.path, r.namespace, _yes(r.loaded)] for r in facts.references)
    _section("refers to", ["scene", "namespace", "loaded"], references)
    if not facts.files:
        return
    rows = file_rows(facts, ())
    missing = [row for row in rows if row["exists"] is False]
    show.say(f"needs {len(rows)} file{'s' if len(rows) > 1 else ''}, {len(missing)} missing (all of them: --files)")
    for row in missing[:_MOST_NAMED]:
        show.say(f"  missing: {row['path']}  ({row['by']})")


def _section(title: str, headers: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table, its empty columns left out."""
    lines = [list(row) for row in rows]
    if not lines:
        return
    kept = [place for place in range(len(headers)) if any(line[place] not in ("", "-") for line in lines)]
    show.say()
    show.say(f"{title} ({len(lines)})")
    show.table([headers[place] for place in kept], [[line[place] for place in kept] for line in lines])


def _named(names: Sequence[str]) -> str:
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return ", ".join(names[:3]) + more


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _one_line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 60 else line[:57] + "..."
