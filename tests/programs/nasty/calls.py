"""Functions, closures, containers and objects: who else holds the array that is written."""

from dataclasses import dataclass

import numpy as np

X = np.array([0.7, -0.4, 1.3, 0.9])
Y = np.array([1.1, 0.6, -0.8, 0.5])
A = np.array([[0.8, -0.5, 1.2], [0.3, 0.9, -0.7], [1.1, -0.2, 0.6]])


def axpy(y, x):
    y += x * y[0]


def scale_by(a, b):
    for i in range(len(a)):
        a[i] = a[i] * b[i - 1]


# the same array twice: what is written is what is read
def same_array_twice(a):
    scale_by(a, a)
    axpy(a, a)
    return a


# overlapping parts of one array are passed as two
def overlapping_arguments(a):
    scale_by(a[1:], a[:-1])
    scale_by(a[:3], a[::-1])
    return a


# gives back its argument
def doubled(a):
    a *= 1.2 + 0.1 * a[0]
    return a


# the result of the call is the argument under another name
def returns_its_argument(a):
    b = doubled(a)
    b[1] *= a[0]
    c = doubled(doubled(a))
    return a * b + c


def bump(a):
    a[0] = a[0] * a[1] + 1.0
    return a[0]


# the number was read before the call changed the array
def read_before_the_call(a):
    y = a[0] * bump(a)
    z = bump(a) * a[0]
    return a, y * z


# the view was made before the call, but is multiplied after it
def view_before_the_call(a):
    return a[:2] * bump(a), a


# augmented: the entry is read before the right side changes it; the whole array is not
def augmented_by_a_call(a):
    a[0] += bump(a)
    a += bump(a)
    a[0] *= bump(a)
    return a


# in the arguments of one call
def call_inside_arguments(a):
    return np.dot(a, [bump(a), bump(a), a[0], 1.0])


def inner(row, k):
    row[k] *= row[k - 1]


def middle(M, k):
    for row in M:
        inner(row, k)
    inner(M.T[k], 0)


def outer(M):
    for k in range(len(M)):
        middle(M, k)
        M[k] += M[k - 1]


# three deep, through rows, columns and the whole
def three_deep(M):
    outer(M)
    outer(M.T)
    return M


# swaps the halves of what it is given, recursively
def butterfly(a):
    if len(a) > 1:
        half = len(a) // 2
        even, odd = a[:half], a[half:]
        butterfly(even)
        butterfly(odd)
        for i in range(half):
            even[i], odd[i] = even[i] + odd[i] * even[i], even[i] - odd[i]


# recursion that writes through views of views
def recursive_writes(a):
    butterfly(a)
    a *= a[0]
    butterfly(a)
    return a


# a function inside writes to the array outside
def closure_writes(a):
    work = np.zeros(3)

    def put(i, value):
        work[i] += value * work[i - 1] + a[0]
        a[i] = work[i]

    for i in range(3):
        put(i, a[i + 1])
    put(1, work[0])
    return work * a[:3]


# the function inside sees the array to which the name was bound later
def closure_sees_rebinding(a):
    b = a * 1.0

    def double():
        b[0] *= 2.0 * a[1]

    double()
    b = b * b
    double()
    b[1] = b[0] * a[0]
    return b


# nonlocal binds anew, an index writes
def closure_binds_and_writes(a):
    state = np.sin(a)
    first = state

    def step():
        nonlocal state
        state[0] *= a[1]
        state = state * a
        state[1] += state[0]

    step()
    step()
    return first, state


# two arrays in a list, one of them is changed
def list_of_arrays(a, b):
    arrays = [a, b, a]
    arrays[0][1] = b[0] * arrays[2][0]
    arrays[1] *= arrays[2]
    arrays[2] = arrays[0] * 2.0
    arrays[2][0] = arrays[1][1]
    return arrays[0] * arrays[2], b


# a copy of the list holds the same arrays
def shallow_copies(a):
    first = [a * 1.0, a * 2.0]
    second = first[:]
    second[0][1] *= first[1][0]
    second[1] = second[1] * first[0]
    second[1][0] = 0.0
    return first, second


# one array is ten times in the list
def list_times_three(a):
    rows = [a] * 3
    for k, row in enumerate(rows):
        row[k] = row[k] * row[k - 1]
    return np.array(rows)


# in a dict and under its own name
def dict_and_name(a):
    state = {"u": a, "v": np.cos(a)}
    state["u"][0] = a[1] * state["v"][2]
    a[1] = state["u"][0] * a[0]
    state["v"] *= state["u"]
    kept = state["v"]
    state["v"] = kept * kept
    kept[0] = a[2]
    return state, kept


# a dict is changed by a function, its arrays too
def update(state, rate):
    state["m"] *= 0.9
    state["m"] += rate * state["x"]
    state["x"] = state["x"] - state["m"]
    state["x"][0] *= state["m"][0]


def dict_changed_by_a_function(a):
    state = {"x": a, "m": np.zeros_like(a)}
    for _ in range(3):
        update(state, 0.3)
    return state, a


# a tuple cannot be changed, what is in it can
def tuple_of_arrays(a):
    pair = (a, a[::-1])
    pair[0][0] *= pair[1][0]
    left, right = pair
    right[1] += left[0] * left[1]
    return pair[0] * right


@dataclass
class Particle:
    position: np.ndarray
    velocity: np.ndarray

    def drift(self, dt):
        self.position += dt * self.velocity * self.position

    def kick(self, force):
        self.velocity = self.velocity + force
        self.velocity[0] *= self.position[0]


# one attribute is written, the other bound anew; the caller's names see only the first
def object_holds_the_array(x, v):
    p = Particle(x, v)
    for _ in range(3):
        p.drift(0.5)
        p.kick(-0.3 * x)
    return x, v, p.velocity


# two objects share an array
def objects_share_an_array(x, v):
    p, q = Particle(x, v), Particle(x[::-1], v)
    p.drift(0.4)
    q.drift(0.3)
    p.velocity[1] = q.position[0] * q.velocity[2]
    q.kick(x)
    return x * v, q.velocity


# any number of arrays, the same one twice
def scale_all(factor, *arrays):
    for a in arrays:
        a *= factor + a[0]


def star_arguments(a, b):
    scale_all(0.5, a, b, a)
    scale_all(0.2, *[a[:2], b[2:]], b)
    return a * b


# keyword arguments are aliases too
def fill_from(target=None, source=None):
    target[1:] = source[:-1] * target[1:]


def keyword_arguments(a, b):
    fill_from(source=a, target=b)
    fill_from(target=a, source=a)
    fill_from(a, b)
    return a, b


# called for its effect, in a list that nobody keeps
def called_in_a_comprehension(a):
    values = [bump(a) for _ in range(3)]
    _ = [inner(a, k) for k in range(1, 4)]
    return a, values


# the name of the parameter is bound anew, the caller's array stays from there on
def soften(a):
    a[0] *= a[1]
    a = np.sin(a)
    a[1] = 2.0 * a[0]
    return a


def parameter_bound_anew(a):
    b = soften(a)
    c = soften(a)
    return a, b * c


# two results, one of them a view of the argument
def first_and_rest(a):
    rest = a[1:]
    rest *= a[0]
    return a[0], rest


def results_that_are_views(a):
    first, rest = first_and_rest(a)
    rest[0] += first * a[1]
    a[0] = rest[1] * first
    return first, rest, a


# tuple targets: both entries are written by one call that itself writes
def energies(x, v):
    x[0] += 0.1 * v[0]
    return np.sum(v * v) / 2, np.sum(x * x) / 2


def tuple_of_items(x, v):
    KE, PE = np.zeros(3), np.zeros(3)
    for i in range(3):
        KE[i], PE[i] = energies(x, v)
        v *= 1.0 - 0.1 * KE[i - 1]
        x[1], v[1] = v[1], x[1] * PE[i]
    return KE, PE


# written into through the walrus and through a conditional
def expression_targets(a, b, k):
    (c := a)[0] = b[1] * b[0]
    (a if k else b)[1] *= c[0]
    (b, a)[k][2] = c[1]
    return a, b


ARGUMENTS = {
    same_array_twice: [(X,)],
    overlapping_arguments: [(X,)],
    returns_its_argument: [(X,)],
    read_before_the_call: [(X,)],
    view_before_the_call: [(X,)],
    augmented_by_a_call: [(X,)],
    call_inside_arguments: [(X,)],
    three_deep: [(A,)],
    recursive_writes: [(X,)],
    closure_writes: [(X,)],
    closure_sees_rebinding: [(X,)],
    closure_binds_and_writes: [(X,)],
    list_of_arrays: [(X, Y)],
    shallow_copies: [(X,)],
    list_times_three: [(X,)],
    dict_and_name: [(X,)],
    dict_changed_by_a_function: [(X,)],
    tuple_of_arrays: [(X,)],
    object_holds_the_array: [(X, Y)],
    objects_share_an_array: [(X, Y)],
    star_arguments: [(X, Y)],
    keyword_arguments: [(X, Y)],
    called_in_a_comprehension: [(X,)],
    parameter_bound_anew: [(X,)],
    results_that_are_views: [(X,)],
    tuple_of_items: [(X, Y)],
    expression_targets: [(X, Y, 0), (X, Y, 1)],
}
