"""Numba's code generator, with what is compiled only to become part of something else left as it is until then.

In: nothing; while `lean()` is entered, what Numba compiles goes this way.  Out: the same machine code, sooner.

Numba optimises and assembles each library function by itself that a text calls (`np.empty`, `np.linalg.solve` and the
functions that these call), and then once more as a part of what calls it.  Here only that is optimised of which
somebody asks for the address.
"""

from __future__ import annotations

import contextlib
import functools
import gc
from collections.abc import Iterator
from typing import Any

import llvmlite.binding
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler_lock import global_compiler_lock
from numba.core.registry import cpu_target


class Lean(JITCodeLibrary):  # type: ignore[misc]
    """A module that is linked as it was written, and optimised when machine code of its own is asked for."""

    is_waiting = False

    def _optimize_functions(self, ll_module: Any) -> None:
        """Leave it to the passes over the whole module, which begin with the same ones."""
        ll_module.data_layout = self._codegen._data_layout

    def finalize(self) -> None:
        """Link what it calls; nothing more is known to be needed."""
        self._raise_if_finalized()
        for library in dict.fromkeys(self._linking_libraries):
            self._reload_init.update(library._reload_init)
            self._final_module.link_in(library._get_module_for_linking(), preserve=True)
        self._finalized = self.is_waiting = True

    def get_pointer_to_function(self, name: str) -> int:
        """The address of a function; 0 if there is none of that name."""
        self._ensure_finalized()
        if self.is_waiting:
            if not defines(self._final_module, name):
                return 0
            self.is_waiting = False
            self._codegen._check_llvm_bugs()
            self._optimize_final_module()
            self._final_module.verify()
            self._finalize_final_module()
        return int(super().get_pointer_to_function(name))


def defines(module: Any, name: str) -> bool:
    try:
        return not module.get_function(name).is_declaration
    except NameError:
        return False


@contextlib.contextmanager
def lean() -> Iterator[None]:
    """While this is entered, Numba compiles as said above; other threads that compile wait."""
    with global_compiler_lock:
        codegen = cpu_target.target_context.codegen()
        if "set_env" in vars(codegen):  # entered already
            yield
            return
        waiting: dict[str, Any] = {}
        codegen.set_env, codegen._library_class = waiting.__setitem__, Lean
        cpu_target.target_context.get_abi_sizeof = functools.cache(cpu_target.target_context.get_abi_sizeof)
        try:
            with young():
                yield
        finally:
            del codegen.set_env, codegen._library_class, cpu_target.target_context.get_abi_sizeof
            give_environments(codegen, waiting)


@contextlib.contextmanager
def young() -> Iterator[None]:
    """Look for garbage among what is made from here on only: Numba makes much, and there is much that it would be sought in."""
    if gc.get_freeze_count():  # somebody else does this
        yield
        return
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def give_environments(codegen: Any, waiting: dict[str, Any]) -> None:
    """Tell machine code where the environment of each function is; what has no place for it yet is given one.

    A place must be there before anything else is compiled that links the function.
    """
    engine = codegen._engine
    missing = [name for name in waiting if not engine.get_global_value_address(name)]
    if missing:
        places = "\n".join(f'@"{name}" = common global i8* null' for name in missing)
        module = llvmlite.binding.parse_assembly(f'target triple = "{codegen._llvm_module.triple}"\n{places}\n')
        engine.add_module(module)
        engine.finalize_object()
    for name, environment in waiting.items():
        codegen.set_env(name, environment)
