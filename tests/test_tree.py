"""Trees: taken apart and put back, added, named and compared."""

from __future__ import annotations

import dataclasses
import functools
import pickle
import time
from collections import Counter, OrderedDict, defaultdict
from typing import Any, NamedTuple

import numpy as np
import pytest

from s2s_runtime import tree
from s2s_runtime.tree import LEAF, TreeMismatch, add, copy, first_mismatch, flatten, tree_map, unflatten, zeros_like


class Layer(NamedTuple):
    weight: Any
    bias: Any = 0.0


@dataclasses.dataclass(frozen=True)
class Frozen:
    width: Any

    def __post_init__(self) -> None:
        if not self.width > 0:
            raise ValueError("the width must be positive")


@dataclasses.dataclass(slots=True)
class Slotted:
    a: Any
    b: Any = None


@dataclasses.dataclass
class Derived:
    radius: float
    area: float = dataclasses.field(init=False)
    scale: dataclasses.InitVar[float] = 1.0

    def __post_init__(self, scale: float) -> None:
        self.area = scale * self.radius**2

    @functools.cached_property
    def double(self) -> float:
        return 2 * self.radius


@dataclasses.dataclass
class OwnNew:
    a: float

    def __new__(cls, a: float) -> OwnNew:
        return super().__new__(cls)


class ListOfLayers(list):
    pass


class NeedsArgument(dict):
    def __new__(cls, name: str) -> NeedsArgument:
        return super().__new__(cls)

    def __init__(self, name: str) -> None:
        super().__init__()


class Loud(dict):
    def __setitem__(self, key: Any, value: Any) -> None:
        raise AssertionError("rebuilding must not run __setitem__")


X = np.arange(6.0).reshape(2, 3)

TREES = [
    1.0,
    None,
    X,
    "text",
    [],
    (),
    {},
    [1.0, [2.0, (3.0, None)]],
    (1.0,),
    {"w": X, "b": [1, 2.5]},
    {"b": 1.0, "a": 2.0},
    {1: 1.0, ("a", 2): 2.0},
    Layer(X),
    Layer(1.0, {"deep": Layer(2.0)}),
    Frozen(3.0),
    Slotted(1.0, [2.0]),
    Derived(2.0),
    OrderedDict(z=1.0, a=2.0),
    defaultdict(list, k=[1.0]),
    Counter(a=1),
    ListOfLayers([Layer(1.0), Layer(2.0)]),
    [np.float32(1), 1j, True, len, {1, 2}],
]


@pytest.mark.parametrize("value", TREES, ids=repr)
def test_flatten_and_unflatten_are_inverse(value):
    leaves, structure = flatten(value)
    again = unflatten(structure, leaves)
    assert type(again) is type(value)
    assert repr(again) == repr(value)
    assert structure.size == len(leaves) == len(tree.paths(structure))
    assert flatten(again)[1] == structure
    assert hash(flatten(again)[1]) == hash(structure)


def test_leaves_are_the_same_objects_left_to_right():
    leaves, _ = flatten({"b": [X, 2.0], "a": None})
    assert leaves[0] is X
    assert leaves[1:] == [2.0, None]


def test_dicts_keep_the_order_they_have():
    assert flatten({"b": 1.0, "a": 2.0})[0] == [1.0, 2.0]
    assert flatten({"b": 1.0, "a": 2.0})[1] != flatten({"a": 2.0, "b": 1.0})[1]


def test_structures_tell_containers_apart():
    values = [[1.0], (1.0,), {0: 1.0}, Layer(1.0), Frozen(1.0), OrderedDict({0: 1.0}), [[1.0]], 1.0]
    assert len({flatten(value)[1] for value in values}) == len(values)


def test_unflatten_counts_leaves():
    with pytest.raises(ValueError, match="2 leaves, got 3"):
        unflatten(flatten([1.0, 2.0])[1], [1.0, 2.0, 3.0])
    assert unflatten(LEAF, [5]) == 5


def test_containers_are_rebuilt_without_running_their_constructors():
    assert unflatten(flatten(Frozen(2.0))[1], [-1.0]).width == -1.0
    loud = Loud(a=1.0)
    assert copy(loud) == loud
    derived = Derived(2.0, scale=3.0)
    again = copy(derived)
    assert (again.radius, again.area) == (2.0, 12.0)


def test_a_stale_cached_property_is_left_out():
    derived = Derived(2.0)
    assert derived.double == 4.0
    assert unflatten(flatten(derived)[1], [5.0, 25.0]).double == 10.0


def test_a_field_that_was_never_set_stays_unset():
    partial = Slotted.__new__(Slotted)
    partial.a = 1.0
    leaves, structure = flatten(partial)
    assert leaves == [1.0]
    assert not hasattr(unflatten(structure, leaves), "b")


def test_defaultdicts_keep_their_factory():
    value = defaultdict(list, k=[1.0])
    assert copy(value)["new"] == []
    assert add(value, value)["new"] == []


def test_what_cannot_be_rebuilt_falls_back_to_its_base_or_is_a_leaf():
    odd = NeedsArgument("name")
    dict.__setitem__(odd, "a", 1.0)
    assert type(copy(odd)) is dict
    assert flatten(odd)[1] == flatten({"a": 1.0})[1]
    now = time.localtime()
    assert type(copy(now)) is tuple
    leaf = OwnNew(1.0)
    assert flatten(leaf)[0] == [leaf]
    assert flatten(Frozen)[0] == [Frozen]


def test_paths_are_python_accessors():
    value = {"w": [Layer(1.0, Frozen(2.0))], 3: (None,)}
    _, structure = flatten(value)
    assert tree.paths(structure, "params") == ["params['w'][0].weight", "params['w'][0].bias.width", "params[3][0]"]
    assert tree.paths(LEAF, "x") == ["x"]
    assert eval("params['w'][0].bias.width", {"params": value}) == 2.0


def test_tree_map_takes_several_trees():
    assert tree_map(lambda a, b: a - b, {"x": 3.0, "y": [1.0]}, {"x": 1.0, "y": [4.0]}) == {"x": 2.0, "y": [-3.0]}
    assert tree_map(lambda a, b: a - b, {"x": 3.0, "y": 1.0}, {"y": 1.0, "x": 2.0}) == {"x": 1.0, "y": 0.0}
    with pytest.raises(TreeMismatch, match=r"tree\[0\]: expected a tuple of length 1, got a list of length 1"):
        tree_map(lambda a, b: a, [(1.0,)], [[1.0]])
    with pytest.raises(TreeMismatch, match=r"expected a float, got a list"):
        tree_map(lambda a, b: a, [1.0], [[1.0]])


@pytest.mark.parametrize(
    "leaf", [1.0, 1j, np.float16(1), np.float32(1), np.longdouble(1), np.complex64(1), X, np.zeros(0, complex)]
)
def test_floating_leaves_are_differentiable(leaf):
    assert tree.is_differentiable(leaf)


@pytest.mark.parametrize(
    "leaf", [1, True, np.int64(1), np.bool_(True), np.arange(3), X > 1, "s", None, len, X.astype(object), Frozen]
)
def test_other_leaves_are_not(leaf):
    assert not tree.is_differentiable(leaf)


def test_zeros_have_the_kind_of_their_leaf():
    primal = {"x": np.ones((2, 3), np.float32), "y": (1.5, 2j, np.float32(3), 4), "z": ["s", None], "f": Frozen(2.0)}
    zero = zeros_like(primal)
    assert zero["x"].dtype == np.float32
    assert zero["x"].shape == (2, 3)
    assert not zero["x"].any()
    assert [type(leaf) for leaf in zero["y"]] == [float, complex, np.float32, type(None)]
    assert zero["z"] == [None, None]
    assert zero["f"].width == 0.0


def test_zeros_of_a_view_are_fresh_and_writable():
    broadcast = np.broadcast_to(np.float64(1.0), (3, 4))
    zero = zeros_like(broadcast)
    zero[0, 0] = 1.0
    assert zero.sum() == 1.0
    assert zeros_like(np.ones((3, 4), order="F")).flags.f_contiguous
    assert zeros_like(np.ones(4)[::-1]).strides == (8,)


def test_add_is_leafwise_with_none_as_identity():
    left = {"x": X, "y": (None, 1.0), "z": None}
    right = {"x": X, "y": (None, 2.0), "z": [3.0]}
    total = add(left, right)
    assert np.array_equal(total["x"], 2 * X)
    assert total["y"] == (None, 3.0)
    assert total["z"] == [3.0]
    assert add(None, None) is None
    assert add(None, left) is left
    assert add(left, None) is left
    assert add(Layer(1.0, 2.0), Layer(3.0, 4.0)) == Layer(4.0, 6.0)
    assert add(np.float32(1), np.float32(2)).dtype == np.float32


def test_add_never_broadcasts():
    with pytest.raises(TreeMismatch, match=r"tree\['x'\]: shape \(2, 3\) and dtype float64 and shape \(3,\)"):
        add({"x": X}, {"x": X[0]})
    with pytest.raises(TreeMismatch, match="expected a list of length 1, got a list of length 2"):
        add([1.0], [1.0, 2.0])
    with pytest.raises(TreeMismatch, match="keys"):
        add({"a": 1.0}, {"b": 1.0})


def test_copy_copies_arrays_and_containers():
    primal = {"x": np.asfortranarray(X), "n": len}
    twin = copy(primal)
    twin["x"][0, 0] = 7.0
    assert primal["x"][0, 0] == 0.0
    assert twin["x"].flags.f_contiguous
    assert twin["n"] is len


FITS = [
    (X, X),
    (1.0, 2.0),
    (1.0, 1),
    (1.0, np.float64(1)),
    (1.0, np.array(1.0)),
    (np.float32(1), 1.0),
    (np.array(1j), 1.0),
    (1j, 1j),
    ([1.0, 2], [1.0, None]),
    ({"n": 3, "s": ["a", None]}, None),
    ({"a": 1.0, "b": 2.0}, {"b": 1.0, "a": 2.0}),
    ((1.0, {"n": 3}), (1.0, None)),
    ([], []),
]


@pytest.mark.parametrize(("primal", "given"), FITS, ids=repr)
def test_tangents_that_fit(primal, given):
    assert first_mismatch(primal, given) is None


MISFITS = [
    (X, X.T, "shape", "x: expected shape (2, 3) and dtype float64, got shape (3, 2) and dtype float64"),
    (
        X,
        X.astype(np.float32),
        "dtype",
        "x: expected shape (2, 3) and dtype float64, got shape (2, 3) and dtype float32",
    ),
    (X, X.astype(int), "dtype", "x: expected shape (2, 3) and dtype float64, got shape (2, 3) and dtype int64"),
    (X, 1.0, "shape", "x: expected shape (2, 3) and dtype float64, got a float"),
    (1.0, None, "structure", "x: expected a float, got None"),
    (1.0, 1j, "dtype", "x: expected a float, got a complex"),
    (1.0, True, "dtype", "x: expected a float, got a bool"),
    (1.0, "1", "dtype", "x: expected a float, got a str"),
    (1.0, np.ones(2), "shape", "x: expected a float, got shape (2,) and dtype float64"),
    (3, 1.0, "dtype", "x: an int carries no derivative, expected None, got a float"),
    ([1.0, 2.0], (1.0, 2.0), "structure", "x: expected a list of length 2, got a tuple of length 2"),
    ([1.0, 2.0], [1.0], "structure", "x: expected a list of length 2, got a list of length 1"),
    ([[1.0]], [1.0], "structure", "x[0]: expected a list of length 1, got a float"),
    ([1.0], [[1.0]], "structure", "x[0]: expected a float, got a list of length 1"),
    ({"w": 1.0}, {"v": 1.0}, "structure", "x: expected a dict with keys ['w'], got a dict with keys ['v']"),
    ({"w": Layer(X)}, {"w": Layer(X[0])}, "shape", "x['w'].weight: expected shape (2, 3) and dtype float64, got shape"),
    ([1.0, 2], None, "structure", "x[0]: expected a float, got None"),
]


@pytest.mark.parametrize(("primal", "given", "kind", "message"), MISFITS, ids=[case[3] for case in MISFITS])
def test_tangents_that_do_not_fit(primal, given, kind, message):
    mismatch = first_mismatch(primal, given, "x")
    assert mismatch is not None
    assert mismatch.kind == kind
    assert mismatch.message.startswith(message)
    assert mismatch.path == message.split(":")[0]


def test_mismatches_survive_pickling():
    with pytest.raises(TreeMismatch) as caught:
        add([1.0], (1.0,))
    again = pickle.loads(pickle.dumps(caught.value))
    assert again.mismatch == caught.value.mismatch
    assert str(again) == str(caught.value)
