"""Interpolants of `scipy.interpolate`: given ones, as constants, and those that a program makes of data that may carry a derivative.

    spline(x)  =>  spline_value(spline, x)            CubicSpline(t, y)(x)  =>  spline_through(t, y, "CubicSpline", "not-a-knot", x)

In: calls of interpolants, and of what makes them.  Out: atoms, and objects of the classes in `rules.scipy_interpolate`, which are read as a
user's are.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from s2s import facts, ir
from s2s.rules import scipy_interpolate
from s2s.specialise.access import Access, step
from s2s.specialise.array_arguments import is_sequence
from s2s.specialise.handlers import handles
from s2s.specialise.outside import Guard
from s2s.specialise.values import Seq, Value
from s2s_runtime import kernels

if TYPE_CHECKING:
    from s2s.specialise.machine import Machine

NONE, ZERO, NOT_A_KNOT, CUBIC = (ir.Const(value) for value in (None, 0, "not-a-knot", 3))
ENDS = ("not-a-knot", "natural", "clamped")
HINT = "make it outside of what is differentiated, or with scipy.interpolate.CubicSpline(x, y)"


def register() -> None:
    """What these calls mean, from here on."""
    library: Any = sys.modules["scipy.interpolate"]
    for cls in (library.PPoly, library.BSpline, library.UnivariateSpline):
        handles(getattr(cls, "__call__"))(given_spline)  # noqa: B009  what a class has, and not its instances
    handles(getattr(library.interp1d, "__call__"))(given_lines)  # noqa: B009
    handles(getattr(library.RegularGridInterpolator, "__call__"))(given_grid)  # noqa: B009
    handles(library.CubicSpline)(cubic_spline)
    handles(library.make_interp_spline)(interpolating_spline)
    handles(library.interp1d)(lines)
    for cls in (library.PchipInterpolator, library.Akima1DInterpolator, library.RegularGridInterpolator, library.UnivariateSpline,
                library.InterpolatedUnivariateSpline, library.CubicHermiteSpline, library.PPoly, library.BSpline):  # fmt: skip
        handles(cls)(refused(cls.__name__))


def refused(name: str) -> Callable[..., Value]:
    def handler(machine: Machine, *args: Value, **kwargs: Value) -> Value:
        raise machine.refuse(f"{name} made inside of a differentiated function", HINT)

    return handler


# ---------------------------------------------------------------------------------------------------------- given interpolants
def example_of(machine: Machine, value: Value, key: Callable[[Any], Any]) -> Any:
    """What is known of an interpolant that was there before, for a program that holds while this key of it is what it is."""
    example = machine.inputs.examples.get(value.name) if isinstance(value, ir.Var) else None
    if example is None:
        raise machine.refuse("an interpolant that is not known here", HINT)
    root: Access = machine.inputs.roots[value.name]  # type: ignore[union-attr]
    machine.surroundings.guards.append(Guard(step(root, key), same, key(example)))
    return key(example)


def same(value: Any) -> Any:
    return value


def kind_of_spline(spline: Any) -> Any:
    """How many axes its values have, the kind of numbers that they are, and what it does outside."""
    coefficients = getattr(spline, "c", None)
    if coefficients is None:
        return 0, "f", getattr(spline, "ext", 0)
    return coefficients.ndim - (1 if hasattr(spline, "t") else 2), coefficients.dtype.kind, 0


def given_spline(machine: Machine, spline: Value, x: Value, nu: Value = ZERO) -> Value:
    """A spline by its coefficients."""
    axes, kind, outside = example_of(machine, spline, kind_of_spline)
    if kind != "f" or outside in (3, "const"):
        raise machine.refuse("a spline of complex numbers, or one that is constant outside of its data", "leave ext out")
    kernel = kernels.spline_value if axes == 0 else kernels.curve_value
    return machine.apply(kernel, spline, places(machine, x), *(() if nu == ZERO else (nu,)))


def places(machine: Machine, x: Value) -> Value:
    return machine.apply(np.array, x) if is_sequence(machine, x) else x


def given_lines(machine: Machine, f: Value, x: Value) -> Value:
    cls, axes = example_of(machine, f, lambda f: (type(f).__name__, np.ndim(getattr(f, "y", None))))
    if cls != "interp1d" or axes != 1:
        raise machine.refuse(f"{cls} of data with {axes} axes", HINT)
    return machine.apply(kernels.interpolated, f, places(machine, x))


def given_grid(machine: Machine, f: Value, xi: Value) -> Value:
    method, axes, coordinates = example_of(machine, f, lambda f: (f.method, np.ndim(f.values) - len(f.grid), len(f.grid)))
    if method != "linear" or axes:
        raise machine.refuse(f"RegularGridInterpolator(method={method!r}), or of values that are arrays", "use method='linear'")
    if isinstance(xi, Seq):
        xi = machine.apply(np.stack, machine.call(ir.Const(np.broadcast_arrays), list(machine.unpacked(xi)), {}), axis=ir.Const(-1))
    xi = places(machine, xi)
    fact = machine.builder.type_of(machine.materialise(xi))
    if not isinstance(fact, facts.Num) or not fact.ndim:
        raise machine.refuse("places on a grid that are not known to be an array", "give an array with a row of coordinates for each place")
    if fact.ndim == 1:
        xi = machine.apply(np.reshape, xi, ir.Const((-1, coordinates)))
    return machine.apply(kernels.grid_value, f, xi)


# --------------------------------------------------------------------------------------------------------- made in the program
def data(machine: Machine, x: Value, y: Value) -> tuple[Value, Value]:
    """The data of an interpolant, as vectors of real numbers."""
    found = places(machine, x), places(machine, y)
    types = [machine.builder.type_of(machine.materialise(value)) for value in found]
    if not all(isinstance(fact, facts.Num) and fact.ndim == 1 and fact.is_real for fact in types):
        raise machine.refuse("an interpolant of data that is not known to be real vectors", "interpolate each column by itself")
    return found


def cubic_spline(
    machine: Machine, x: Value, y: Value, axis: Value = ZERO, bc_type: Value = NOT_A_KNOT, extrapolate: Value = NONE
) -> Value:
    if axis != ZERO or extrapolate != NONE or not isinstance(bc_type, ir.Const) or bc_type.value not in ENDS:
        raise machine.refuse("CubicSpline with these options", f"give x, y and a bc_type of {', '.join(ENDS)}")
    return machine.construct(scipy_interpolate.SplineThrough, [*data(machine, x, y), ir.Const("CubicSpline"), bc_type], {})


def interpolating_spline(machine: Machine, x: Value, y: Value, k: Value = CUBIC) -> Value:
    if not isinstance(k, ir.Const):
        raise machine.refuse("make_interp_spline of a degree that is not known", "write the degree as a number")
    return machine.construct(scipy_interpolate.SplineThrough, [*data(machine, x, y), ir.Const("make_interp_spline"), k], {})


def lines(
    machine: Machine, x: Value, y: Value, kind: Value = ir.Const("linear"), *, bounds_error: Value = NONE, fill_value: Value = NONE,  # noqa: B008
) -> Value:  # fmt: skip
    extrapolates = fill_value == ir.Const("extrapolate")
    if kind not in (ir.Const("linear"), ir.Const(1)) or bounds_error != NONE or not (fill_value == NONE or extrapolates):
        raise machine.refuse("interp1d with these options", "give x, y and fill_value='extrapolate' at most, or use make_interp_spline")
    return machine.construct(scipy_interpolate.Interpolated, [*data(machine, x, y), ir.Const(extrapolates)], {})
