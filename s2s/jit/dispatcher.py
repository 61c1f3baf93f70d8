"""Numba's dispatcher, with this project's cache behind it and its errors in front.

In: a Python function of generated text.  Out: a dispatcher, which compiled code can call as any other.
"""

from __future__ import annotations

import hashlib
import importlib.util
import inspect
import pickle
import sys
from typing import TYPE_CHECKING, Any

import llvmlite.binding
from numba import types
from numba.core import sigutils
from numba.core.caching import _Cache
from numba.core.compiler import CompileResult
from numba.core.dispatcher import OmittedArg
from numba.core.registry import CPUDispatcher
from numba.core.runtime import rtsys
from numba.core.serialize import dumps

from s2s.errors import NotCompiled
from s2s.jit.collecting import seldom
from s2s.jit.directory import NoCache
from s2s.jit.failures import not_compiled
from s2s.jit.lean import fortran
from s2s.jit.options import Options
from s2s.jit.store import Entry

if TYPE_CHECKING:
    from s2s.emit import Source
    from s2s.jit.compiling import Outside


class Compiled(CPUDispatcher):  # type: ignore[misc]
    """A function that is compiled for the types that it is called with.  A call raises NotCompiled where that fails."""

    source: Source
    options: Options
    file: str

    def describe(self, source: Source, options: Options, file: str, kept: Kept) -> None:
        """Say where it comes from, and where its machine code is kept."""
        self.source, self.options, self.file, self._cache = source, options, file, kept

    @property
    def reason(self) -> str:
        """Why its machine code is not on disk; empty where nothing stands against it."""
        return str(self._cache.reason)

    def prepare(self, *args: Any, **kwargs: Any) -> None:
        """Compile for arguments like these without a call.  Raises NotCompiled."""
        named = inspect.signature(self.py_func).bind(*args, **kwargs).arguments
        parameters = inspect.signature(self.py_func).parameters.values()
        self._compile_for_args(*(named[p.name] if p.name in named else OmittedArg(p.default) for p in parameters))

    def failed(self, error: Exception) -> NotCompiled:
        return not_compiled(error, self.source, self.file, self.py_func.__code__.co_varnames)

    def _compile_for_args(self, *args: Any, **kwargs: Any) -> Any:
        try:
            with seldom():
                return super()._compile_for_args(*args, **kwargs)
        except Exception as error:
            if isinstance(error, NotCompiled):
                raise
            raise self.failed(error) from error

    def __reduce__(self) -> Any:
        return again, (self.source, self.options)


def again(source: Source, options: Options) -> Compiled:
    """A dispatcher in another process: its machine code comes from disk there."""
    from s2s.jit.compiling import compiled

    return compiled(source, options=options)


PLAIN = (types.Number, types.Boolean, types.Array, types.NoneType, types.UnicodeType, types.Omitted, types.Literal)


def is_plain(kind: Any) -> bool:
    """Whether a type is the same in every process, and its name says all of it."""
    if isinstance(kind, (types.Tuple, types.UniTuple)):
        return all(map(is_plain, kind))
    if isinstance(kind, types.Literal):
        return isinstance(kind.literal_value, (bool, int, str))
    if isinstance(kind, types.Omitted):
        return isinstance(kind.value, (bool, int, float, complex, type(None)))
    return isinstance(kind, PLAIN)


class Kept(_Cache):  # type: ignore[misc]
    """The machine code of one function on disk: a file per types of arguments."""

    looked_for = ""

    def __init__(self, entry: Entry | None, outside: Outside, reason: str) -> None:
        self.entry, self.outside, self.reason = entry, outside, reason or outside.reason

    @property
    def cache_path(self) -> str | None:
        return str(self.entry.folder) if self.entry else None

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """What was compiled for a signature; None where it is not there, or damaged, and has to be compiled."""
        name = self.looked_for = self.file_of(sig)
        data = self.entry.read(name) if self.entry and name else None
        if self.entry is None or data is None:
            import_arrays()
            return None
        try:
            found = rebuilt(data, target_context)
        except Exception:  # what a file says may not fit what is installed now; compiling is always right
            self.entry.remove(name)
            return None
        self.entry.used()
        return found if tuple(found.signature.args) == tuple(sigutils.normalize_signature(sig)[0]) else None

    def save_overload(self, sig: Any, data: Any) -> None:
        """Keep what was compiled, unless what it reads changed meanwhile, so that nobody knows which it was compiled with."""
        looked_for, name = self.looked_for, self.file_of(sig)
        if self.entry is None or not name or name != looked_for:
            return
        if data.library.has_dynamic_globals:
            self.reason = "its machine code has addresses in it, of a large constant array or a pointer"
            return
        try:
            self.entry.write(name, reduced(data))
        except NoCache as refusal:
            self.reason = str(refusal)
        except Exception as error:  # what Numba cannot write down
            self.reason = f"its machine code cannot be written down: {error}"

    def file_of(self, sig: Any) -> str:
        """The file of a signature; none for types that are not the same in every process."""
        args, result = sigutils.normalize_signature(sig)
        strange = [one for one in args if not is_plain(one)]
        if strange:
            self.reason = f"an argument has the type {strange[0]}, which is another one in each process"
        if strange or result is not None:
            return ""
        outside = self.outside.digest()
        if not outside:
            self.reason = self.outside.reason
            return ""
        text = "|".join([outside, *map(repr, args)])
        return hashlib.blake2b(text.encode(), digest_size=16).hexdigest() + ".code"

    def enable(self) -> None:
        """Numba's door to what cannot be switched here."""

    def disable(self) -> None:
        self.entry, self.reason = None, "it was switched off"

    def flush(self) -> None:
        """Nothing is out of date here: another text has another folder."""


ARRAYS = "numba.np.arraymath"


def import_arrays() -> None:
    """Import what Numba knows about functions of arrays without SciPy, which takes as long as all of Numba's own to import.

    It asks there whether SciPy's linear algebra is installed, by importing it, and imports it again where that is compiled.
    """
    if ARRAYS in sys.modules or "scipy.linalg" in sys.modules or importlib.util.find_spec("scipy") is None:
        return
    from numba.np import linalg

    asked = linalg.ensure_blas
    linalg.ensure_blas = lambda: None
    try:
        importlib.import_module(ARRAYS)
    finally:
        linalg.ensure_blas = asked


def reduced(result: Any) -> bytes:
    """Machine code as bytes, with the names of what it calls outside.

    Of the functions of Numba's that are part of it, only those environments go along that are read: each would have the
    module imported that its function stands in.
    """
    module = result.library._final_module
    used = [one.name for one in (*module.functions, *module.global_variables) if one.is_declaration]
    *parts, environments = result._reduce()
    text = str(module) if environments else ""
    read = tuple(one for one in environments if text.count(one.env_name) > 1)
    return bytes(dumps(([name for name in used if not name.startswith("llvm.")], (*parts, read))))


def rebuilt(data: bytes, target_context: Any) -> Any:
    """Machine code from bytes.

    Numba reads all that it knows about types and functions before it reads machine code, which takes longer than all else;
    that is left out where everything that the code calls is there.
    """
    if ARRAYS.encode() in data:
        import_arrays()
    used, parts = pickle.loads(data)
    rtsys.initialize(target_context)
    fortran.make_known(used)
    if any(llvmlite.binding.address_of_symbol(name) is None for name in used):
        target_context.refresh()
    return CompileResult._rebuild(target_context, *parts)
