"""Entry point: find the command, run it, turn errors into one line and an exit code."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from importlib import import_module

from spasmkg.cli.output import WrongUseError
from spasmkg.cli.parser import COMMANDS, make_parser
from spasmkg.errors import SpasmKGError

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; return 0 (done), 1 (not found, refused, failed) or 2 (wrong usage)."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    name = next((a for a in arguments if not a.startswith("-")), None)
    if name is not None and name not in COMMANDS and arguments[0] == name:
        return _unknown_command(name)
    parser = make_parser(name if name in COMMANDS and arguments[0] == name else None)
    try:
        options, rest = parser.parse_known_args(arguments)
        if options.command is None:
            parser.print_help()
            return 0
        if rest and options.command != "query" and not getattr(options, "question", None):
            return _unknown_option(options.command, rest[0], parser)
        if argv is None and options.command != "build":
            # A query runs inside the engine, where Python cannot raise: the default action ends it at once.
            signal.signal(signal.SIGINT, signal.SIG_DFL)
        options.rest = rest
        home, _ = COMMANDS[options.command]
        return int(import_module(f"spasmkg.cli.{home}").RUN[options.command](options))
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else 1
    except SpasmKGError as error:
        print(f"spasmkg: {error}", file=sys.stderr)
        return 2 if isinstance(error, WrongUseError) else 1
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        print("spasmkg: stopped; nothing was left half done", file=sys.stderr)
        return 130
    except OSError as error:
        print(f"spasmkg: {error.filename or 'a file'}: {error.strerror or error}", file=sys.stderr)
        return 1


def _unknown_command(name: str) -> int:
    from spasmkg.spelling import nearest

    near = nearest(name, COMMANDS)
    meant = f"; did you mean {' or '.join(near)}?" if near else ""
    print(f'spasmkg: no command is called "{name}"{meant}\nhelp: spasmkg --help', file=sys.stderr)
    return 2


def _unknown_option(command: str, option: str, parser: object) -> int:
    from spasmkg.spelling import nearest

    known = {"--store", "--with", "--without", "--help"}
    actions = parser._subparsers._group_actions[0].choices[command]._actions  # type: ignore[attr-defined]
    known |= {o for a in actions for o in a.option_strings if o.startswith("--")}
    near = nearest(option.split("=")[0], known) if option.startswith("-") else []
    meant = f"; did you mean {' or '.join(near)}?" if near else ""
    print(f'spasmkg {command}: it does not take "{option}"{meant}\nhelp: spasmkg {command} --help', file=sys.stderr)
    return 2
