"""Optimizers, schedules and clipping: section 15 of the inventory, row by row, beside PyTorch's numbers (`torch_numbers.py`)."""

from __future__ import annotations

import importlib.util
import json
import math
import tracemalloc

import numpy as np
import pytest

from s2s_runtime import optim, tree
from s2s_runtime.optim import const, schedules
from training import torch_numbers as cases

NUMBERS = json.loads(cases.FILE.read_text(encoding="utf-8"))
TORCH = pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="PyTorch is not installed")
ALL = {"sgd", "momentum_sgd", "adagrad", "rmsprop", "adam", "adamw", "adadelta", "muon"}


def optimizer_of(case, **more):
    method, options, _, _ = cases.OPTIMIZERS[case]
    return getattr(optim, method)(**options, **more)


def run(case, dtype="float64", pure=True):
    """The parameters after each step, as `torch_numbers.by_torch` lays them out."""
    optimizer = optimizer_of(case)
    params = {name: value.astype(dtype) for name, value in cases.start(case).items()}
    state = optimizer.init(params)
    rows = []
    for step in range(cases.STEPS):
        grads = cases.gradient(params, step)
        if pure:
            params, state = optimizer.step(params, grads, state)
        else:
            optimizer.update(params, grads, state)
        assert all(value.dtype == dtype for value in params.values())
        rows.append(np.concatenate([value.ravel() for value in params.values()]))
    return np.array(rows)


# ------------------------------------------------------------------------------------------------------ beside PyTorch
@pytest.mark.parametrize("case", cases.OPTIMIZERS)
def test_the_numbers_are_pytorchs_step_by_step(case):
    np.testing.assert_allclose(run(case), NUMBERS["optimizers"][case], rtol=1e-12, atol=1e-14)


@TORCH
@pytest.mark.parametrize("case", cases.OPTIMIZERS)
@pytest.mark.parametrize(("dtype", "rtol"), [("float64", 1e-12), ("float32", 2e-5)])
def test_pytorch_itself_agrees(case, dtype, rtol):
    np.testing.assert_allclose(run(case, dtype), cases.by_torch(case, dtype), rtol=rtol, atol=rtol / 10)


@TORCH
def test_the_file_is_what_pytorch_says_now():
    for case in cases.OPTIMIZERS:
        np.testing.assert_allclose(cases.by_torch(case), NUMBERS["optimizers"][case], rtol=1e-13)
    for case in cases.SCHEDULES:
        np.testing.assert_allclose(cases.rates_by_torch(case), NUMBERS["schedules"][case], rtol=1e-13)


@pytest.mark.parametrize("case", cases.SCHEDULES)
def test_rates_are_pytorchs(case):
    name, options, _, _ = cases.SCHEDULES[case]
    schedule = getattr(schedules, name)(**options)
    np.testing.assert_allclose([schedule(k) for k in range(20)], NUMBERS["schedules"][case], rtol=1e-12, atol=1e-17)


@pytest.mark.parametrize("case", cases.OPTIMIZERS)
def test_in_place_and_pure_are_the_same_bits(case):
    assert run(case).tobytes() == run(case, pure=False).tobytes()


@pytest.mark.parametrize("case", cases.OPTIMIZERS)
def test_float32_stays_float32(case):
    np.testing.assert_allclose(run(case, "float32"), run(case), rtol=2e-4, atol=1e-5)


def test_dampening_is_skipped_on_the_first_step_d11():
    params = {"w": np.array([1.0])}
    optimizer = optim.sgd(1.0, momentum=0.9, dampening=0.5)
    state = optimizer.init(params)
    params, state = optimizer.step(params, {"w": np.array([2.0])}, state)
    assert params["w"] == -1.0  # the whole gradient
    params, state = optimizer.step(params, {"w": np.array([2.0])}, state)
    assert params["w"] == -1.0 - (0.9 * 2.0 + 0.5 * 2.0)


def test_one_epsilon_for_each_method_whatever_the_way_to_it_d11():
    assert optim.adam().options["eps"] == optim.adamw().options["eps"] == optim.rmsprop().options["eps"] == 1e-8
    groups = optim.adam(groups={"w": {"lr": 0.5}})
    assert groups.init({"w": np.zeros(2)}).leaves[0].options["eps"] == 1e-8


# --------------------------------------------------------------------------------- canonical updates, by their formulas
@pytest.mark.parametrize("name", sorted(ALL))
def test_states_begin_at_zero_and_count(name):
    params = {"w": np.ones((2, 2))}
    optimizer = getattr(optim, name)()
    state = optimizer.init(params)
    assert state.step == 0
    assert all(not slot.any() for slot in state.leaves[0].slots.values())
    optimizer.update(params, {"w": np.ones((2, 2))}, state)
    assert state.step == state.leaves[0].count == 1


def test_sgd_is_p_minus_lr_g():
    params, _ = step_once(optim.sgd(0.25), np.array([1.0, 2.0]), np.array([4.0, -8.0]))
    assert params.tolist() == [0.0, 4.0]


def step_once(optimizer, value, gradient):
    params, state = optimizer.step({"w": value}, {"w": gradient}, optimizer.init({"w": value}))
    return params["w"], state


def test_galore_with_the_identity_is_sgd_and_muon_with_it_is_momentum():
    rng = np.random.default_rng(0)
    w, g = rng.normal(size=(2, 3, 3))
    assert (
        step_once(optim.galore(lambda g: g, lambda g: g, lr=0.1), w, g)[0] == step_once(optim.sgd(0.1), w, g)[0]
    ).all()
    muon = optim.muon(0.1, weight_decay=0.0, momentum=0.9, nesterov=False, orthogonal=lambda m: m)
    np.testing.assert_allclose(step_once(muon, w, g)[0], w - 0.1 * (1 - 0.9) * g, rtol=1e-15)


def test_galore_projects_and_lifts():
    basis = np.linalg.qr(np.random.default_rng(1).normal(size=(4, 2)))[0]
    w, g = np.random.default_rng(2).normal(size=(2, 4, 3))
    found, _ = step_once(optim.galore(lambda g: basis.T @ g, lambda s: basis @ s, lr=0.5), w, g)
    np.testing.assert_allclose(found, w - 0.5 * basis @ basis.T @ g, rtol=1e-14)


def test_newton_schulz_gives_singular_values_near_one():
    from s2s_runtime.optim.updates import newton_schulz

    matrix = np.random.default_rng(0).normal(size=(6, 4))
    values = np.linalg.svd(newton_schulz(matrix), compute_uv=False)
    assert values.min() > 0.6
    assert values.max() < 1.3
    with pytest.raises(ValueError, match="needs a matrix"):
        newton_schulz(np.ones(3))


# ---------------------------------------------------------------------------------------------------- groups and states
NESTED = {
    "layers": [{"w": np.ones((2, 2)), "b": np.ones(2)}, {"w": np.ones((2, 2)), "b": np.ones(2)}],
    "head": np.ones(2),
    "n": 3,
}
FLAT = tree.tree_map(lambda leaf: np.ones_like(leaf) if isinstance(leaf, np.ndarray) else None, NESTED)


def test_groups_are_by_the_names_of_leaves():
    optimizer = optim.sgd(0.5, groups={"layers.*.b": {"lr": 0.25}, "head": {"lr": lambda step: 0.125 / (1 + step)}})
    params, state = optimizer.step(NESTED, FLAT, optimizer.init(NESTED))
    assert [params["layers"][k]["w"][0, 0] for k in (0, 1)] == [0.5, 0.5]
    assert [params["layers"][k]["b"][0] for k in (0, 1)] == [0.75, 0.75]
    assert params["head"][0] == 0.875
    assert params["n"] == 3
    assert optimizer.step(params, FLAT, state)[0]["head"][0] == 0.875 - 0.0625


@pytest.mark.parametrize(("groups", "said"), [
    ({"*.b": {"lr": 1.0}, "layers.0.*": {"lr": 2.0}}, r"layers\.0\.b is in the groups"),
    ({"tail": {"lr": 1.0}}, "no leaf is called 'tail'; there are layers.0.w"),
    ({"head": {"beta": 1.0}}, "has the option 'beta'; sgd has lr, momentum"),
])  # fmt: skip
def test_groups_that_overlap_or_are_missing_are_errors_with_the_name(groups, said):
    with pytest.raises(KeyError, match=said):
        optim.sgd(0.1, groups=groups).init(NESTED)


@pytest.mark.parametrize("name", sorted(ALL))
def test_frozen_leaves_are_never_changed(name):
    params = {"w": np.ones((2, 2)), "fixed": const(np.ones((2, 2))), "still": np.ones((2, 2))}
    options = {"weight_decay": 0.3} if name != "galore" else {}
    optimizer = getattr(optim, name)(0.1, frozen=("still",), **options)
    state = optimizer.init(params)
    values = optim.plain(params)
    for _ in range(3):
        values, state = optimizer.step(values, tree.tree_map(np.ones_like, values), state)
    assert (values["fixed"] == 1.0).all()
    assert (values["still"] == 1.0).all()
    assert (values["w"] != 1.0).all()
    assert optim.frozen_paths(params) == {"fixed"}


def test_a_missing_gradient_leaves_its_parameter_and_its_count():
    params = {"w": np.ones(2), "v": np.ones(2)}
    optimizer = optim.adam(0.1)
    state = optimizer.init(params)
    params, state = optimizer.step(params, {"w": np.ones(2), "v": None}, state)
    assert (params["v"] == 1.0).all()
    params, state = optimizer.step(params, {"w": np.ones(2), "v": np.ones(2)}, state)
    np.testing.assert_allclose(params["v"], 0.9, rtol=1e-7)  # its first step
    assert [kept.count for kept in state.leaves] == [2, 1]


def test_shapes_are_checked_with_the_name_of_the_leaf():
    optimizer = optim.sgd(0.1, momentum=0.9)
    state = optimizer.init({"w": np.ones(2)})
    with pytest.raises(ValueError, match=r"w has shape \(2,\), its gradient \(3,\)"):
        optimizer.update({"w": np.ones(2)}, {"w": np.ones(3)}, state)
    with pytest.raises(ValueError, match=r"the state is of shape \(2,\)"):
        optimizer.update({"w": np.ones(3)}, {"w": np.ones(3)}, state)
    with pytest.raises(ValueError, match="is complex"):
        optimizer.init({"w": np.ones(2, complex)})
    with pytest.raises(ValueError, match=r"muon: w is no matrix but has shape \(2,\)"):
        optim.muon().init({"w": np.ones(2)})
    with pytest.raises(TypeError, match="`step` takes numbers"):
        optimizer.update({"w": 1.0}, {"w": 1.0}, optimizer.init({"w": 1.0}))
    with pytest.raises(ValueError, match="nesterov needs"):
        optim.sgd(0.1, nesterov=True)


@pytest.mark.parametrize("case", cases.OPTIMIZERS)
def test_a_state_dict_goes_round_bit_for_bit(case):
    optimizer, params = optimizer_of(case), cases.start(case)
    state = optimizer.init(params)
    for step in range(3):
        params, state = optimizer.step(params, cases.gradient(params, step), state)
    again = optimizer.init(params)
    optimizer.load_state_dict(again, optimizer.state_dict(state))
    for step in range(3, 6):
        params, state = optimizer.step(params, cases.gradient(params, step), again)
        again = state
    assert np.concatenate([p.ravel() for p in params.values()]).tobytes() == run(case)[-1].tobytes()


def test_a_state_of_something_else_is_refused():
    adam, params = optim.adam(), {"w": np.ones(2)}
    saved = adam.state_dict(adam.init(params))
    with pytest.raises(ValueError, match="the state is of adam, the optimizer is sgd"):
        optim.sgd().load_state_dict(optim.sgd().init(params), saved)
    with pytest.raises(KeyError, match=r"the parameters have \['v'\]"):
        adam.load_state_dict(adam.init({"v": np.ones(2)}), saved)
    with pytest.raises(ValueError, match=r"mean of w: expected shape \(3,\)"):
        adam.load_state_dict(adam.init({"w": np.ones(3)}), saved)


def test_numbers_stay_numbers_and_what_was_given_stays():
    params, grads = {"a": 2.0, "b": np.float32(3.0), "w": np.ones(2)}, {"a": 1.0, "b": np.float32(1.0), "w": np.ones(2)}
    optimizer = optim.adam(0.1)
    state = optimizer.init(params)
    after, _ = optimizer.step(params, grads, state)
    assert [type(after[key]) for key in "abw"] == [float, np.float32, np.ndarray]
    assert params["a"] == 2.0
    assert (params["w"] == 1.0).all()
    assert state.step == 0
    assert not state.leaves[0].slots["mean"].any()


@pytest.mark.parametrize("name", sorted(ALL - {"muon"}))
def test_an_update_allocates_nothing(name):
    params = {"w": np.ones((200, 100)), "b": np.ones(100)}
    grads, optimizer = tree.tree_map(np.ones_like, params), getattr(optim, name)(0.01, weight_decay=0.1)
    state = optimizer.init(params)
    optimizer.update(params, grads, state)
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    optimizer.update(params, grads, state)
    now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak - before < 8000  # Python's own objects; one array would be 160,000
    assert now - before < 1000


# ------------------------------------------------------------------------------------------------ schedules by formulas
def test_schedules_that_pytorch_has_no_name_for():
    assert [schedules.constant(0.3)(k) for k in (0, 9)] == [0.3, 0.3]
    assert schedules.custom(2.0, lambda k: 1 / (k + 1))(3) == 0.5
    down = schedules.cosine(1.0, steps=10)
    assert (down(0), down(10), down(25)) == (1.0, 0.0, 0.0)
    both = schedules.warmup_cosine(1.0, warm=5, steps=15)
    assert both(0) == 0.0
    assert both(5) == 1.0
    assert math.isclose(both(10), 0.5)
    find = schedules.lr_finder(1e-5, 1.0, steps=6)
    np.testing.assert_allclose([find(k) for k in range(6)], 10.0 ** np.arange(-5, 1))


def test_a_learning_rate_may_be_any_function_of_the_step():
    optimizer = optim.sgd(lambda step: 0.5**step)
    params, state = {"w": np.array([0.0])}, optimizer.init({"w": np.array([0.0])})
    for _ in range(3):
        params, state = optimizer.step(params, {"w": np.array([1.0])}, state)
    assert params["w"] == -1.75
    assert optimizer.lr_at(3) == 0.125


@pytest.mark.parametrize("make", [
    lambda: schedules.step_decay(1.0, 0), lambda: schedules.cosine(1.0, 0), lambda: schedules.warmup_cosine(1.0, 5, 5),
    lambda: schedules.cyclic(0.0, 1.0, 0), lambda: schedules.cyclic(0.0, 1.0, 2, mode="other"), lambda: schedules.one_cycle(1.0, 3)(3),
    lambda: schedules.lr_finder(0.0, 1.0, 5), lambda: schedules.one_cycle_momentum(0.8, 0.9, 3)(3),
])  # fmt: skip
def test_schedules_without_a_meaning_are_refused(make):
    with pytest.raises(ValueError, match=r"must be above 0|mode is one of|step 3 of 3"):
        make()


# ------------------------------------------------------------------------------------------------------------- clipping
GRADS = {"a": np.array([3.0, 0.0]), "b": [np.array([[4.0]]), None]}


def test_the_global_norm_is_over_the_whole_tree_d14():
    assert optim.global_norm(GRADS) == 5.0
    clipped = optim.clip_by_global_norm(GRADS, 1.0)
    np.testing.assert_allclose(clipped["a"], [0.6, 0.0], rtol=1e-6)
    np.testing.assert_allclose(clipped["b"][0], [[0.8]], rtol=1e-6)
    assert clipped["b"][1] is None
    assert optim.clip_by_global_norm(GRADS, 10.0)["a"].tolist() == [3.0, 0.0]
    with pytest.raises(ValueError, match="the norm of the gradient is nan"):
        optim.clip_by_global_norm({"a": np.array([np.nan])}, 1.0)


@TORCH
def test_the_global_clip_is_pytorchs():
    import torch

    leaves = [torch.zeros(2, dtype=torch.float64), torch.zeros((1, 1), dtype=torch.float64)]
    for leaf, value in zip(leaves, (GRADS["a"], GRADS["b"][0])):
        leaf.grad = torch.tensor(value)
    torch.nn.utils.clip_grad_norm_(leaves, 2.0)
    clipped = optim.clip_by_global_norm(GRADS, 2.0)
    np.testing.assert_allclose(clipped["a"], leaves[0].grad.numpy(), rtol=1e-14)
    np.testing.assert_allclose(clipped["b"][0], leaves[1].grad.numpy(), rtol=1e-14)


def test_clips_by_leaf_value_and_percentile():
    by_norm = optim.clip_by_norm(GRADS, 3.5)
    assert by_norm["a"].tolist() == [3.0, 0.0]
    np.testing.assert_allclose(by_norm["b"][0], [[3.5]])
    assert optim.clip_by_value(GRADS, 3.0)["b"][0] == 3.0
    wide = {"a": np.array([-5.0, 1.0, 2.0, 3.0, 4.0], dtype=np.float32)}
    clipped = optim.clip_by_percentile(wide, 60)["a"]  # place floor(0.6 * 4) = 2 of 1, 2, 3, 4, 5
    assert clipped.tolist() == [-3.0, 1.0, 2.0, 3.0, 3.0]
    assert clipped.dtype == np.float32
    assert optim.clip_by_percentile({"a": np.zeros(0)}, 50)["a"].size == 0
    with pytest.raises(ValueError, match="percentile must be in"):
        optim.clip_by_percentile(wide, 101)


@pytest.mark.parametrize("clip", [
    lambda g: optim.clip_by_global_norm(g, 0.1), lambda g: optim.clip_by_norm(g, 0.1), lambda g: optim.clip_by_value(g, 0.1),
])  # fmt: skip
def test_clips_keep_float32(clip):
    assert clip({"a": np.ones(3, np.float32)})["a"].dtype == np.float32
