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

from s2s_runtime.elementary.formats import DOUBLE, Format
from s2s_runtime.elementary.staging import AS_WRITTEN, Real, Stage, Whole, unmarked

PURE = ("nounwind", "noinline", "readnone", "willreturn")
Kernel = Callable[[Real, Whole], Real]


def beyond(bound: float, x: Real, value: Real, kernel: Kernel, kind: int) -> Real:
    """`value` where |x| is less than the bound or x is NaN, elsewhere what the kernel gives for x and `kind` in float64.

    One function serves all kinds, so that a module holds its forms once: they take longer to compile than all else here.
    """
    builder = x.stage.builder
    function = builder.module.globals.get(title(kernel, x.format)) or defined(x.stage, bound, kernel)
    call = unmarked(builder.call(function, (x.value, value.value, x.format.whole(kind))))
    set.add(call.attributes, variants(x.stage, function))  # old versions of LLVM look for it at the call only
    return Real(x.stage, call)


def title(kernel: Kernel, form: Format) -> str:
    return f"s2s_{kernel.__name__}_{form.size}"


def defined(stage: Stage, bound: float, kernel: Kernel) -> Any:
    """The function in this module.  It may be defined in others too, alike: the linker takes one."""
    scalar = written_scalar(stage, bound, kernel)
    for lanes in numbers_of_lanes(stage):
        written_vector(scalar, stage.format, bound, lanes)
    return scalar


def variants(stage: Stage, scalar: Any) -> str:
    forms = (f"_ZGV_LLVM_N{lanes}vvv_{scalar.name}({form_name(scalar, lanes)})" for lanes in numbers_of_lanes(stage))
    return f'"vector-function-abi-variant"="{",".join(forms)}"'


def form_name(scalar: Any, lanes: int) -> str:
    return f"{scalar.name}_by_{lanes}"


def numbers_of_lanes(stage: Stage) -> list[int]:
    """Of the numbers of this format in a vector, also where float64 sets the number.

    LLVM prefers 256 bits where there are 512, unless it is told otherwise.
    """
    widths = {stage.register_size, min(stage.register_size, 256)}
    return sorted({width // size for width in widths for size in (stage.format.size, DOUBLE.size)})


def started(module: Any, title: str, result: Any, arguments: tuple[Any, ...], linkage: str) -> tuple[Any, Any]:
    function = ir.Function(module, ir.FunctionType(result, arguments), title)
    function.linkage = linkage
    for attribute in PURE:
        set.add(function.attributes, attribute)  # llvmlite's own list of attributes is not complete
    return function, ir.IRBuilder(function.append_basic_block("entry"))


def written_scalar(stage: Stage, bound: float, kernel: Kernel) -> Any:
    module, form, real = stage.builder.module, stage.format, stage.format.real
    function, builder = started(module, title(kernel, form), real, (real, real, form.whole), "linkonce_odr")
    x, value, kind = function.args
    divided(function, builder, is_large(builder, x, ir.Constant(real, bound)), value)
    rare = module.globals.get(f"s2s_{kernel.__name__}") or written_rare(stage, kernel)
    if form is not DOUBLE:
        x, kind = builder.fpext(x, DOUBLE.real), builder.zext(kind, DOUBLE.whole)
    result = unmarked(builder.call(rare, (x, kind)))
    builder.ret(result if form is DOUBLE else builder.fptrunc(result, real))
    return function


def written_rare(outer: Stage, kernel: Kernel) -> Any:
    """What is rare itself.  It is not optimised, which takes long and gains nothing that would be noticed."""
    title, real = f"s2s_{kernel.__name__}", DOUBLE.real
    function, builder = started(outer.builder.module, title, real, (real, DOUBLE.whole), "linkonce_odr")
    function.attributes.add("optnone")
    stage = Stage(builder, DOUBLE, outer.has_fma, outer.register_size)
    x, kind = function.args
    builder.ret(kernel(Real(stage, x), Whole(stage, kind)).value)
    return function


def written_vector(scalar: Any, form: Format, bound: float, lanes: int) -> Any:
    vector, wholes = ir.VectorType(form.real, lanes), ir.VectorType(form.whole, lanes)
    # Nothing calls it until loops are vectorised; with a linkage that may be discarded it would be gone by then.
    function, builder = started(scalar.module, form_name(scalar, lanes), vector, (vector, vector, wholes), "weak_odr")
    x, value, kind = function.args
    large = is_large(builder, x, ir.Constant(vector, [bound] * lanes))
    mask = ir.IntType(lanes)
    divided(function, builder, builder.icmp_unsigned("!=", builder.bitcast(large, mask), mask(0)), value)
    for lane in range(lanes):
        place = ir.IntType(32)(lane)
        one = builder.call(scalar, [builder.extract_element(one, place) for one in (x, value, kind)])
        value = builder.insert_element(value, unmarked(one), place)
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
    above, below = (
        builder.fcmp_ordered(sign, x, end, flags=AS_WRITTEN) for sign, end in ((">=", bound), ("<=", least))
    )
    return builder.or_(above, below)
