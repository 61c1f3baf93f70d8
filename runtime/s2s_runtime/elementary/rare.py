"""What is rare is computed elsewhere, without a branch in the loop.

A loop with a branch to a long way round does not vectorise, nor does one with a call, unless LLVM knows a form of the call
that takes a vector: it looks for the attribute `vector-function-abi-variant`.  So the call here is to a small function of x
and of the value that is right for common x, and beside it stand its forms for vectors, which give that value back after one
test for all their elements.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from llvmlite import ir

from s2s_runtime.elementary.staging import DOUBLE, Format, Real, Stage

# As many elements as vector registers of 128 to 512 bits hold, also where a loop is as wide as its widest type.
LANES = {64: (2, 4, 8), 32: (2, 4, 8, 16)}
PURE = ("nounwind", "noinline", "readnone", "willreturn")
Kernel = Callable[[Real], Real]


def beyond(bound: float, name: str, x: Real, value: Real, kernel: Kernel) -> Real:
    """`value` where |x| is less than the bound or x is NaN, elsewhere what the float64 kernel gives, rounded."""
    title = f"s2s_beyond_{name}_{x.format.size}"
    builder = x.stage.builder
    function = builder.module.globals.get(title) or defined(x.stage, title, bound, kernel)
    return Real(x.stage, builder.call(function, (x.value, value.value)))


def defined(stage: Stage, title: str, bound: float, kernel: Kernel) -> Any:
    """The function in this module.  It may be defined in others too, alike: the linker takes one."""
    module, form = stage.builder.module, stage.format
    scalar = written_scalar(module, title, stage, bound, kernel)
    forms = [written_vector(scalar, form, bound, lanes) for lanes in LANES[form.size]]
    names = (f"_ZGV_LLVM_N{one.type.pointee.return_type.count}vv_{title}({one.name})" for one in forms)
    set.add(scalar.attributes, f'"vector-function-abi-variant"="{",".join(names)}"')
    return scalar


def started(module: Any, title: str, kind: Any, linkage: str) -> tuple[Any, Any]:
    function = ir.Function(module, ir.FunctionType(kind, (kind, kind)), title)
    function.linkage = linkage
    for attribute in PURE:
        set.add(function.attributes, attribute)  # llvmlite's own list of attributes is not complete
    return function, ir.IRBuilder(function.append_basic_block("entry"))


def written_scalar(module: Any, title: str, stage: Stage, bound: float, kernel: Kernel) -> Any:
    kind = stage.format.real
    function, builder = started(module, title, kind, "linkonce_odr")
    x, value = function.args
    divided(function, builder, is_large(builder, x, ir.Constant(kind, bound)), value)
    double = Real(Stage(builder, DOUBLE, stage.has_fma), widened(builder, x, stage.format))
    result = kernel(double).value
    builder.ret(result if stage.format is DOUBLE else builder.fptrunc(result, kind))
    return function


def written_vector(scalar: Any, form: Format, bound: float, lanes: int) -> Any:
    kind = ir.VectorType(form.real, lanes)
    # Nothing calls it until loops are vectorised; with a linkage that may be discarded it would be gone by then.
    function, builder = started(scalar.module, f"{scalar.name}_by_{lanes}", kind, "weak_odr")
    x, value = function.args
    large = is_large(builder, x, ir.Constant(kind, [bound] * lanes))
    mask = ir.IntType(lanes)
    divided(function, builder, builder.icmp_unsigned("!=", builder.bitcast(large, mask), mask(0)), value)
    for lane in range(lanes):
        place = ir.IntType(32)(lane)
        one = builder.call(scalar, (builder.extract_element(x, place), builder.extract_element(value, place)))
        value = builder.insert_element(value, one, place)
    builder.ret(value)
    return function


def divided(function: Any, builder: Any, rare: Any, value: Any) -> None:
    """The common way out; the builder goes on where it is not taken."""
    common = function.append_basic_block("common")
    other = function.append_basic_block("rare")
    builder.cbranch(rare, other, common)
    builder.position_at_end(common)
    builder.ret(value)
    builder.position_at_end(other)


def is_large(builder: Any, x: Any, bound: Any) -> Any:
    """Either way, without a function for |x|, which would have to be declared for each width."""
    least = builder.fneg(bound)
    return builder.or_(builder.fcmp_ordered(">=", x, bound), builder.fcmp_ordered("<=", x, least))


def widened(builder: Any, x: Any, form: Format) -> Any:
    return x if form is DOUBLE else builder.fpext(x, DOUBLE.real)
