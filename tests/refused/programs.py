"""Programs that are refused, each for one construct.  They print first, so that a test can tell whether they ran.

The line at fault ends in a comment that says so.
"""

import array
import bisect
import collections
import contextlib
import functools
import heapq
import math
import time

import numpy as np

import s2s
from refused import elsewhere
from refused.case import Refusal

X = np.array([0.7, 1.3, 2.1])


# -------------------------------------------------------------------------------------------- generators, coroutines
def yields(x):  # refused
    print("running")
    for v in x:
        yield v * v  # refused


def yields_from(x):  # refused
    print("running")
    yield from (v * v for v in x)  # refused


async def coroutine(x):  # refused
    print("running")
    return x * x


async def awaits(x):  # refused
    print("running")
    return await coroutine(x)  # refused


# ---------------------------------------------------------------------------------------------------- outer variables
CALLS = 0
HISTORY = []
CACHE = {}


def writes_a_global(x):
    print("running")
    global CALLS  # refused
    CALLS = CALLS + 1
    return x * CALLS


def appends_to_a_global(x):
    print("running")
    y = x * x
    HISTORY.append(y)  # refused
    return y


def writes_into_a_global_dict(x):
    print("running")
    CACHE["last"] = x  # refused
    return x * x


def closure_escapes(x):
    print("running")
    total = 0.0

    def add(v):
        nonlocal total
        total = total + v * x
        return total

    add(1.0)
    return total, add  # refused


def make_counter():
    count = 0.0

    def counted(x):
        nonlocal count
        count = count + 1.0  # refused
        print("running")
        return x * count

    return counted


# -------------------------------------------------------------------------------------- exceptions, context managers
def handler_reads_the_body(x):
    print("running")
    y = x
    try:  # refused
        y = y * x
        z = math.log(y - 1.0)
    except ValueError:
        z = y
    return z


def handler_hides_a_path(x, table):
    print("running")
    for key in ("a", "b"):
        try:  # refused
            x = x * 2.0
            x = x * table[key]
        except KeyError:
            x = x + 1.0
    return x


def finally_hides(x):
    print("running")
    try:
        y = x * x
    finally:
        return x  # refused
    return y


def handler_reads_a_list(x, table):
    print("running")
    xs = [x]
    try:
        xs.append(2.0 * x)
        k = table["k"]
    except KeyError:
        k = 1.0
    return k * xs[-1]  # refused


def handler_reads_an_outer_variable(x, table):
    print("running")
    total = x

    def scaled():
        nonlocal total
        total = total * 3.0
        return table["k"]

    try:
        k = scaled()
    except KeyError:
        k = 1.0
    return k * total  # refused


def raises_again_nowhere(x):
    print("running")
    if x > 0.0:
        raise  # refused
    return x


@contextlib.contextmanager
def stopwatch():
    start = time.perf_counter()
    yield
    print(time.perf_counter() - start)


def any_context_manager(x):
    print("running")
    with stopwatch():  # refused
        y = x * x
    return y


def context_manager_with_a_name(x):
    print("running")
    with open("/dev/null") as file:  # refused
        y = x * len(file.name)
    return y


def suppressed(x, table):
    print("running")
    y = x
    with contextlib.suppress(KeyError):  # refused
        y = y * 2.0
        y = y * table["factor"]
    return y


# ------------------------------------------------------------------------------------------------------- definitions
def class_inside(x):
    print("running")

    class Point:  # refused
        def __init__(self, x):
            self.x = x

    return Point(x).x ** 2


def alternatives_that_bind(x, kind):
    print("running")
    match kind:
        case ["square", n] | [n, "square"]:  # refused
            return x * n
        case _:
            return x


def rest_of_a_dict(x, options):
    print("running")
    match options:
        case {"scale": k, **others}:  # refused
            return x * k * len(others)
    return x


# ------------------------------------------------------------------------------- what the caller, or another name, sees
class Model:
    def __init__(self, rate):
        self.rate = rate
        self.last = 0.0

    def evaluate(self, x):
        print("running")
        self.last = x * self.rate  # refused
        return self.last


def writes_an_attribute(model, x):
    print("running")
    model.last = x * model.rate  # refused
    return model.last**2


def writes_by_name(model, x):
    print("running")
    setattr(model, "last", x)  # refused
    return model.last**2


TABLE = np.zeros(3)


def stores_into_a_global_array(x):
    print("running")
    TABLE[0] = x  # refused
    return np.sum(TABLE) - np.sum(TABLE) + x


def stores_into_a_read_only_view(x):
    print("running")
    spread = np.broadcast_to(x, (2, 3))
    spread[0] = 1.0  # refused
    return np.sum(spread)


def stores_a_complex_number(x):
    print("running")
    a = np.zeros(3)
    a[0] = x * 1j  # refused
    return np.sum(a)


def stores_into_an_array_that_a_list_holds(x):
    print("running")
    history = []
    state = x * 2.0
    for _ in range(len(x)):
        history.append(state)
        state *= 0.5  # refused
    return np.sum(np.array(history))


def shrinks_integers(x):
    print("running")
    counts = np.arange(3)
    counts *= x  # refused
    return np.sum(counts)


def writes_into_the_dict_of_the_caller(params):
    print("running")
    params["scale"] = params["scale"] * 2.0  # refused
    return params["scale"] ** 2


def appends_to_the_list_of_the_caller(values):
    print("running")
    values.append(values[0] * 2.0)  # refused
    return values[-1] ** 2


def deletes_from_the_dict_of_the_caller(params):
    print("running")
    del params["unused"]  # refused
    return params["scale"] ** 2


def reshapes_in_place(x):
    print("running")
    y = x * 2.0
    y.shape = (3, 1)  # refused
    return y


# -------------------------------------------------------------------------------------------------------- containers
def set_of_active_values(x):
    print("running")
    distinct = {v * v for v in x}  # refused
    return sum(distinct)


def set_display(a, b):
    print("running")
    return max({a, b})  # refused


def key_is_active(x):
    print("running")
    table = {x: 1.0}  # refused
    return table[x] * x


def item_by_active_key(x):
    print("running")
    table = {}
    table[x * 2] = x  # refused
    return sum(table.values())


def list_changed_while_iterated(x):
    print("running")
    parts = [x, 2 * x]
    for part in parts:
        if len(parts) < 4:
            parts.append(part * x)  # refused
    return sum(parts)


# --------------------------------------------------------------------------------------------------------- functions
def evaluates_text(x):
    print("running")
    return eval("x * x")  # refused


def executes_text(x):
    print("running")
    exec("y = 2.0")  # refused
    return x * x


def reads_locals(x):
    print("running")
    y = x * x
    return locals()["y"]  # refused


def reads_globals(x):
    print("running")
    return x * globals()["X"][0]  # refused


vectorised = np.vectorize(lambda v: v * v if v > 1 else 0)


def calls_vectorised(x):
    print("running")
    return vectorised(x)  # refused


def made_into_ufunc(x):
    print("running")
    return np.frompyfunc(lambda v: v * v, 1, 1)(x)  # refused


def columns_that_complete_a_factor(x):
    print("running")
    left, values, _ = np.linalg.svd(np.outer(x, x)[:, :2] + np.eye(3)[:, :2])  # refused
    return left[:, 2] @ x + np.sum(values)


def columns_of_a_complete_factor(x):
    print("running")
    return np.linalg.qr(np.stack([x, x**2], axis=1), mode="complete").Q  # refused


def counted_in_a_counter(x):
    print("running")
    total = collections.Counter()
    total["all"] += x[0]  # refused
    return total["all"]


def smallest_by_a_heap(x):
    print("running")
    waiting = [x[0], x[1], x[2]]
    heapq.heapify(waiting)  # refused
    return waiting[0]


def kept_in_order(x):
    print("running")
    values = [x[0], x[2]]
    bisect.insort(values, x[1])  # refused
    return values[1]


def place_in_a_tuple(x):
    print("running")
    return (x[0], x[1]).index(x[1])  # refused


def unknown_keyword(x):
    print("running")
    return np.mean(x, axes=0)  # refused


def iterates_by_hand(x):
    print("running")
    values = iter(x)  # refused
    return next(values) * next(values)


# ------------------------------------------------------------------------------------------------ places in the text
def deep_inside(x):
    print("running")
    for i in range(3):
        if i > 1:
            while x < 2:
                x = x + (1.0 if x > i else eval("x"))  # refused
    return x


# fmt: off
def after_wide_letters(x):
    print("running")
    größe, σ = "äöü", x * 2; return σ * eval(größe)  # refused
# fmt: on


in_a_lambda = lambda x: x * eval("x")  # refused


def helper_of_another_file(x):
    print("running")
    return elsewhere.rescaled(x)


def inner(x):
    return x + eval("x")  # refused


def two_calls_deep(x):
    print("running")
    return middle(x) * 2


def middle(x):
    return inner(x) + 1


@functools.wraps(inner)
def decorated(x):
    print("running")
    return inner(x)


def over_several_lines(x):
    print("running")
    return x * np.sum(  # refused
        x * X,
        axes=0,
    )


# --------------------------------------------------------------------------------- what a list holds, and others hold too
def row_held_twice(x):
    print("running")
    row = [0.0, 0.0]
    rows = []
    for i in range(len(x)):
        rows.append(row)
        row[0] = x[i]  # refused
    return rows[0][0] * rows[1][0]


def rows_repeated(x):
    print("running")
    rows = [[0.0, 0.0]] * len(x)
    for i in range(len(x)):
        rows[i][0] += x[i]  # refused
    return rows[0][0] ** 2


def rows_of_a_slice(x):
    print("running")
    table = [[v, 2 * v] for v in x]
    rest = table[1:]
    rest[0][1] = x[0]  # refused
    return table[1][1] + rest[0][1]


def rows_of_a_copy(x):
    print("running")
    table = [[v, 2 * v] for v in x]
    other = list(table)
    other[0][1] = x[1]  # refused
    return table[0][1] + other[0][1]


def appended_twice(x):
    print("running")
    rows = []
    for i in range(len(x)):
        row = [x[i], 1.0]
        rows.append(row)
        rows.append(row)
        row[1] = x[i] ** 2  # refused
    return rows[0][1] + rows[1][1]


def lists_change_places(x):
    print("running")
    a = [0.0, 1.0]
    b = [1.0, 2.0]
    first = a
    for v in x:
        a[0] = a[0] + v  # refused
        a, b = b, a
    return first[0] + b[0]


def best_is_the_current_one(x):
    print("running")
    current = [0.0, 1.0]
    best = [0.0, 0.0]
    s = 0.0
    for v in x:
        current[0] = current[0] + v  # refused
        s = s + best[0]
        best = current
    return s + best[0]


def held_by_a_list_before(x):
    print("running")
    parts = []
    for k in range(2):
        parts.append(x * k)
    h = x * 2
    parts.append(h)
    for v in x:
        h[0] += v  # refused
        h = h * 2
    return parts[-1][0] + h[1]


def first_item_while_others_go(x):
    print("running")
    parts = []
    for k in range(len(x)):
        parts.append(x * k)
    first = parts[0]
    parts.pop()
    parts[0][0] = x[1]  # refused
    return first[0] * parts[0][0]


def place_in_a_list_that_changes(x):
    print("running")
    rows = [[v] for v in x]
    rows[0].append(rows.pop()[0])  # refused
    return rows[0][1]


# ------------------------------------------------------------------------------------------------ iterators and queues
def read_twice(x):
    print("running")
    squares = (v * v for v in x)
    total = sum(squares)
    return total + sum(squares)  # refused


def read_in_each_iteration(x):
    print("running")
    pairs = zip(x, x[::-1])
    s = 0.0
    for _ in range(len(x)):
        for a, b in pairs:  # refused
            s += a * b
    return s


def iterator_in_a_list(x):
    print("running")
    parts = [map(abs, x)]  # refused
    return sum(parts[0]) + sum(parts[0])


def endless(x):
    while True:
        x = x * 0.5
        yield x


def endless_as_a_whole(x):
    print("running")
    return sum(v for _, v in zip(range(3), endless(x)))  # refused


def calls_itself(x, i):
    if i < len(x):
        yield x[i]
        yield from calls_itself(x, i + 1)  # refused


def generator_without_an_end(x):
    print("running")
    return sum(calls_itself(x, 0))


def gives_and_takes(x):
    factor = yield x  # refused
    yield x * (factor or 1.0)


def sends_to_a_generator(x):
    print("running")
    return sum(gives_and_takes(x))


def returns_a_deque(x):
    print("running")
    return collections.deque([x, 2 * x])  # refused


def packs_into_an_array(x):
    print("running")
    packed = array.array("d")
    packed.append(x)  # refused
    return packed[0] ** 2


def heap_of_values(x):
    print("running")
    heap = []
    for v in x:
        heapq.heappush(heap, v)  # refused
    return heap[0]


def keys_at_run_time(x):
    print("running")
    table = {0: x[0]}
    for k in range(1, len(x)):
        table[k] = table[k - 1] * x[k]  # refused
    return table[len(x) - 1]


# ------------------------------------------------------------------------------------------------------ arrays in place
def resizes(x):
    print("running")
    y = x * 2.0
    y.resize((3, 1))  # refused
    return np.sum(y)


def multiplies_at_a_mask(x):
    print("running")
    y = x * 2.0
    np.multiply.at(y, x > 1.0, x)  # refused
    return np.sum(y)


def iterates_with_an_index(x):
    print("running")
    with np.nditer(x, flags=["multi_index"]) as it:  # refused
        return sum(v * v for v in it)


def marks_in_a_zip(x):
    print("running")
    s = 0.0
    for v, t in zip(x, s2s.checkpointed(range(3), slots=2)):  # refused
        s = s * v + t
    return s


REFUSED = [
    Refusal(yields, (X,), ("yield v * v", "def yields", "yields"), "yield|generator"),
    Refusal(yields_from, (X,), ("yield from", "def yields", "yields_from"), "yield|generator"),
    Refusal(coroutine, (1.2,), ("async", "coroutine"), "async|coroutine"),
    Refusal(awaits, (1.2,), ("await coroutine", "async", "awaits"), "await|async|coroutine"),
    Refusal(writes_a_global, (1.2,), "global CALLS", "global"),
    Refusal(appends_to_a_global, (1.2,), "HISTORY.append", "HISTORY|outside|changed|held"),
    Refusal(writes_into_a_global_dict, (1.2,), 'CACHE["last"]', "CACHE|outside|changed|held"),
    Refusal(closure_escapes, (1.2,), ("add", "return"), "function|closure|nonlocal"),
    Refusal(make_counter(), (1.2,), "count = count", "nonlocal|outside|count"),
    Refusal(handler_reads_the_body, (1.7,), "try:", "try|handler|except"),
    Refusal(handler_hides_a_path, (1.7, {"a": 2.0}), "try:", "try|handler|except"),
    Refusal(finally_hides, (1.2,), "return x", "finally"),
    Refusal(handler_reads_a_list, (1.2, {"k": 2.0}), "xs[-1]", "half done"),
    Refusal(handler_reads_an_outer_variable, (1.2, {"k": 2.0}), "total", "half done"),
    Refusal(raises_again_nowhere, (1.2,), "raise", "again"),
    Refusal(any_context_manager, (1.2,), "stopwatch()", "with|context"),
    Refusal(context_manager_with_a_name, (1.2,), "open(", "with|context|open"),
    Refusal(suppressed, (1.2, {}), "contextlib.suppress(", "with|context"),
    Refusal(class_inside, (1.2,), "class Point", "class"),
    Refusal(alternatives_that_bind, (1.2, ["square", 2.0]), '["square", n] |', "alternatives"),
    Refusal(rest_of_a_dict, (1.2, {"scale": 2.0}), '{"scale": k', "rest"),
    Refusal(Model(2.0).evaluate, (1.2,), "self.last", "attribute"),
    Refusal(writes_an_attribute, (Model(2.0), 1.2), "model.last", "attribute"),
    Refusal(writes_by_name, (Model(2.0), 1.2), "setattr(", "attribute|setattr|cannot follow"),
    Refusal(stores_into_a_global_array, (1.2,), "TABLE[0]", "outside"),
    Refusal(stores_into_a_read_only_view, (X,), "spread[0]", "read-only"),
    Refusal(stores_a_complex_number, (1.2,), "a[0]", "complex"),
    Refusal(stores_into_an_array_that_a_list_holds, (X,), "state *= 0.5", "list"),
    Refusal(shrinks_integers, (X,), "counts *= x", "in place"),
    Refusal(writes_into_the_dict_of_the_caller, ({"scale": 1.2},), 'params["scale"]', "caller|changed|params"),
    Refusal(appends_to_the_list_of_the_caller, ([1.2, 0.4],), "values.append", "caller|changed|values"),
    Refusal(
        deletes_from_the_dict_of_the_caller, ({"scale": 1.2, "unused": 0},), ("del", "params["), "caller|changed|params"
    ),
    Refusal(reshapes_in_place, (X,), "y.shape", "attribute|shape"),
    Refusal(set_of_active_values, (X,), "{v * v for v in x}", "set"),
    Refusal(set_display, (0.7, 1.3), "{a, b}", "set"),
    Refusal(key_is_active, (1.2,), ("{x: 1.0}", "x: 1.0"), "key"),
    Refusal(item_by_active_key, (1.2,), ("table[x * 2]", "x * 2"), "key"),
    Refusal(list_changed_while_iterated, (1.2,), "parts.append", "iterat"),
    Refusal(evaluates_text, (1.2,), "eval(", "eval|cannot follow"),
    Refusal(executes_text, (1.2,), "exec(", "exec|cannot follow"),
    Refusal(reads_locals, (1.2,), "locals()", "locals|cannot follow"),
    Refusal(reads_globals, (1.2,), "globals()", "globals|cannot follow"),
    Refusal(calls_vectorised, (X,), "vectorised(x)", "several types"),
    Refusal(made_into_ufunc, (X,), "np.frompyfunc(", "frompyfunc|rule|function"),
    Refusal(columns_that_complete_a_factor, (X,), "np.linalg.svd(", "complete the factors"),
    Refusal(columns_of_a_complete_factor, (X,), "np.linalg.qr(", "complete the factors"),
    Refusal(counted_in_a_counter, (X,), "total[", "Counter"),
    Refusal(smallest_by_a_heap, (X,), "heapq.heapify(", "heapify"),
    Refusal(kept_in_order, (X,), "bisect.insort(", "insort"),
    Refusal(place_in_a_tuple, (X,), "(x[0], x[1]).index(", "index of a tuple"),
    Refusal(unknown_keyword, (X,), "np.mean(", "axes"),
    Refusal(iterates_by_hand, (X,), "iter(x)", "iter"),
    Refusal(deep_inside, (1.2,), "eval(", "eval|cannot follow"),
    Refusal(after_wide_letters, (1.2,), "eval(", "eval|cannot follow"),
    Refusal(in_a_lambda, (1.2,), "eval(", "eval|cannot follow"),
    Refusal(helper_of_another_file, (1.2,), "eval(", "eval|cannot follow", within=elsewhere.rescaled),
    Refusal(two_calls_deep, (1.2,), "eval(", "eval|cannot follow", within=inner),
    Refusal(over_several_lines, (1.2,), "np.sum(", "axes"),
    Refusal(row_held_twice, (X,), "row[0]", "holds as well"),
    Refusal(rows_repeated, (X,), "rows[i][0]", "holds as well"),
    Refusal(rows_of_a_slice, (X,), "rest[0][1]", "holds as well"),
    Refusal(rows_of_a_copy, (X,), "other[0][1]", "holds as well"),
    Refusal(appended_twice, (X,), "row[1]", "holds as well"),
    Refusal(lists_change_places, (X,), "a[0]", "several names"),
    Refusal(best_is_the_current_one, (X,), "current[0]", "several names"),
    Refusal(held_by_a_list_before, (X,), "h[0]", "holds as well"),
    Refusal(first_item_while_others_go, (X,), "parts[0][0]", "holds as well"),
    Refusal(place_in_a_list_that_changes, (X,), "rows[0].append", "before the list changed"),
    Refusal(read_twice, (X,), "squares)  #", "second time"),
    Refusal(read_in_each_iteration, (X,), "pairs:", "second time"),
    Refusal(iterator_in_a_list, (X,), "[map(", "kept in a container"),
    Refusal(endless_as_a_whole, (X,), ("zip(", "sum(", "v for"), "without an end"),
    Refusal(generator_without_an_end, (X,), "yield from", "without an end", within=calls_itself),
    Refusal(sends_to_a_generator, (1.2,), "yield x", "yield|generator", within=gives_and_takes),
    Refusal(returns_a_deque, (1.2,), ("return", "collections.deque"), "deque"),
    Refusal(packs_into_an_array, (1.2,), "packed.append(x)", "not known"),
    Refusal(heap_of_values, (X,), "heapq.heappush", "changes a list"),
    Refusal(keys_at_run_time, (np.linspace(1.0, 2.0, 40),), ("table[k]", "table[k - 1]"), "key that is computed"),
    Refusal(resizes, (X,), "y.resize", "another size"),
    Refusal(multiplies_at_a_mask, (X,), "np.multiply.at", "array of positions"),
    Refusal(iterates_with_an_index, (X,), "np.nditer", "flags"),
    Refusal(marks_in_a_zip, (X,), ("zip(", "for v"), "inside zip"),
]
