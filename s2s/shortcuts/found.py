"""How calls like one that went the long way are run: a compiled program directly, or whatever runs the program.

In: a call that went the long way.  Out: shortcuts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from s2s.shortcuts.checks import NoShortcut, Work

if TYPE_CHECKING:
    from collections.abc import Callable

    from s2s.shortcuts.warm import Met, Shortcut


def found(met: Met, finish: Callable[..., Any] | None) -> list[Shortcut]:
    """The shortcuts for calls like this one.

    `finish` makes a result of a program, all arguments and what is captured; without it, a shortcut gives these three.
    """
    shortcuts: list[Shortcut] = []
    programs = getattr(met.program.functions[0], "programs", ()) if met.program.gradient else ()
    if programs:
        from s2s.shortcuts.compiled import directly

        shortcuts = directly(met, programs)
    if not shortcuts:
        try:
            shortcuts = [general(met, finish)]
        except NoShortcut:
            return []
    return shortcuts


def general(met: Met, finish: Callable[..., Any] | None) -> Shortcut:
    """Whatever runs the program."""
    work = Work(met, typed=False)
    work.surroundings()
    if met.program.waits:
        work.refuse_if(f"{work.constant(met.program.made.tier)}.pays")
    captured = [f"{name!r}: {work.capture(get)}" for name, get in met.program.made.captures]
    given = f"{work.constant(met.program)}, {work.every}, {{{', '.join(captured)}}}"
    return work.written(id(met.program.made), [f"return {work.constant(finish) if finish else ''}({given})"])
