"""The ``farmsubmit`` command: its parser, and the one place where an error becomes a sentence and an exit code."""

from __future__ import annotations

import argparse
import os
import sys
from typing import List, NoReturn, Optional

from farmsubmit._version import __version__
from farmsubmit.cli.streams import make_printable
from farmsubmit.errors import FarmsubmitError, ParseError, did_you_mean

_EPILOG = """exit codes:
  0 done    1 the job or a check failed    2 wrong usage or input    3 the engine does not answer"""


class _Parser(argparse.ArgumentParser):
    """A parser whose errors are one sentence, with a hint for a mistyped command."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {_plainer(message)}; see {self.prog} --help\n")


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    from farmsubmit.cli import examine, farms, history, install, languages, plugins, request, run, send, settings

    parser = _Parser(
        prog="farmsubmit",
        description="Turn scenes into render-farm jobs, look at them, and send them.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"farmsubmit {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", dest="command", required=True)
    for group in (examine, request, send, run, history, farms, plugins, settings, languages, install):
        group.add_commands(commands)
    return parser


def main(argv: Optional[List[str]] = None) -> int:
    """Run one command and return its exit code."""
    make_printable()
    parser = build_parser()
    parser.set_defaults(parser=parser)
    args = parser.parse_args(_joined(sys.argv[1:] if argv is None else argv))
    try:
        return int(args.run(args))
    except FarmsubmitError as error:
        return _tell(error)
    except UnicodeEncodeError as error:
        return _tell(_of_locale(error))
    except BrokenPipeError:
        # The reader of our output went away, as head does: nothing to say, and nowhere to say it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        print("farmsubmit: stopped", file=sys.stderr)
        return 1


def _joined(argv: List[str]) -> List[str]:
    """Return the words with ``--frames -5-5`` as ``--frames=-5-5``, which argparse would take for another option."""
    joined: List[str] = []
    for word in argv:
        if joined and joined[-1] == "--frames" and word[:1] == "-" and word[1:2].isdigit():
            joined[-1] += "=" + word
        else:
            joined.append(word)
    return joined


def _of_locale(error: UnicodeEncodeError) -> FarmsubmitError:
    """Return what is wrong where a file name cannot be said in the locale; raises any other error again."""
    from farmsubmit import files

    if sys.getfilesystemencoding() == "utf-8":
        raise error
    return FarmsubmitError(f"{error.object} cannot be used: {files.why_not(error)}")


def _tell(error: FarmsubmitError) -> int:
    print(f"farmsubmit: {error}", file=sys.stderr)
    if isinstance(error, ParseError):
        for line in error.pointer.splitlines():
            print(f"    {line}", file=sys.stderr)
    return error.exit_code


def _plainer(message: str) -> str:
    """Return an argparse message with the long list of choices cut to the nearest one."""
    marker = "invalid choice: "
    if marker not in message:
        return message
    word = message.partition(marker)[2].partition(" ")[0].strip("'")
    choices = message.partition("choose from ")[2].rstrip(")").replace("'", "").split(", ")
    hint = did_you_mean(word, choices)
    return f"there is no {word!r} here" + (f", {hint}" if hint else f"; choose from {', '.join(choices)}")
