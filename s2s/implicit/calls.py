"""What calls of `scipy.integrate` are inside a program: the user's own call, on a function of the generated module.

In: a machine that comes upon `odeint` or `solve_ivp`.  Out: an application whose rule knows the equation, and the values that SciPy's
own function gives.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from s2s import facts, ir
from s2s.implicit.adapters import time_first, time_second
from s2s.implicit.inside import Lifted, shaped_like, word
from s2s.specialise.array_arguments import is_sequence
from s2s.specialise.values import Instance, Seq, Value
from s2s.subroutine import Subroutine
from s2s_runtime import kernels, trajectories

if TYPE_CHECKING:
    from s2s.specialise import Machine

TIME_OPTIONS = ("rtol", "atol", "mxstep", "h0", "hmax", "hmin")
NONE = ir.Const(None)


class Solution:
    """What `solve_ivp` gives, as far as a program may read it."""


def array_of(machine: Machine, value: Value, what: str, rank: int = 1) -> Value:
    """An array of floats of this rank; refused where that is not known."""
    atom = machine.materialise(machine.apply(np.array, value) if is_sequence(machine, value) else value)
    fact = machine.builder.type_of(atom)
    if not isinstance(fact, facts.Num) or fact.shape is None or fact.dtype is None:
        raise machine.refuse(f"{what} whose type is not known here", "give it as np.array([...]), and ask for arguments: .source(x)")
    if fact.is_complex:
        raise machine.refuse(f"{what} that is complex", "write the equation for the real and the imaginary part")
    if not fact.inexact or fact.dtype != np.dtype(float):
        floats = machine.apply(kernels.astype, atom, ir.Const(np.dtype(float))) if fact.shape else machine.apply(float, atom)
        atom = machine.materialise(floats)
    if fact.shape == () and rank == 1:
        atom = machine.materialise(machine.apply(np.reshape, atom, ir.Const((1,))))
    elif len(fact.shape) != rank:
        raise machine.refuse(f"{what} with {len(fact.shape)} axes", "give a vector, and reshape it inside of the equation")
    return atom


def arguments_of(machine: Machine, args: Value) -> list[Value]:
    """The further arguments of the equation, a tuple; a single one may stand for itself."""
    if args == NONE or args == ir.Const(()):
        return []
    return machine.unpacked(args) if isinstance(args, (Seq, ir.Const)) or is_sequence(machine, args) else [args]


def lifted_rate(machine: Machine, f: Value, adapter: Any, t: Value, y0: Value, args: list[Value]) -> Lifted:
    """The equation as a function of the time, the state and what else it reads."""
    start = machine.subscript(t, ir.Const(0))
    lifted = Lifted(machine, [(shaped_like(f, adapter), word(f, "rate"))], [start, y0], args)
    have = lifted.routines[0].fact
    if isinstance(have, facts.Num) and have.ndim is not None and have.ndim != 1:
        raise machine.refuse(f"a rate of change of {have.ndim} axes", "return one entry per entry of the state")
    return lifted


def only(machine: Machine, name: str, options: dict[str, Value], known: tuple[str, ...]) -> dict[str, Any]:
    """The options that have a value; refused if one is not known here."""
    given = {key: value for key, value in options.items() if value != NONE}
    for key in given:
        if key not in known:
            raise machine.refuse(f"{name} with {key}", "leave it out, or integrate outside of what is differentiated")
    return given


def odeint(
    machine: Machine, func: Value, y0: Value, t: Value, args: Value = NONE, tfirst: Value = NONE, **options: Value
) -> Value:
    """`scipy.integrate.odeint`."""
    given = only(machine, "odeint", options, TIME_OPTIONS)
    times, state = array_of(machine, t, "times"), array_of(machine, y0, "a state")
    adapter = time_first if tfirst != NONE and machine.key(tfirst) else time_second
    lifted = lifted_rate(machine, func, adapter, times, state, arguments_of(machine, args))
    (routine,) = lifted.routines
    return machine.apply(trajectories.odeint_values, ir.Const(routine), times, lifted.leads[1], *lifted.arguments, **given)


def trajectory(machine: Machine, f: Value, t: Value, y0: Value, *args: Value) -> Value:
    """A trajectory that a derivative is made of."""
    if isinstance(f, ir.Const) and isinstance(f.value, Subroutine):
        return machine.apply(trajectories.trajectory, f, t, y0, *args)
    lifted = lifted_rate(machine, f, time_first, t, y0, list(args))
    (routine,) = lifted.routines
    return machine.apply(trajectories.trajectory, ir.Const(routine), t, lifted.leads[1], *lifted.arguments)


def solve_ivp(
    machine: Machine, fun: Value, t_span: Value, y0: Value, method: Value = ir.Const("RK45"), t_eval: Value = NONE,  # noqa: B008
    args: Value = NONE, **options: Value,
) -> Value:  # fmt: skip
    """`scipy.integrate.solve_ivp`: without `t_eval`, at the times that it chose: those between the two ends are taken as given."""
    given = only(machine, "solve_ivp", options, ("rtol", "atol", "max_step", "first_step"))
    state = array_of(machine, y0, "a state")
    span = array_of(machine, t_span, "the span of times")
    begin = machine.subscript(span, ir.Const(slice(0, 1)))
    lifted = lifted_rate(machine, fun, time_first, span, state, arguments_of(machine, args))
    routine = ir.Const(lifted.routines[0])
    chosen = {} if t_eval == NONE else {"t_eval": array_of(machine, t_eval, "times")}
    found = machine.apply(trajectories.solved_ivp, routine, span, lifted.leads[1], *lifted.arguments, method=method, **chosen, **given)
    end = machine.subscript(span, ir.Const(slice(1, None)))
    t = chosen.get("t_eval") or machine.apply(np.concatenate, Seq(tuple, (begin, machine.apply(trajectories.times_between, found), end)))
    times = machine.apply(np.concatenate, Seq(tuple, (begin, t)))
    rows = machine.apply(trajectories.ivp_values, found, routine, times, lifted.leads[1], *lifted.arguments)
    y = machine.apply(np.transpose, machine.subscript(rows, ir.Const(slice(1, None))))
    items = (t, y, ir.Const(True), ir.Const(0))
    return machine.allocate(Instance(Solution, ("t", "y", "success", "status"), items))


def register() -> None:
    """Tell the machine what the functions of SciPy mean, and the registry the rules of what they become."""
    from scipy import integrate

    from s2s import implicit as public
    from s2s.implicit import ode_rules, solvers
    from s2s.rules.declare import RULES
    from s2s.specialise.handlers import BUILTINS

    BUILTINS[integrate.odeint] = BUILTINS[public.odeint] = odeint
    BUILTINS[integrate.solve_ivp] = BUILTINS[public.solve_ivp] = solve_ivp
    BUILTINS[trajectories.trajectory] = trajectory
    RULES.solvers |= {trajectories.solved_ivp, trajectories.times_between}
    ode_rules.register()
    solvers.register()
