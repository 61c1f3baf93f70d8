"""Programs that are refused for what they do with names, containers, objects and calls.  They print first."""

import dataclasses

import numpy as np
import scipy.linalg

from refused.case import Refusal
from s2s import checkpointed, grad, jacfwd

X = np.array([0.7, 1.3, 2.1])


# ----------------------------------------------------------------------------------------------------------- names
def reads_what_is_not_there(x):
    print("running")
    return x * unheard_of  # noqa: F821  # refused


def reads_too_early(x):
    print("running")
    y = x * z  # noqa: F821  # refused
    z = 2.0
    return y * z


def unpacks_too_many(x):
    print("running")
    a, b = x, 2.0, 3.0  # refused
    return a * b


def assigns_to_a_slice_of_a_tuple(x):
    print("running")
    pair = (x, x)
    pair[0] = 2.0 * x  # refused
    return pair[0]


# ------------------------------------------------------------------------------------------------------ containers
def different_keys(x):
    print("running")
    d = {"a": x}
    if x > 1.0:  # refused
        d["b"] = x * x
    return d["a"]


def adds_keys_in_a_loop(x):
    print("running")
    d = {}
    for _ in range(len(x)):  # refused
        d["last"] = x[-1] ** 2
    return d["last"]


def a_key_that_is_not_there(x):
    print("running")
    return {"a": x}["b"]  # refused


def pops_what_is_not_there(x):
    print("running")
    d = {"a": x}
    return d.pop("b")  # refused


def an_item_beyond_the_end(x):
    print("running")
    return [x, x * x][2]  # refused


def stretches_a_list(x):
    print("running")
    xs = [x, x * x]
    xs *= 2  # refused
    return sum(xs)


def indexes_an_object(x):
    print("running")
    return Point(x, x)[0]  # refused


def moves_an_iterator(x):
    print("running")
    pairs = enumerate(x)
    return next(pairs)[1]  # refused


# --------------------------------------------------------------------------------------------------------- objects
@dataclasses.dataclass
class Point:
    """A point, with the attributes of a dataclass."""

    a: float
    b: float


class Shape:
    """A class without what its child asks for."""


class Circle(Shape):
    """A class that asks its parent for something that is not there."""

    def area(self, x):
        print("running")
        return super().area(x)  # refused


def makes_an_object_with_too_little(x):
    print("running")
    return Point(x).a  # refused


def an_attribute_that_is_not_there(x):
    print("running")
    return Point(x, x).c  # refused


def an_attribute_of_an_array(x):
    print("running")
    return x.nothing  # refused


def an_attribute_of_an_inner_function(x):
    print("running")

    def square(v):
        return v * v

    return square.factor * x  # refused


def deletes_an_attribute(x):
    print("running")
    p = Point(x, x)
    del p.a  # refused
    return p.b


def sets_an_attribute_of_the_caller_by_force(p, x):
    print("running")
    object.__setattr__(p, "a", x)  # refused
    return p.a


def replaces_fields_of_a_number(x):
    print("running")
    return dataclasses.replace(x, a=2.0).a  # refused


def walks_over_an_object(p, x):
    print("running")
    total = x
    for part in p:  # refused
        total += part
    return total


def super_outside(x):
    print("running")
    return super().area(x)  # refused


def makes_a_property(x):
    print("running")
    return property(lambda self: x).fget(None)  # refused


def asks_for_an_identity(x):
    print("running")
    return x * (id(x) % 2)  # refused


# ----------------------------------------------------------------------------------------------------------- calls
def asks_which_of_two_it_is(x, y):
    lists = [[x], [y]]
    chosen = lists[0] if x > y else lists[1]
    return chosen[0] * (2.0 if chosen is lists[0] else 3.0)  # refused


def asks_whether_two_results_are_one(x):
    one, other = np.sin(x), np.sin(x)
    return np.sum(one) if one is other else np.sum(other * other)  # refused


def without_an_end(x):
    print("running")
    return without_an_end(x) + 1.0  # refused


def several_kinds(x):
    if x > 1.0:
        return np.sin
    return x


def calls_what_returns_several_kinds(x):
    print("running")
    y = several_kinds(x)  # refused
    return y * 2.0


def halved(x):
    return 0.5 * x


def another_function_each_time(x):
    print("running")
    f = np.sin
    for _ in range(int(x) + 2):  # refused
        x = f(x)
        f = halved
    return x


def looks_at_the_exception(x, table):
    print("running")
    try:  # refused
        scale = table["scale"]
    except KeyError as error:
        scale = len(error.args)
    return scale * x


def slots_that_are_no_number(x):
    print("running")
    for _ in checkpointed(range(3), slots="many"):  # refused
        x = x * x
    return x


# ---------------------------------------------------------------------------------------------------------- nested
def nested_gradient_of_an_array(x):
    print("running")
    return np.sum(grad(lambda y: y * 2.0)(x))  # refused


def nested_gradient_by_an_argument_that_is_not_there(x):
    print("running")
    return grad(several_kinds, argnames="q")(x)  # refused


def nested_jacobian_of_a_dict(x):
    print("running")
    return jacfwd(lambda y: {"a": y * y})(x)["a"]  # refused


# ---------------------------------------------------------------------------------------------------------- arrays
def fills_the_diagonal_of_a_cube(x):
    print("running")
    a = np.zeros((3, 3, 3)) + x
    np.fill_diagonal(a, 1.0)  # refused
    return a


def a_buffer_of_its_own(x):
    print("running")
    a = x * x
    return np.ndarray((3,), buffer=a)  # refused


def drops_what_it_makes(x):
    print("running")
    a = x * x
    a[0] = 1.0
    np.cumsum(a)  # refused
    return a


def overwrites_an_operand(x):
    print("running")
    a = np.eye(3) * x
    a[0, 0] = 4.0
    return scipy.linalg.solve(a, x, overwrite_a=True)  # refused


def writes_over_what_it_reads(x):
    print("running")
    a = np.outer(x, x)
    np.concatenate([a[1:], a[:1]], out=a)  # refused
    return a


P = Point(0.5, 0.25)
REFUSED = [
    Refusal(reads_what_is_not_there, (1.2,), "unheard_of", "not defined"),
    Refusal(reads_too_early, (1.2,), "z", "before it is assigned"),
    Refusal(unpacks_too_many, (1.2,), "a, b", "unpacked"),
    Refusal(assigns_to_a_slice_of_a_tuple, (1.2,), "pair[0]", "in place"),
    Refusal(different_keys, (1.2,), "if", "keys"),
    Refusal(adds_keys_in_a_loop, (X,), "for", "adds keys"),
    Refusal(a_key_that_is_not_there, (1.2,), "{", "no key 'b'"),
    Refusal(pops_what_is_not_there, (1.2,), "d.pop", "no key 'b'"),
    Refusal(an_item_beyond_the_end, (1.2,), "[x", "out of range"),
    Refusal(stretches_a_list, (1.2,), "xs *= 2", "in place"),
    Refusal(indexes_an_object, (1.2,), "Point", "cannot be indexed"),
    Refusal(moves_an_iterator, (X,), "next(", "iterator"),
    Refusal(Circle().area, (1.2,), "super()", "no class behind"),
    Refusal(makes_an_object_with_too_little, (1.2,), "Point(", "missing"),
    Refusal(an_attribute_that_is_not_there, (1.2,), "Point(", "attribute c"),
    Refusal(an_attribute_of_an_array, (X,), "x.nothing", "attribute nothing"),
    Refusal(an_attribute_of_an_inner_function, (1.2,), "square.factor", "attribute factor"),
    Refusal(deletes_an_attribute, (1.2,), "del", "deleted"),
    Refusal(sets_an_attribute_of_the_caller_by_force, (P, 1.2), "object.", "caller holds"),
    Refusal(replaces_fields_of_a_number, (1.2,), "dataclasses.replace", "dataclass"),
    Refusal(walks_over_an_object, (P, 1.2), "for", "loop over an object"),
    Refusal(super_outside, (1.2,), "super()", "outside a method"),
    Refusal(makes_a_property, (1.2,), "property(", "machinery of classes"),
    Refusal(asks_for_an_identity, (1.2,), "id(x)", "looks at itself"),
    Refusal(asks_which_of_two_it_is, (1.2, 0.3), "chosen is", "one and the same"),
    Refusal(asks_whether_two_results_are_one, (X,), "one is", "one and the same"),
    Refusal(without_an_end, (1.2,), "without_an_end(", "without an end"),
    Refusal(calls_what_returns_several_kinds, (1.2,), "several_kinds(x)", "different kinds"),
    Refusal(another_function_each_time, (1.2,), "for", "different function"),
    Refusal(looks_at_the_exception, (1.2, {}), "try", "exception itself"),
    Refusal(slots_that_are_no_number, (1.2,), "checkpointed(", "slots is a number"),
    Refusal(nested_gradient_of_an_array, (X,), "grad(", "not scalar"),
    Refusal(nested_gradient_by_an_argument_that_is_not_there, (1.2,), "grad(", "no argument 'q'"),
    Refusal(nested_jacobian_of_a_dict, (X,), "jacfwd(", "Jacobian inside a program"),
    Refusal(fills_the_diagonal_of_a_cube, (X,), "np.fill_diagonal(", "not known to be a matrix"),
    Refusal(a_buffer_of_its_own, (X,), "np.ndarray(", "buffer"),
    Refusal(drops_what_it_makes, (X,), "np.cumsum(", "is not known, and nothing else"),
    Refusal(overwrites_an_operand, (X,), "scipy.linalg.solve(", "overwrite"),
    Refusal(writes_over_what_it_reads, (X,), "np.concatenate(", "writes over"),
]
