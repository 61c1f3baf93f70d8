"""Everything that Python lets a user call is differentiated by what it computes when it is called."""

from __future__ import annotations

import collections
import copy
import dataclasses
import functools
import linecache
import math
import operator
from typing import NamedTuple

import numpy as np
import pytest

from s2s import grad, jvp, vjp
from s2s.errors import Refused

X = np.array([0.7, 1.3, -0.4])


# ------------------------------------------------------------------------------------------------------- parameters
def each_kind(x, /, y=2.0, *, z=3.0):
    return x * y * z + z * z


def any_number(*args, **kwargs):
    total = 0.0
    for a in args:
        total = total + a * a
    for key in kwargs:
        total = total + kwargs[key] * args[0]
    return total


def defaults_of_all_kinds(x, f=lambda v: v * v, options={"k": 2.0}, pair=(1.0, 2.0)):
    return f(x) * options["k"] * pair[1]


def optional(x, y=None):
    return x * x if y is None else x * y


def test_parameters_of_each_kind():
    assert grad(each_kind)(1.5) == 6.0
    assert grad(each_kind, argnames="z")(1.5) == 9.0
    assert grad(each_kind, argnums=1)(1.5) == 4.5
    assert grad(each_kind, argnames=("y", "z"))(1.5, z=1.0) == (1.5, 5.0)
    assert jvp(each_kind, (1.5,), (1.0,), z=2.0)[1] == 4.0
    assert vjp(each_kind, 1.5, z=2.0)[1](1.0) == (4.0,)


def test_starred_parameters():
    assert grad(any_number, argnums=(0, 1))(1.5, 2.0, a=3.0) == (6.0, 4.0)
    assert grad(any_number, argnames="a")(1.5, 2.0, a=3.0, b=1.0) == 1.5


def test_defaults():
    assert grad(defaults_of_all_kinds)(1.5) == 12.0
    assert grad(optional)(1.5) == 3.0
    assert grad(optional)(1.5, 2.0) == 2.0
    assert grad(optional, argnums=1)(1.5, 2.0) == 1.5


# ----------------------------------------------------------------------------------------------------------- objects
class Base:
    scale = 2.0

    def __init__(self, k):
        self.k = k

    def f(self, x):
        return self.k * x * x * self.scale

    @property
    def twice(self):
        return self.k * 2

    @functools.cached_property
    def thrice(self):
        return self.k * 3

    def linear(self, x):
        return self.twice * x + self.thrice * x

    @classmethod
    def of_class(cls, x):
        return cls.scale * x

    @staticmethod
    def cube(x):
        return x**3

    def __call__(self, x):
        return self.f(x) * self.cube(x)


class Derived(Base):
    def __init__(self, k):
        super().__init__(k)
        self.extra = 1.0

    def f(self, x):
        return super().f(x) + x * self.extra


class Slotted:
    __slots__ = ("a", "b")

    def __init__(self, a, b):
        self.a, self.b = a, b

    def f(self, x):
        return self.a * x * self.b[0]


METHODS = {
    "method": (Base(3.0).f, 18.0),
    "properties": (Base(3.0).linear, 15.0),
    "classmethod": (Base.of_class, 2.0),
    "staticmethod": (Base.cube, 6.75),
    "call": (Base(3.0), 30 * 1.5**4),
    "super": (Derived(3.0).f, 19.0),
    "slots": (Slotted(2.0, X).f, 1.4),
    "made inside": (lambda x: Derived(x).f(x), 14.5),
    "class of an object": (lambda x: Base(x).__class__(x).k, 1.0),
}


@pytest.mark.parametrize("name", METHODS)
def test_methods(name):
    f, expected = METHODS[name]
    assert grad(f)(1.5) == pytest.approx(expected, rel=1e-14)


def test_a_method_of_an_object_that_is_an_argument():
    assert grad(Base.f, argnums=1)(Base(3.0), 1.5) == 18.0
    assert grad(lambda o, x: o.f(x) + o.scale, argnums=1)(Base(3.0), 1.5) == 18.0


def test_a_class_that_changes_is_seen(monkeypatch):
    def f(o, x):
        return o.f(x) + o.twice * x

    derivative = grad(f, argnums=1)
    base = Base(1.0)
    assert derivative(base, 1.5) == 8.0
    monkeypatch.setattr(Base, "f", lambda self, x: 0.0 * x)
    assert derivative(base, 1.5) == 2.0
    monkeypatch.setattr(Base, "twice", property(lambda self: self.k * 10))
    assert derivative(base, 1.5) == 10.0


class Guarded:
    def __init__(self):
        self._v = 2.0

    @property
    def v(self):
        return self._v

    @v.setter
    def v(self, new):
        self._v = new * 10.0


class Recording:
    def __setattr__(self, name, value):
        object.__setattr__(self, name, value * 2)


def test_a_property_is_set_by_its_setter():
    def f(x):
        o = Guarded()
        o.v = x
        return o.v

    assert grad(f)(1.5) == 10.0


def test_a_way_of_its_own_to_set_attributes_is_refused():
    def f(x):
        o = Recording()
        o.x = x
        return o.x

    with pytest.raises(Refused, match="way of its own"):
        grad(f)(1.5)


class Vector:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y)

    def __mul__(self, k):
        return Vector(self.x * k, self.y * k)

    __rmul__ = __mul__

    def __neg__(self):
        return Vector(-self.x, -self.y)

    def __getitem__(self, i):
        return (self.x, self.y)[i]

    def __len__(self):
        return 2

    def __iter__(self):
        return iter((self.x, self.y))

    def __matmul__(self, other):
        return self.x * other.x + self.y * other.y

    def __lt__(self, other):
        return self.x < other.x

    def __getattr__(self, name):
        if name == "seven":
            return 7.0
        raise AttributeError(name)


OPERATORS = {
    "arithmetic": (lambda x: (2.0 * Vector(x, x * x) + Vector(x, 1.0)) @ Vector(1.0, x), 3 + 6 * 1.5**2 + 1),
    "negated, indexed, counted": (lambda x: (2.0 * (-Vector(x, x * x)))[1] * len(Vector(x, x)), -12.0),
    "compared": (lambda x: x if Vector(x, x) < Vector(2.0, 1.0) else x * x, 1.0),
    "iterated": (lambda x: sum([c for c in Vector(x, x)]), 2.0),
    "unpacked": (lambda x: operator_of(*Vector(x, x)), 3.0),
    "made up": (lambda x: x * Vector(x, x).seven, 7.0),
}


def operator_of(a, b):
    return a * b


@pytest.mark.parametrize("name", OPERATORS)
def test_operators_of_a_users_class(name):
    f, expected = OPERATORS[name]
    assert grad(f)(1.5) == pytest.approx(expected, rel=1e-14)


# ----------------------------------------------------------------------------------------------------------- records
@dataclasses.dataclass(frozen=True)
class Power:
    w: object
    b: float = 1.0
    n: int = 2

    def __call__(self, x):
        return self.w * x**self.n + self.b

    @property
    def half(self):
        return self.w * 0.5


@dataclasses.dataclass
class Total:
    power: Power
    items: list = dataclasses.field(default_factory=list)

    def total(self, x):
        return self.power(x) + sum(self.items)


@dataclasses.dataclass(frozen=True)
class Normed:
    v: object
    size: object = dataclasses.field(init=False)

    def __post_init__(self):
        object.__setattr__(self, "size", self.v * self.v)


class Pair(NamedTuple):
    a: float
    b: float = 2.0

    def product(self):
        return self.a * self.b


class Complex(NamedTuple):
    re: float
    im: float

    def __add__(self, other):
        return Complex(self.re + other.re, self.im + other.im)


Plain = collections.namedtuple("Plain", "a b", defaults=(5.0,))


def test_dataclasses():
    assert grad(lambda p, x: p(x) + p.half)(Power(2.0), 1.5).w == 2.75
    assert grad(lambda q, x: q.total(x))(Total(Power(2.0), [1.0, 2.0]), 1.5).items == [1.0, 1.0]
    assert grad(lambda x: Power(x, b=x * x)(2.0))(1.5) == 7.0
    assert grad(lambda x: Power(x)(2.0))(1.5) == 4.0
    assert grad(lambda x: Total(Power(x)).total(2.0))(1.5) == 4.0
    assert grad(Total(Power(2.0), [1.0]).total)(1.5) == 6.0
    assert grad(lambda x: Normed(x).size)(1.5) == 3.0


def test_copies_of_dataclasses():
    assert grad(lambda p: dataclasses.replace(p, b=p.w * 2)(1.0))(Power(2.0)).w == 3.0
    assert grad(lambda p: dataclasses.asdict(p)["w"] * 2)(Power(2.0)).w == 2.0
    assert grad(lambda q: dataclasses.astuple(q)[0][0] * 3)(Total(Power(2.0))).power.w == 3.0

    def changed(q):
        new = copy.deepcopy(q)
        new.items.append(new.power.w)
        other = copy.copy(q)
        other.items = [q.power.w * 10]
        return sum(new.items) + sum(q.items) + sum(other.items)

    assert grad(changed)(Total(Power(2.0), [1.0, "no number"][:1])).power.w == 11.0


def test_a_copy_shares_what_is_inside():
    def f(q):
        new = copy.copy(q)
        new.items.append(1.0)
        return sum(q.items)

    with pytest.raises(Refused, match="caller"):
        grad(f)(Total(Power(2.0), [1.0]))


def test_named_tuples():
    assert grad(lambda x: Pair(x).product())(1.5) == 2.0
    assert grad(lambda t: t.product())(Pair(1.5, 3.0)) == Pair(3.0, 1.5)
    assert grad(lambda t: t._replace(b=t.a * 2).product())(Pair(1.5, 3.0)) == Pair(6.0, 0.0)
    assert grad(lambda t: sum(t._asdict().values()))(Pair(1.5, 3.0)) == Pair(1.0, 1.0)
    assert grad(lambda x: Plain(x).a * Plain(x).b)(1.5) == 5.0
    assert grad(lambda x: (Complex(x, 1.0) + Complex(x, x)).im)(1.5) == 1.0


# -------------------------------------------------------------------------------------------- wrapped, stored, found
def product_of(a, b, c):
    return a * b * b * c


def doubled(f):
    @functools.wraps(f)
    def inner(*args, **kwargs):
        return 2.0 * f(*args, **kwargs)

    return inner


def times(k):
    def decorator(f):
        @functools.wraps(f)
        def inner(x):
            return k * f(x)

        return inner

    return decorator


class Tripled:
    def __init__(self, f):
        functools.update_wrapper(self, f)
        self.f = f

    def __call__(self, x):
        return 3 * self.f(x)


@doubled
def decorated(x, y=1.0):
    return x * x * y


@times(3.0)
@times(2.0)
def decorated_twice(x):
    return x * x


@Tripled
def decorated_by_a_class(x):
    return x * x


@functools.lru_cache
def cached(x):
    return x**2


def test_partials():
    partial = functools.partial
    assert grad(partial(partial(product_of, 2.0), c=3.0))(1.5) == 18.0
    assert grad(partial(product_of, 2.0), argnums=(0, 1))(1.5, 3.0) == (18.0, 4.5)
    assert grad(partial(product_of, 2.0), argnames="c")(1.5, 3.0) == 4.5
    assert grad(partial(product_of, c=3.0), argnames="c")(2.0, 1.5) == 4.5
    assert grad(partial(Base(2.0).f))(1.5) == 12.0
    assert grad(lambda x: partial(product_of, x, c=x)(2.0))(1.5) == 12.0
    assert grad(partial(grad(product_of, argnums=1), 2.0))(1.5, 3.0) == 12.0
    np.testing.assert_array_equal(grad(partial(np.dot, X))(X), X)


def test_decorated():
    assert grad(decorated)(1.5) == 6.0
    assert grad(decorated, argnames="y")(1.5, y=2.0) == 4.5
    assert grad(decorated, argnums=1)(1.5) == 4.5
    assert grad(decorated_twice)(1.5) == 18.0
    assert grad(decorated_by_a_class)(1.5) == 9.0
    assert grad(lambda x: decorated_by_a_class(x) + 1)(1.5) == 9.0
    assert grad(cached)(1.5) == 3.0
    assert grad(lambda x: cached(x) * 2)(1.5) == 6.0


def test_functions_in_containers():
    table = {"a": lambda x: x * x, "b": lambda x: x**3}
    assert grad(lambda x: table["a"](x) + table["b"](x))(1.5) == 9.75
    assert grad(lambda t, x: t["b"](x), argnums=1)(table, 1.5) == 6.75
    functions = [np.sin, np.cos, lambda v: v * v]
    expected = math.cos(1.5) - math.sin(1.5) + 3.0
    assert grad(lambda fs, x: sum([f(x) for f in fs]), argnums=1)(functions, 1.5) == pytest.approx(expected)


def test_a_function_whose_text_is_kept_by_linecache():
    text = "def cube(x):\n    return x * x * x\n"
    linecache.cache["<kept>"] = (len(text), None, text.splitlines(True), "<kept>")
    namespace = {}
    exec(compile(text, "<kept>", "exec"), namespace)
    assert grad(namespace["cube"])(1.5) == 6.75


def test_functions_of_libraries():
    np.testing.assert_allclose(grad(np.linalg.norm)(X), X / np.linalg.norm(X), rtol=1e-15)
    assert grad(math.sin)(0.3) == math.cos(0.3)
    assert grad(abs)(-0.3) == -1.0
    assert grad(pow)(1.5, 3) == 6.75
    assert grad(operator.mul)(2.0, 3.0) == 3.0
    assert grad(sum)([1.0, 2.0]) == [1.0, 1.0]
    np.testing.assert_array_equal(grad(np.dot, argnums=1)(X, 2 * X), X)


def test_functions_of_python_with_more_arguments():
    assert grad(lambda x: math.log(x, 10))(1.5) == pytest.approx(1 / (1.5 * math.log(10)), rel=1e-14)
    assert grad(lambda x: math.dist((x, 1.0), (0.0, 2.0)))(1.5) == pytest.approx(1.5 / math.hypot(1.5, 1.0), rel=1e-14)
    assert grad(lambda x: math.hypot(x, 2.0, 3.0))(1.5) == pytest.approx(1.5 / math.hypot(1.5, 2, 3), rel=1e-14)
    assert grad(lambda x: math.hypot(x))(-1.5) == -1.0
    np.testing.assert_array_equal(grad(lambda x: np.sum(np.float64(x) ** 2))(X), 2 * X)
    assert grad(lambda x: np.float32(x) * 2)(1.5) == 2.0


# ------------------------------------------------------------------------------------------------------------- depth
def test_expressions_and_calls_may_be_nested_deeply():
    text = f"def long(x):\n    return {' + '.join(f'x * {k}.0' for k in range(400))}\n"
    linecache.cache["<long>"] = (len(text), None, text.splitlines(True), "<long>")
    namespace = {}
    exec(compile(text, "<long>", "exec"), namespace)
    assert grad(namespace["long"])(1.5) == sum(range(400))

    f = operator.pos
    for _ in range(50):
        f = (lambda g: lambda x: g(x) * 2.0)(f)
    assert grad(f)(1.5) == 2.0**50
