"""Functions: nested, closed over, recursive, passed on; defaults, keywords, *args and **kwargs."""

import functools
import math

import numpy as np

from language.corpus import Program


# ------------------------------------------------------------------------------------------------- called and nested
def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def predict(w, x):
    return sigmoid(w @ x)


def helper_in_a_helper(w, x):
    return predict(w, x) + predict(2 * w, x) * sigmoid(np.sum(x))


def nested_reads_outer(x, k):
    def force(position):
        return -k * position

    return force(x) * force(2 * x)


def nested_sees_later_value(x):
    scale = 1.0

    def scaled(v):
        return scale * v

    first = scaled(x)
    scale = x * x
    return first + scaled(x)


def counter_with_nonlocal(x):
    total = 0.0

    def add(v):
        nonlocal total
        total = total + v * v

    for k in range(3):
        add(x + k)
    return total


def two_levels_of_nonlocal(x):
    state = x

    def outer(v):
        def inner(w):
            nonlocal state
            state = state * w
            return state

        return inner(v) + inner(v + 1)

    return outer(x) * state


def integrate(f, a, b, n=6):
    h = (b - a) / n
    s = 0.5 * (f(a) + f(b))
    for i in range(1, n):
        s += f(a + i * h)
    return s * h


def work_done(stiffness, damping):
    def force(x):
        return stiffness * x + damping * x**3

    return integrate(force, 0.1, 1.5)


def functions_that_make_functions(a, x):
    def make(power):
        def f(v):
            return a * v**power

        return f

    square, cube = make(2), make(3)
    return square(x) + cube(x)


def closure_over_a_loop_variable(x):
    fs = []
    for k in range(1, 4):
        fs.append(lambda v, k=k: v**k)
    return fs[0](x) + fs[1](x) * fs[2](x)


def late_binding(x):
    fs = [lambda v: v * k for k in (1.0, 2.0, 5.0)]
    return fs[0](x) + fs[1](x) ** 2


def rebound_function(x):
    def f(v):
        return v * v

    g = f

    def f(v):
        return g(v) + v

    return f(x)


# ----------------------------------------------------------------------------------------------------------- lambdas
squared, cubed = lambda v: v * v, lambda v: v * v * v

LINKS = {"log": lambda z: np.exp(z), "logit": lambda z: 1 / (1 + np.exp(-z)), "identity": lambda z: z}


def two_lambdas_on_one_line(x):
    return squared(x) + cubed(x)


def lambdas_in_a_table(z, link):
    return LINKS[link](z) ** 2


def inline_lambdas(x):
    compose = lambda f, g: lambda v: f(g(v))
    return compose(lambda v: v + 1, lambda v: v * x)(x)


def lambda_with_default(x, n=2):
    f = lambda v, power=n: v**power
    return f(x) + f(x, power=3)


def argument_of_a_call(x):
    return integrate(lambda t: t**2 * x, 0.0, x, n=4)


def mapped(x, values):
    return sum(map(lambda v: v * x, values))


# --------------------------------------------------------------------------------------------------------- recursion
def power_by_squaring(x, n):
    if n == 0:
        return 1.0
    half = power_by_squaring(x, n // 2)
    if n % 2:
        return half * half * x
    return half * half


def tree_sum(node):
    total = node["value"] ** 2
    for child in node["children"]:
        total = total + 0.5 * tree_sum(child)
    return total


def halved_until_small(x):
    if x < 1.0:
        return x * x
    return halved_until_small(x / 2) + x


def even_part(x, n):
    return 1.0 if n == 0 else odd_part(x, n - 1) + x


def odd_part(x, n):
    return x if n == 0 else x * even_part(x, n - 1)


def legendre(n, x):
    if n == 0:
        return 1.0
    if n == 1:
        return x
    return ((2 * n - 1) * x * legendre(n - 1, x) - (n - 1) * legendre(n - 2, x)) / n


def nested_recursion(x):
    def go(depth, value):
        if depth == 0:
            return value
        return go(depth - 1, np.sin(value) * x)

    return go(3, x)


# ------------------------------------------------------------------------------------------------------------ calling
def annuity(payment, rate=0.05, years=3, *, growth=0.0, due=False):
    pv = 0.0
    for t in range(years):
        when = t if due else t + 1
        pv += payment * (1 + growth) ** t / (1 + rate) ** when
    return pv


def many_ways_to_call(x, g):
    return annuity(x) + annuity(x, 0.1) + annuity(x, years=2, due=True) + annuity(x, 0.02, 4, growth=g)


def product_of_all(*factors):
    p = 1.0
    for f in factors:
        p *= f
    return p


def calls_star_args(x, y):
    return product_of_all(x, y, x) + product_of_all() + product_of_all(*[x, y])


def weighted(**terms):
    total = 0.0
    for name in terms:
        total += len(name) * terms[name] ** 2
    return total


def calls_star_kwargs(x, y):
    return weighted(a=x, bb=y) + weighted(**{"ccc": x * y})


def everything(a, /, b, *rest, c=2.0, **others):
    return a * b + sum(rest) * c + others.get("d", 1.0) * a


def calls_everything(x, y):
    return everything(x, y) + everything(x, y, 1.0, x, c=y, d=x * y)


def default_is_a_computed_value(x):
    base = x * 2

    def f(v, offset=base):
        return v * offset

    base = 100.0
    return f(x) + f(x, offset=1.0) * base


def wrapped(f):
    @functools.wraps(f)
    def inner(*args, **kwargs):
        return 2.0 * f(*args, **kwargs)

    return inner


@wrapped
def doubled_area(r, factor=1.0):
    return math.pi * r * r * factor


def calls_a_decorated_function(r):
    @wrapped
    def circumference(radius):
        return 2 * math.pi * radius * r

    return doubled_area(r) + doubled_area(r, factor=r) + circumference(r)


def reduce_with_a_lambda(values):
    return functools.reduce(lambda acc, v: acc * 0.5 + v * v, values, 1.0)


def same_argument_twice(x):
    return ratio(x, x) + ratio(b=x, a=2.0)


def ratio(a, b):
    return (a + b) / (a * b + 1)


def nothing_returned(x):
    log = []

    def note(v):
        log.append(v)

    note(x * 2)
    note(x * x)
    return log[0] + log[1]


def identity(x):
    return x


TREE = {
    "value": 0.7,
    "children": [{"value": 1.2, "children": []}, {"value": -0.4, "children": [{"value": 2.0, "children": []}]}],
}

PROGRAMS = [
    Program(helper_in_a_helper, (np.array([0.5, -0.3]), np.array([1.2, 0.4]))),
    Program(nested_reads_outer, (0.7, 1.9)),
    Program(nested_sees_later_value, (1.3,)),
    Program(counter_with_nonlocal, (0.7,)),
    Program(two_levels_of_nonlocal, (1.2,)),
    Program(work_done, (1.3, 0.4)),
    Program(functions_that_make_functions, (0.8, 1.3)),
    Program(closure_over_a_loop_variable, (1.3,)),
    Program(late_binding, (0.6,)),
    Program(rebound_function, (1.3,)),
    Program(two_lambdas_on_one_line, (1.3,)),
    Program(squared, (1.3,), name="first-of-two"),
    Program(cubed, (1.3,), name="second-of-two"),
    Program(lambdas_in_a_table, (0.4, "log"), name="log"),
    Program(lambdas_in_a_table, (0.4, "logit"), name="logit"),
    Program(lambdas_in_a_table, (0.4, "identity"), name="identity"),
    Program(inline_lambdas, (1.3,)),
    Program(lambda_with_default, (1.3,)),
    Program(argument_of_a_call, (1.3,)),
    Program(mapped, (1.3, [0.5, 2.0])),
    Program(power_by_squaring, (1.1, 5)),
    Program(power_by_squaring, (1.1, 0), name="zero"),
    Program(tree_sum, (TREE,)),
    Program(halved_until_small, (5.3,)),
    Program(halved_until_small, (0.4,), name="at-once"),
    Program(even_part, (0.7, 5)),
    Program(even_part, (0.7, 4), name="even"),
    Program(legendre, (4, 0.3)),
    Program(nested_recursion, (1.2,)),
    Program(many_ways_to_call, (1.5, 0.02)),
    Program(annuity, (1.5,), name="defaults-only"),
    Program(calls_star_args, (0.7, 1.8)),
    Program(product_of_all, (0.7, 1.8, -0.5), name="directly"),
    Program(calls_star_kwargs, (0.7, 1.8)),
    Program(calls_everything, (0.7, 1.8)),
    Program(default_is_a_computed_value, (1.3,)),
    Program(calls_a_decorated_function, (0.8,)),
    Program(doubled_area, (0.8, 1.5), name="directly"),
    Program(reduce_with_a_lambda, ([0.5, -0.7, 1.1],)),
    Program(same_argument_twice, (0.7,)),
    Program(nothing_returned, (1.3,)),
    Program(identity, (np.array([1.3, 0.2]),)),
]
