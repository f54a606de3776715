"""The command about settings: show, explain, set, presets, and those of other programs."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import Any, Dict, List, Tuple

from farmsubmit.cli import show
from farmsubmit.errors import SettingsError


def add_commands(commands: Any) -> None:
    """Add the commands of this group to the parser."""
    parser = commands.add_parser("settings", help="what each setting is and where it comes from; sets them too")
    parser.add_argument("names", metavar="NAME[=VALUE]", nargs="*", help="show it, or set it; NAME= takes it away")
    parser.add_argument("--origin", action="store_true", help="show where each value comes from")
    parser.add_argument("--explain", metavar="NAME", help="what each layer says about a setting, and which one counts")
    parser.add_argument("--scene", metavar="S", help="the scene whose show and own settings count")
    parser.add_argument("--dcc", metavar="D", help="the DCC whose values count, or are set (default: the scene's)")
    parser.add_argument("--preset", metavar="P", help="with the values of a preset")
    parser.add_argument("--save", choices=("user", "scene", "show"), help="the file to set values in (default: user)")
    parser.add_argument("--presets", action="store_true", help="list the presets")
    parser.add_argument(
        "--save-preset", metavar="P", help="keep NAME=VALUE as a preset, or else all that differs from site and show"
    )
    parser.add_argument("--shared", action="store_true", help="with --save-preset: for all of the show or site")
    parser.add_argument(
        "--import", dest="source", metavar="FILE", help="RenderMan's rfm.json or rfb.json, or Maya's userSetup"
    )
    parser.add_argument("--json", action="store_true", help="as JSON")
    parser.set_defaults(run=_settings)


def _settings(args: Namespace) -> int:
    if args.presets:
        return _list_presets(args)
    if args.source is not None:
        return _import(args)
    if args.explain is not None:
        return _explain(args)
    pairs, names = _given(args.names)
    if args.save_preset is not None:
        return _save_preset(args, pairs)
    if pairs:
        _save(args, pairs)
        names += list(pairs)
    _tell(args, names)
    return 0


def _explain(args: Namespace) -> int:
    settings = _loaded(args)
    lines = [*explanation(settings, args.explain), *_from_template(args, settings)]
    if args.json:
        show.as_json(lines)
    else:
        show.say("\n".join(lines))
    return 0


def _from_template(args: Namespace, settings: Any) -> List[str]:
    """Return what a template gives for the scene that was named, and from what; nothing for other settings."""
    if args.scene is None:
        return []
    from farmsubmit.request import explain_setting, request_for
    from farmsubmit.request.make import unnamed_request
    from farmsubmit.scenes import read_scene

    # What names the outputs is explained from what they are called without it.
    make = unnamed_request if args.explain == "output_name" else request_for
    return explain_setting(args.explain, make(read_scene(args.scene, blender=settings["blender"]), settings))


def explanation(settings: Any, name: str) -> List[str]:
    """Return, in lines, what a setting is, what each layer says about it, and which one counts."""
    from farmsubmit.settings.table import setting_of

    lines: List[str] = settings.explain(setting_of(name).name)
    return lines


def _loaded(args: Namespace) -> Any:
    from farmsubmit.settings import load_settings
    from farmsubmit.settings.places import check_dcc

    if args.dcc is not None:
        check_dcc(args.dcc)
    return load_settings(scene=args.scene, dcc=args.dcc or "", preset=args.preset or "")


def _given(words: List[str]) -> Tuple[Dict[str, Any], List[str]]:
    """Return the values to set by name, None for one to take away, and the names that are only to be shown."""
    from farmsubmit.settings.table import setting_of

    pairs: Dict[str, Any] = {}
    names = []
    for word in words:
        name, equals, value = word.partition("=")
        setting_of(name)
        if equals:
            pairs[name] = value or None
        else:
            names.append(name)
    return pairs, names


def _save(args: Namespace, values: Dict[str, Any]) -> None:
    """Set values in a layer's file; raises SettingsError where a policy is against it, or the file would be refused."""
    from farmsubmit.settings.layerfile import refuse_code
    from farmsubmit.settings.places import file_of, is_trusted
    from farmsubmit.settings.save import save_layer
    from farmsubmit.settings.table import SETTINGS, read_value

    kind = args.save or "user"
    path = file_of(kind, args.scene)
    settings = _loaded(args)
    wanted = {name: value for name, value in values.items() if value is not None}
    if kind != "user" and not is_trusted(path, settings["trusted_folders"]):
        refuse_code(wanted, path)
    for name, value in wanted.items():
        checked = read_value(SETTINGS[name], value, lambda: "this time")
        for problem in settings.policy.problems({name: checked}):
            if kind != "show" or problem.origin.startswith("site: "):
                raise SettingsError(str(problem))
    save_layer(path, values, args.dcc or "")
    show.warn(f"wrote {path}")


def _tell(args: Namespace, names: List[str]) -> None:
    from farmsubmit.settings import SETTINGS

    settings = _loaded(args)
    about = names or list(SETTINGS)
    rows = [_row(settings, name) for name in about]
    conflicts = [conflict for conflict in settings.conflicts if conflict.name in about]
    problems = settings.policy.problems({name: settings[name] for name in about})
    if args.json:
        against = [problem._asdict() for problem in problems]
        show.as_json({"settings": rows, "conflicts": [*map(_conflict, conflicts)], "problems": against})
        return
    if names:
        _tell_some(args, rows)
    else:
        _tell_all(args, rows)
    for told in (*conflicts, *problems):
        show.warn(f"note: {told}")


def _row(settings: Any, name: str) -> Dict[str, Any]:
    from farmsubmit.settings import SETTINGS
    from farmsubmit.settings.display import safe_data

    rule = settings.policy.rule(name)
    return {
        "name": name,
        "value": safe_data(name, settings[name]),
        "shown": settings.shown(name).replace("\n", "\\n"),
        "origin": settings.origin(name),
        "changed": settings.is_changed(name),
        "locked": rule.locked,
        "hidden": rule.hidden,
        "reason": rule.reason,
        "policy": _asked(name, rule),
        "help": SETTINGS[name].help,
    }


def _tell_some(args: Namespace, rows: List[Dict[str, Any]]) -> None:
    for row in rows:
        label = f"{row['name']} = " if len(rows) > 1 else ""
        show.say(label + row["shown"] + (f"  ({row['origin']})" if args.origin else ""))
        if row["locked"]:
            show.warn(f"note: {row['name']} is {row['policy']}")


def _tell_all(args: Namespace, rows: List[Dict[str, Any]]) -> None:
    headers = [" ", "setting", "value", *(["origin"] if args.origin else []), "policy"]
    lines = []
    for row in rows:
        if row["hidden"]:
            continue
        origin = [row["origin"]] if args.origin else []
        lines.append(["*" if row["changed"] else "", row["name"], row["shown"], *origin, row["policy"]])
    show.table(headers, lines)
    hidden = sum(row["hidden"] for row in rows)
    show.say("* is another than the default" + (f"; {hidden} hidden by policy" if hidden else ""))


def _asked(name: str, rule: Any) -> str:
    """Return what a policy asks of a setting, and why: ``max 50: more is for dailies``."""
    from farmsubmit.settings.display import shown

    limits = [("min", rule.minimum), ("max", rule.maximum), ("one of", rule.choices or None)]
    parts = [f"{word} {shown(name, limit)}" for word, limit in limits if limit is not None]
    asked = ["locked"] if rule.locked else [*parts, *(["required"] if rule.required else [])]
    return ", ".join(asked) + (f": {rule.reason}" if asked and rule.reason else "")


def _conflict(conflict: Any) -> Dict[str, Any]:
    from farmsubmit.settings.display import safe_data

    found: Dict[str, Any] = conflict._asdict()
    return {**found, **{key: safe_data(conflict.name, found[key]) for key in ("wanted", "value")}}


def _list_presets(args: Namespace) -> int:
    from farmsubmit.settings.presets import presets

    found = presets(args.scene)
    if args.json:
        show.as_json([{"name": each.name, "kind": each.kind, "path": str(each.path)} for each in found])
    elif found:
        show.table(["preset", "whose", "file"], [[each.name, each.kind, str(each.path)] for each in found])
    else:
        show.say("there are no presets yet")
    return 0


def _save_preset(args: Namespace, values: Dict[str, Any]) -> int:
    from farmsubmit.settings.presets import save_preset

    taken_away = [name for name, value in values.items() if value is None]
    if taken_away:
        raise SettingsError(f"{taken_away[0]}= has no value for a preset", "leave it out")
    settings = _loaded(args)
    wanted = values or settings.differing(settings.shared())
    path = save_preset(args.save_preset, wanted, args.shared, args.scene, settings.policy.context.dcc)
    show.warn(f"wrote {path}")
    return 0


def _import(args: Namespace) -> int:
    """Show what another program's settings give; with --save set them."""
    from farmsubmit.settings.display import safe_data, shown
    from farmsubmit.settings.foreign import read_foreign

    found = read_foreign(Path(args.source), _loaded(args)["zone"])
    if args.json:
        values = {name: safe_data(name, value) for name, value in found.values.items()}
        show.as_json({"values": values, "notes": list(found.notes)})
    else:
        for name, value in found.values.items():
            show.say(f"{name} = {shown(name, value)}")
    for note in found.notes:
        show.warn(f"note: {note}")
    if args.save and found.values:
        _save(args, found.values)
    elif not found.values:
        show.warn("note: there is nothing in it for farmsubmit")
    return 0
