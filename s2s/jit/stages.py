"""The stages in which Numba compiles a text: its own, without those that find nothing to do in loop nests.

In: what Numba compiles, while it does.  Out: its stages, in its order.  Each that is left out would go through all of the text again.
"""

from __future__ import annotations

import types as python
from collections import defaultdict
from typing import Any

import numpy as np
from numba import types
from numba.core import ir, postproc, ssa
from numba.core.analysis import compute_cfg_from_blocks
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import Compiler
from numba.core.compiler_machinery import register_pass
from numba.core.ir_utils import build_definitions
from numba.core.typed_passes import NopythonRewrites
from numba.core.untyped_passes import InlineClosureLikes, MakeFunctionToJitFunction, ReconstructSSA, WithLifting


@register_pass(mutates_CFG=True, analysis_only=False)
class RewritesOfArrays(NopythonRewrites):  # type: ignore[misc]
    """Numba's rewriting of expressions of whole arrays, where there is one."""

    _name = "rewrites_of_arrays"

    def run_pass(self, state: Any) -> bool:
        return bool(super().run_pass(state)) if has_array_expression(state) else False


def has_array_expression(state: Any) -> bool:
    """Whether an operator or a ufunc gives an array."""
    return any(
        isinstance(state.typemap.get(one.target.name), types.Array) and is_expression(one.value, state.typemap)
        for block in state.func_ir.blocks.values()
        for one in block.find_insts(ir.Assign)
        if isinstance(one.value, ir.Expr)
    )


def is_expression(value: Any, kinds: Any) -> bool:
    if value.op in ("binop", "inplace_binop", "unary"):
        return True
    return value.op == "call" and isinstance(getattr(kinds[value.func.name], "typing_key", None), np.ufunc)


@register_pass(mutates_CFG=True, analysis_only=False)
class OneValueEach(ReconstructSSA):  # type: ignore[misc]
    """Numba's naming of the values of a variable, which goes through the blocks that have the variable, and not through all of them."""

    _name = "one_value_each"

    def run_pass(self, state: Any) -> bool:
        one_value_each(state.func_ir.blocks)
        self._patch_locals(state)
        state.func_ir._definitions = build_definitions(state.func_ir.blocks)
        postproc.PostProcessor(state.func_ir).run(emit_dels=False)
        return True


def one_value_each(blocks: dict[int, Any]) -> None:
    """Give each value of a variable a name of its own, and phi nodes where values meet, in place."""
    cfg = compute_cfg_from_blocks(blocks)
    fronts = ssa._iterated_domfronts(cfg)
    where = places(blocks)
    seen = ssa._CacheListVars()
    for name in ssa._find_defs_violators(blocks, cfg):
        own = {label: blocks[label] for label in blocks if label in where[name]}
        states = {"scope": ssa._get_scope(blocks), "varname": name, "defmap": defaultdict(list)}
        own = ssa._run_block_rewrite(own, states, ssa._FreshVarHandler())
        phis = states["phimap"] = defaultdict(list)
        states |= {"cfg": cfg, "phi_locations": ssa._compute_phi_locations(fronts, states["defmap"])}
        blocks.update(ssa._run_block_rewrite(own, states, ssa._FixSSAVars(seen)))
        for label, nodes in phis.items():
            blocks[label].body = nodes + blocks[label].body


def places(blocks: dict[int, Any]) -> dict[str, set[int]]:
    """The blocks in which a variable is read or assigned."""
    found: dict[str, set[int]] = defaultdict(set)
    for label, block in blocks.items():
        for one in block.body:
            for variable in one.list_vars():
                found[variable.name].add(label)
    return found


class Library(JITCodeLibrary):  # type: ignore[misc]
    """Machine code of one text, optimised with all that it calls in it, and not function by function before."""

    def _optimize_functions(self, ll_module: Any) -> None:
        ll_module.data_layout = self._codegen._data_layout


class Loops(Compiler):  # type: ignore[misc]
    """Numba's compiler for one text."""

    def compile_extra(self, func: Any) -> Any:
        if self.state.library is None:
            self.state.library = Library(self.state.targetctx.codegen(), func.__qualname__)
            self.state.library.enable_object_caching()
        return super().compile_extra(func)

    def define_pipelines(self) -> list[Any]:
        (stages,) = super().define_pipelines()
        code, instead = self.state.func_id.code, {NopythonRewrites: RewritesOfArrays, ReconstructSSA: OneValueEach}
        left = set() if any(isinstance(one, python.CodeType) for one in code.co_consts) else {InlineClosureLikes, MakeFunctionToJitFunction}
        if not code.co_exceptiontable:
            left.add(WithLifting)
        stages.passes = [(instead.get(stage, stage), what) for stage, what in stages.passes if stage not in left]
        stages.finalize()
        return [stages]
