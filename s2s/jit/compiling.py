"""From generated text to a function that Numba compiles, with the machine code of earlier processes where there is some.

In: a Source and options.  Out: a dispatcher.  Text and machine code are kept in one folder per text, in files that are never
changed: its name is a hash of all that the machine code depends on, but for what the text reads from outside and for the types
of arguments, of which each file's name is a hash.
"""

from __future__ import annotations

import ast
import hashlib
import itertools
import linecache
import sys
import types
import weakref
from typing import TYPE_CHECKING, Any

from s2s.errors import NotCompiled
from s2s.jit.directory import NoCache
from s2s.jit.options import ORDINARY, Options
from s2s.jit.store import Entry, entry

if TYPE_CHECKING:
    from s2s.emit import Source
    from s2s.jit.dispatcher import Compiled


INNER = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
"""For functions of a text that only others of it call."""


def is_switched_off() -> bool:
    """Whether Numba is told to leave Python as it is (NUMBA_DISABLE_JIT)."""
    import numba

    return bool(numba.config.DISABLE_JIT)


def compiled(source: Source, *, options: Options = ORDINARY) -> Compiled:
    """The function that a text defines, as a dispatcher: it is compiled, or read from disk, when it is first called.

    Its `reason` says why nothing is kept on disk, where that is so.  Raises NotCompiled where Numba is switched off; a call
    of the dispatcher raises it where Numba cannot compile the text.
    """
    import numba
    from numba.core import compiler

    from s2s.jit import lean
    from s2s.jit.dispatcher import Compiled, Kept
    from s2s.jit.extensions import register
    from s2s.jit.stages import Loops
    from s2s.jit.surroundings import surroundings

    register()

    if numba.config.DISABLE_JIT:
        raise NotCompiled("Numba is switched off (NUMBA_DISABLE_JIT)", hint="unset it, or use jit=False")
    if options.parallel:
        have_threads()
    parts = (source.name, source.text, options.key(), surroundings())
    key = hashlib.blake2b("\0".join(parts).encode(), digest_size=32).hexdigest()
    folder, file, reason = kept_text(source, options, key)
    module, functions = executed(source, file, options)
    outside = Outside(functions, vars(module))
    if not options.parallel:  # Numba's own passes over parallel loops look for NumPy's functions
        vars(module).update(lean.names(vars(module), read_in(functions)))
    named(module, functions, f"s2s_generated_{key[:16]}_{outside.digest()[:16] or next(_numbers)}")
    main = by_position(functions.pop(source.name))
    stages = compiler.Compiler if options.parallel else Loops
    for name, function in functions.items():
        vars(module)[name] = numba.jit(pipeline_class=stages, **INNER, **options.for_numba())(function)
    made = Compiled(main, targetoptions=options.for_numba(), pipeline_class=stages)
    made.describe(source, options, file, Kept(folder, outside, reason))
    if source.name in main.__code__.co_names:
        vars(module)[source.name] = made
    weakref.finalize(made, forget, module)
    return made


def have_threads() -> None:
    """Choose threads that may be asked for by several threads at once: Numba's own fallback ends the process then."""
    import numba
    from numba.np.ufunc import parallel

    if numba.config.THREADING_LAYER == "default":
        numba.config.THREADING_LAYER = "threadsafe"
    try:
        parallel._launch_threads()
    except ValueError:
        reason = "Numba finds no library for threads that several threads may use at once"
        raise NotCompiled(reason, hint="install tbb, or OpenMP; or leave parallel out") from None


def kept_text(source: Source, options: Options, key: str) -> tuple[Entry | None, str, str]:
    """The folder of a text, the file that it stands in, and why there is no folder if there is none."""
    nowhere = f"<s2s {source.name} {key[:8]}>"
    if not options.cache:
        return None, nowhere, "it was asked for without a cache"
    try:
        folder = entry("compiled", key)
        return folder, str(folder.keep_text(f"{source.name}.py", source.text)), ""
    except NoCache as refusal:
        return None, nowhere, str(refusal)


def executed(source: Source, file: str, options: Options) -> tuple[types.ModuleType, dict[str, types.FunctionType]]:
    """A module made from a text, and the functions that it defines.  The text is the one at hand, never what a file says."""
    linecache.cache[file] = (len(source.text), None, source.text.splitlines(keepends=True), file)
    module = types.ModuleType("s2s_generated")
    module.__file__ = file
    vars(module).update(source.outside)
    exec(compile(tree(source.text, options), file, "exec"), vars(module))
    defined = {
        name: value
        for name, value in vars(module).items()
        if isinstance(value, types.FunctionType) and value.__code__.co_filename == file
    }
    return module, defined


def tree(text: str, options: Options) -> ast.Module:
    """The syntax tree of a text with operators, calls and subscripts as Numba compiles them fastest.

    Numba's own passes over parallel loops look for those that the text has, and only Numba's subscripts look at bounds.
    """
    import numba

    from s2s.jit import lean, versions

    if options.parallel:
        return versions.tree(text)
    return lean.tree(text, entries=not (options.boundscheck or numba.config.BOUNDSCHECK))


def read_in(functions: dict[str, types.FunctionType]) -> set[str]:
    """The names that functions read outside."""
    return {name for function in functions.values() for name in function.__code__.co_names}


def by_position(function: types.FunctionType) -> types.FunctionType:
    """A function whose keyword parameters may be given by position: Numba does not bind the others where there are defaults.

    What stands behind a default must have one; nothing calls the function without it.
    """
    code = function.__code__
    if not code.co_kwonlyargcount:
        return function
    count = code.co_argcount + code.co_kwonlyargcount
    given = function.__kwdefaults__ or {}
    last = tuple(given.get(name) for name in code.co_varnames[code.co_argcount : count])
    defaults = (*function.__defaults__, *last) if function.__defaults__ else last if given else None
    code = code.replace(co_argcount=count, co_kwonlyargcount=0)
    made = types.FunctionType(code, function.__globals__, function.__name__, defaults, function.__closure__)
    made.__module__, made.__doc__ = function.__module__, function.__doc__
    return made


class Outside:
    """What functions read, those themselves aside."""

    def __init__(self, functions: dict[str, types.FunctionType], names: dict[str, Any]) -> None:
        from s2s.jit.content import read_by

        found = [value for function in functions.values() for value in read_by(function.__code__, names)]
        own = set(map(id, functions.values()))
        self.values = [value for value in found if id(value) not in own]
        self.reason = ""

    def digest(self) -> str:
        """A hash of what all of it is now; empty, with a reason, where that cannot be told."""
        from s2s.jit.content import Unknowable, digest

        try:
            return digest(self.values)
        except Unknowable as refusal:
            self.reason = str(refusal)
            return ""


_numbers = itertools.count()


def named(module: types.ModuleType, functions: dict[str, types.FunctionType], name: str) -> None:
    """Give a module its name, under which machine code that is read from disk finds it."""
    module.__name__ = name
    sys.modules[name] = module
    for function in functions.values():
        function.__module__ = name


def forget(module: types.ModuleType) -> None:
    if sys.modules.get(module.__name__) is module:
        del sys.modules[module.__name__]
