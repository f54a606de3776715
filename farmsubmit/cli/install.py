"""The commands about this installation: install and doctor."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any, List

from farmsubmit.cli import show
from farmsubmit.errors import FarmsubmitError

if TYPE_CHECKING:
    from farmsubmit.install.machine import Machine
    from farmsubmit.install.plans import Plan

_ABOUT = """Without --user nothing is written: it prints the variables that make each DCC find farmsubmit, and
what --user would write in your own folders instead. A studio sets the variables, a person alone takes --user."""


def add_commands(commands: Any) -> None:
    """Add the commands of this group to the parser."""
    install = commands.add_parser(
        "install", help="what each DCC needs to find farmsubmit; a bare folder for a server", description=_ABOUT
    )
    install.add_argument("dccs", metavar="DCC", nargs="*", help="maya, nuke, katana, blender")
    how = install.add_mutually_exclusive_group()
    how.add_argument("--print", action="store_true", help="print what would be done, and do nothing (the default)")
    how.add_argument("--user", action="store_true", help="write it in your own folders")
    how.add_argument("--remove", action="store_true", help="take away what --user wrote")
    how.add_argument(
        "--copy-to", metavar="FOLDER", help="make a folder with farmsubmit and its libraries, for Pythons without pip"
    )
    install.set_defaults(run=_install)
    doctor = commands.add_parser("doctor", help="what is found on this machine, what is missing and how to mend it")
    doctor.add_argument("--json", action="store_true", help="as JSON")
    doctor.set_defaults(run=_doctor)


def _install(args: Namespace) -> int:
    from farmsubmit.install.machine import this_machine
    from farmsubmit.install.plans import plan_for

    if args.copy_to:
        return _copy(args)
    if not args.dccs:
        hint = "write farmsubmit install maya, nuke, katana or blender, or --copy-to FOLDER"
        raise FarmsubmitError("it is not clear what to install for", hint)
    machine = this_machine()
    plans = [plan_for(dcc, machine) for dcc in dict.fromkeys(args.dccs)]
    if args.remove:
        return _remove(plans)
    if args.user:
        return _write(plans, machine)
    for plan in plans:
        _tell(plan, machine)
    return 0


def _copy(args: Namespace) -> int:
    from farmsubmit.install.folder import copy_to

    if args.dccs:
        hint = "make the folder, then run its bin/farmsubmit install"
        raise FarmsubmitError(f"--copy-to makes a folder, and {args.dccs[0]} is a DCC", hint)
    made = copy_to(Path(args.copy_to))
    show.say(f"made {made.path}")
    for missing in made.copied.missing:
        show.warn(f"note: {missing}")
    if made.copied.because:
        text = f"{made.copied.because} of this Python is for {made.copied.python} and newer, and so is the folder"
        show.warn(f"note: {text}; for older DCCs make it with the oldest Python that they have")
    program = made.path / "bin" / "farmsubmit"
    show.say(f"in a terminal: {program}; for a DCC: {program} install DCC")
    return 0


def _tell(plan: Plan, machine: Machine) -> None:
    from farmsubmit.install.plans import shell_line

    show.say(plan.dcc + (": it finds farmsubmit already" if plan.is_done(machine) else ""))
    for name, path in plan.variables.items():
        show.say(f"  {shell_line(name, path, machine)}")
    for step in plan.steps:
        first, *more = step.told()
        show.say(f"  {'or, ' if plan.variables else ''}with --user, {first}")
        for line in more:
            show.say(f"  {line}")
    for note in plan.notes:
        show.say(f"  {note}")


def _write(plans: List[Plan], machine: Machine) -> int:
    for plan in plans:
        _refuse_without_steps(plan, machine)
    for plan in plans:
        for step in plan.steps:
            if step.is_done() and not step.always:
                show.say(f"{plan.dcc}: {step.path} is as it should be")
                continue
            step.apply()
            show.say(f"{plan.dcc}: wrote {step.path}")
        for note in plan.notes:
            show.say(f"{plan.dcc}: {note}")
    return 0


def _refuse_without_steps(plan: Plan, machine: Machine) -> None:
    from farmsubmit.install.plans import shell_line

    if plan.steps:
        return
    if not plan.variables:
        raise FarmsubmitError(f"there is no folder of {plan.dcc} to write to", plan.notes[0])
    lines = [shell_line(name, path, machine) for name, path in plan.variables.items()]
    text = f"{plan.dcc} has no folder of the user that plug-ins are read from, so nothing was written"
    raise FarmsubmitError(text, f"set the variable before it starts: {lines[0]}")


def _remove(plans: List[Plan]) -> int:
    for plan in plans:
        for step in plan.steps:
            show.say(f"{plan.dcc}: " + (f"removed from {step.path}" if step.remove() else f"nothing at {step.path}"))
        if not plan.steps:
            show.say(f"{plan.dcc}: nothing was written")
    return 0


def _doctor(args: Namespace) -> int:
    from farmsubmit.install.doctor import as_data, examine, is_sound
    from farmsubmit.install.machine import this_machine
    from farmsubmit.install.row import FINE

    rows = examine(this_machine())
    if args.json:
        show.as_json(as_data(rows))
    else:
        show.table(["", "what", "version", "found"], [[row.state, row.name, row.version, row.text] for row in rows])
        fixes = [row for row in rows if row.fix and row.state != FINE]
        for row in fixes:
            show.say(f"{row.state}: {row.name}: {row.fix}")
        show.say("all that is needed is there" if is_sound(rows) else "something that is needed is missing")
    return 0 if is_sound(rows) else 1
