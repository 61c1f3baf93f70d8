"""Statements beside the arithmetic: texts, print, assert, raise, with np.errstate, try."""

import math

import numpy as np

from language.corpus import Program


def reported(x, name):
    y = x**2
    label = f"{name}: {y:.3f} ({len(name)} letters, {x!r:>10})"
    return {"y": y, "letters": len(name), "starts": label.startswith(name)}


def prints_as_it_goes(x):
    total = 0.0
    for i, v in enumerate(x):
        total += v**2
        print(f"step {i}: total = {total:.4f}")
    print("done", total, sep=" ... ", end="\n")
    return total


def checks_its_input(x, p):
    assert len(x) > 0
    assert 0 < p < 5, f"p must lie between 0 and 5, not {p}"
    assert np.all(np.isfinite(x)), "x has infinities or NaN"
    return np.sum(np.abs(x) ** p)


def raises_on_nonsense(rate, years):
    if years < 0:
        raise ValueError(f"years must not be negative: {years}")
    if rate <= -1:
        raise ValueError("a rate below -100 %")
    return (1 + rate) ** years


def safe_ratio(a, b):
    with np.errstate(divide="ignore", invalid="ignore"):
        r = a / b
        r = np.where(b > 0.5, r, a)
    return np.sum(r**2)


def errstate_around_a_loop(x):
    y = x
    with np.errstate(over="raise"):
        for _ in range(3):
            y = y * np.exp(-y)
    return y


def return_inside_with(x):
    with np.errstate(all="ignore"):
        if x > 1:
            return np.log(x)
        z = x * x
    return z + x


def break_inside_with(x):
    s = 1.0
    for k in range(4):
        with np.errstate(divide="ignore"):
            s = s * x + k
            if s > 2.5:
                break
            s = s + 0.1
    return s


def setting_or_default(x, options):
    # the body reads no number that is differentiated
    try:
        order = int(options["order"])
    except KeyError:
        order = 2
    return x**order


def converted_error(x, table, key):
    try:
        factor = table[key]
    except KeyError as error:
        raise ValueError(f"no factor for {key}") from error
    return factor * x * x


def try_with_else(x, text):
    try:
        n = int(text)
    except ValueError:
        n = 1
    else:
        n = n + 1
    return np.sin(n * x)


def docstring_and_comments(x):
    """A docstring
    of two lines."""
    # a comment of its own line
    y = x * x  # a comment behind
    """A text that stands alone."""
    pass
    ...
    # the last comment
    return y


def annotated(x: float, n: int = 2) -> float:
    y: float = x * n
    z: float
    z = y * y
    return z


# fmt: off
def several_on_a_line(x):
    a = x * 2; b = a * x; c = a + b
    if c > 0: c = c * x  # noqa: E701
    return c


def long_expression(mass, radius, omega):
    energy = (
        0.5 * mass * (radius * omega) ** 2  # kinetic
        - 9.81
        * mass
        * radius  # potential
    )
    return energy \
        + 1.0
# fmt: on


def deleted_name(x):
    tmp = x * x
    y = tmp + 1
    del tmp
    return y * x


def local_import(x):
    import math as m

    from numpy import tanh

    return m.exp(x) * tanh(x)


def text_methods(x, kind):
    kind = kind.strip().lower()
    if kind.startswith("quad") and not kind.endswith("!"):
        return x**2
    return x


def percent_and_format(x):
    message = "x is %.2f" % x + " and {:>8}".format(len("abc"))  # noqa: UP031
    return x * len(message.split())


def none_result_of_print(x):
    nothing = print("x", x)
    return x * 2 if nothing is None else x


def type_checks(x):
    if isinstance(x, np.ndarray):
        return np.sum(x**2)
    if isinstance(x, (list, tuple)):
        return x[0] * x[1]
    return x**3


def constants_of_floats(x):
    if math.isnan(x) or math.isinf(x):
        return 0.0
    return math.floor(x) + x * round(x) + int(x) * x


X = np.array([0.7, 1.3, -0.4])

PROGRAMS = [
    Program(reported, (1.2, "force")),
    Program(prints_as_it_goes, (X,)),
    Program(checks_its_input, (X, 3.0)),
    Program(raises_on_nonsense, (0.04, 5)),
    Program(safe_ratio, (X, np.array([1.4, 0.0, 0.9])), wrt=(0,)),
    Program(safe_ratio, (X, np.array([1.4, 0.2, 0.9])), name="both"),
    Program(errstate_around_a_loop, (0.8,)),
    Program(return_inside_with, (1.8,), name="returns"),
    Program(return_inside_with, (0.8,), name="goes-on"),
    Program(break_inside_with, (1.3,)),
    Program(setting_or_default, (1.3, {"order": "3"}), name="given"),
    Program(setting_or_default, (1.3, {}), name="default"),
    Program(converted_error, (1.3, {"ft": 0.3048, "m": 1.0}, "ft")),
    Program(try_with_else, (0.7, "2")),
    Program(try_with_else, (0.7, "two"), name="handler"),
    Program(docstring_and_comments, (1.3,)),
    Program(annotated, (1.3,)),
    Program(several_on_a_line, (1.3,)),
    Program(long_expression, (2.0, 1.1, 0.8)),
    Program(deleted_name, (1.3,)),
    Program(local_import, (0.6,)),
    Program(text_methods, (1.3, " Quadratic "), name="quadratic"),
    Program(text_methods, (1.3, "linear"), name="linear"),
    Program(percent_and_format, (1.3,)),
    Program(none_result_of_print, (1.3,)),
    Program(type_checks, (X,), name="array"),
    Program(type_checks, ([0.7, 1.3],), name="list"),
    Program(type_checks, (1.3,), name="number"),
    Program(constants_of_floats, (2.3,)),
    Program(constants_of_floats, (math.inf,), name="infinite"),
]
