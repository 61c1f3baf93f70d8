"""Numba's way from a function of generated text to machine code, without what such a text has no need of.

In: Python functions of generated text.  Out: the machine code that Numba's own sequence of passes gives, sooner.

Generated text has no closures, comprehensions, generators or `literal_unroll`, so the passes that look for them are left
out; a function that has any goes Numba's own way.  What is done over again for each variable in all of the text is done
where the variable stands, and only of what is counted (arrays, strings) is it found out where its life ends.
"""

from __future__ import annotations

import types as python
from copy import copy
from typing import Any

import numpy as np
from numba.core import analysis, ir, ir_utils, postproc, ssa, transforms, types, untyped_passes
from numba.core import typed_passes as typed
from numba.core.compiler import CompilerBase, DefaultPassBuilder
from numba.core.compiler_machinery import AnalysisPass, FunctionPass, PassManager, register_pass
from numba.core.rewrites import rewrite_registry


class Straight(CompilerBase):  # type: ignore[misc]
    """Numba's compiler, for generated text."""

    def define_pipelines(self) -> list[Any]:
        if self.state.flags.auto_parallel.enabled or not is_plain(self.state.func_id.func):
            return [DefaultPassBuilder.define_nopython_pipeline(self.state)]
        passes = PassManager("nopython")
        for one in SEQUENCE:
            passes.add_pass(one, one.__doc__ or one.__name__)
        passes.finalize()
        return [passes]


def is_plain(function: python.FunctionType) -> bool:
    """Whether a function has no code in it but its own, and nothing to go on with later."""
    code = function.__code__
    inner = any(isinstance(constant, python.CodeType) for constant in code.co_consts)
    return not inner and not code.co_flags & 0x20 and not {"literally", "literal_unroll", "isinstance", "hasattr"} & {*code.co_names}


class Pass(FunctionPass):  # type: ignore[misc]
    """A pass without options."""

    def __init__(self) -> None:
        super().__init__()


@register_pass(mutates_CFG=True, analysis_only=False)
class Loops(Pass):
    """each loop goes back in one place"""

    _name = "s2s_loops"

    def run_pass(self, state: Any) -> bool:
        ir_utils.remove_dels(state.func_ir.blocks)
        state.func_ir.blocks = transforms.canonicalize_cfg(state.func_ir.blocks)
        return True


@register_pass(mutates_CFG=True, analysis_only=False)
class Constants(Pass):
    """what is known before types are"""

    _name = "s2s_constants"

    def run_pass(self, state: Any) -> bool:
        rewritten("before-inference", state)
        return True


@register_pass(mutates_CFG=True, analysis_only=False)
class SingleAssignment(Pass):
    """one name per assignment"""

    _name = "s2s_single_assignment"

    def run_pass(self, state: Any) -> bool:
        state.func_ir.blocks = single_assignment(state.func_ir.blocks)
        state.func_ir._definitions = ir_utils.build_definitions(state.func_ir.blocks)
        return True


@register_pass(mutates_CFG=True, analysis_only=False)
class Joins(Pass):
    """a name that has several sources is assigned at the end of each"""

    _name = "s2s_joins"

    def run_pass(self, state: Any) -> bool:
        state.func_ir.blocks = without_joins(state.func_ir)
        state.func_ir._definitions = ir_utils.build_definitions(state.func_ir.blocks)
        return True


@register_pass(mutates_CFG=True, analysis_only=False)
class Expressions(Pass):
    """expressions of arrays, and what is known of subscripts once there are types"""

    _name = "s2s_expressions"

    def run_pass(self, state: Any) -> bool:
        if any(computes_arrays(state, block) for block in state.func_ir.blocks.values()):
            typed.NopythonRewrites().run_pass(state)
        else:
            rewritten("after-inference", state)
        return True


@register_pass(mutates_CFG=True, analysis_only=False)
class Lifetimes(AnalysisPass):  # type: ignore[misc]
    """where what is counted is let go of"""

    _name = "s2s_lifetimes"

    def __init__(self) -> None:
        super().__init__()

    def run_pass(self, state: Any) -> bool:
        function = state.func_ir
        ir_utils.enforce_no_phis(function)
        ir_utils.enforce_no_dels(function)
        function.blocks = transforms.canonicalize_cfg(function.blocks)
        models = state.targetctx.data_model_manager
        counted = {name for name, kind in state.typemap.items() if models[kind].contains_nrt_meminfo()}
        function.variable_lifetime = lifetimes = postproc.VariableLifetime(function.blocks)
        uses, definitions = lifetimes.usedefs
        found = ({label: names & counted for label, names in one.items()} for one in (uses, definitions))
        vars(lifetimes)["usedefs"] = analysis._use_defs_result(*found)
        postproc.PostProcessor(function)._insert_var_dels()
        return True


SEQUENCE = (
    untyped_passes.TranslateByteCode,
    untyped_passes.FixupArgs,
    Loops,
    untyped_passes.WithLifting,
    untyped_passes.RewriteSemanticConstants,
    untyped_passes.DeadBranchPrune,
    Constants,
    untyped_passes.RewriteDynamicRaises,
    untyped_passes.InlineInlinables,
    SingleAssignment,
    untyped_passes.DeadBranchPrune,
    typed.NopythonTypeInference,
    Joins,
    typed.InlineOverloads,
    Expressions,
    typed.NoPythonSupportedFeatureValidation,
    Lifetimes,
    typed.NativeLowering,
    typed.NoPythonBackend,
)


def rewritten(when: str, state: Any) -> None:
    """Apply what Numba has for a time to each block until nothing changes."""
    blocks = state.func_ir.blocks
    for kind in rewrite_registry.rewrites[when]:
        rewrite = kind(state)
        waiting = [*blocks.items()]
        while waiting:
            label, block = waiting.pop()
            if rewrite.match(state.func_ir, block, state.typemap, state.calltypes):
                blocks[label] = rewrite.apply()
                waiting.append((label, blocks[label]))


def computes_arrays(state: Any, block: Any) -> bool:
    """Whether Numba may join operations on arrays in a block, or make an array of a list."""
    for assign in block.find_insts(ir.Assign):
        value = assign.value
        if not isinstance(value, ir.Expr):
            continue
        if value.op == "build_list":
            return True
        if value.op in ("unary", "binop", "inplace_binop", "arrayexpr") and isinstance(state.typemap[assign.target.name], types.Array):
            return True
        if value.op == "call" and isinstance(getattr(state.typemap[value.func.name], "typing_key", None), np.ufunc):
            return True
    return False


def single_assignment(blocks: dict[int, Any]) -> dict[int, Any]:
    """As `numba.core.ssa` does it, but what it does for a variable is done to the statements in which that occurs."""
    blocks = {label: copy(block) for label, block in blocks.items()}
    cfg = analysis.compute_cfg_from_blocks(blocks)
    fronts = ssa._iterated_domfronts(cfg)
    found: dict[str, list[int]] = {name: [] for name in ssa._find_defs_violators(blocks, cfg)}
    occurring: dict[Any, set[str]] = {}
    for label, block in blocks.items():
        own = {Same(stmt): {var.name for var in stmt.list_vars()} & found.keys() for stmt in block.body}
        occurring.update(own)
        for name in set().union(*own.values()):
            found[name].append(label)
    listed = ssa._CacheListVars()
    for name, labels in found.items():
        states = {**ssa._make_states(blocks), "varname": name, "defmap": ssa.defaultdict(list)}
        replaced(blocks, labels, states, ssa._FreshVarHandler(), occurring)
        locations = ssa._compute_phi_locations(fronts, states["defmap"])
        states |= {"phimap": ssa.defaultdict(list), "cfg": cfg, "phi_locations": locations}
        replaced(blocks, labels, states, ssa._FixSSAVars(listed), occurring)
        for label, joins in states["phimap"].items():
            blocks[label].body = [*joins, *blocks[label].body]
    return blocks


class Same:
    """A statement, equal only to itself."""

    __slots__ = ("stmt",)

    def __init__(self, stmt: Any) -> None:
        self.stmt = stmt

    def __hash__(self) -> int:
        return id(self.stmt)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and self.stmt is other.stmt


def replaced(
    blocks: dict[int, Any], labels: list[int], states: dict[str, Any], handler: Any, occurring: dict[Any, set[str]]
) -> None:
    """What a handler makes of the statements in which a variable occurs, in its blocks."""
    for label in labels:
        block = blocks[label]
        states["label"], states["block"] = label, copy(block)
        body = []
        for stmt in block.body:
            names = occurring.get(Same(stmt))
            if names is None or states["varname"] in names:
                made = handler.on_assign(states, stmt) if isinstance(stmt, ir.Assign) else handler.on_other(states, stmt)
                if names is not None and made is not stmt:
                    occurring[Same(made)] = names
                stmt = made
            body.append(stmt)
        block.body = body


def without_joins(function: Any) -> dict[int, Any]:
    """Blocks in which what a name may come from is assigned to it, behind the last assignment of that."""
    leaving: dict[int, list[tuple[Any, Any]]] = {label: [] for label in function.blocks}
    blocks = {}
    for label, block in function.blocks.items():
        blocks[label] = copy(block)
        blocks[label].body = [stmt for stmt in block.body if not is_join(stmt)]
        for join in filter(is_join, block.body):
            for source, value in zip(join.value.incoming_blocks, join.value.incoming_values, strict=True):
                leaving[source].append((join.target, value))
    for label, pairs in leaving.items():
        body = blocks[label].body
        for target, value in pairs:
            value = ir.Expr.null(loc=function.loc) if value is ir.UNDEFINED else value
            last = max((k for k, stmt in enumerate(body) if isinstance(stmt, ir.Assign) and stmt.target == value), default=-1)
            body.insert(last + 1, ir.Assign(value=value, target=target, loc=value.loc))
    return blocks


def is_join(stmt: Any) -> bool:
    return isinstance(stmt, ir.Assign) and isinstance(stmt.value, ir.Expr) and stmt.value.op == "phi"
