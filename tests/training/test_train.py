"""`fit`, `evaluate`, checkpoints: rows Train.Core, Train.TapeM, Trainer, Logging and Eval of section 14, and section 16 of the
inventory."""

from __future__ import annotations

import io
import json
import logging

import numpy as np
import pytest

from s2s import eager, grad, optim, value_and_grad
from s2s.data import DataLoader, Dataset
from s2s.train import (
    Callbacks,
    History,
    const,
    early_stop,
    evaluate,
    fit,
    load,
    log_every,
    mean_loss,
    param,
    plain,
    save,
    stepper,
)  # fmt: skip

RNG = np.random.default_rng(0)
X, TRUE = RNG.normal(size=(10, 3)), np.array([1.0, -2.0, 0.5])
Y = X @ TRUE + 0.25
START = {"w": np.zeros(3), "b": 0.0}


def loss(params, x, y):
    return np.mean((x @ params["w"] + params["b"] - y) ** 2)


def one_loss(params, sample):
    x, y = sample
    return (x @ params["w"] + params["b"] - y) ** 2


def loader(batch_size=4, **options):
    return DataLoader(Dataset(X, Y), batch_size, shuffle=True, seed=5, **options)


def bits(tree_of_arrays):
    return b"".join(np.asarray(value).tobytes() for value in tree_of_arrays.values())


# ------------------------------------------------------------------------------------------------- mean loss, evaluation
def test_mean_loss_is_the_same_over_a_list_an_array_and_a_dataset():
    params = {"w": TRUE + 1.0, "b": 0.5}
    table = np.column_stack([X, Y])

    def of_row(params, row):
        return one_loss(params, (row[:3], row[3]))

    found = [
        value_and_grad(lambda params: mean_loss(one_loss, params, list(zip(X, Y))))(params),
        value_and_grad(lambda params: mean_loss(one_loss, params, Dataset(X, Y)))(params),
        value_and_grad(lambda params: mean_loss(of_row, params, table))(params),
    ]
    wanted, gradient = value_and_grad(loss)(params, X, Y)
    for value, grads in found:
        assert value == pytest.approx(wanted, rel=1e-14)
        np.testing.assert_allclose(grads["w"], gradient["w"], rtol=1e-13)
    assert found[0][0] == found[1][0] == found[2][0]


@pytest.mark.parametrize("samples", [[], np.zeros((0, 4)), Dataset(X[:0], Y[:0])])
def test_mean_loss_of_nothing_is_an_error_d12(samples):
    with pytest.raises(ValueError, match="mean_loss: empty dataset"):
        mean_loss(one_loss, START, samples)


def test_evaluate_weighs_uneven_batches_by_their_size():
    metrics = {"loss": loss, "largest": lambda params, x, y: np.mean(y > 0)}
    found = evaluate(metrics, START, DataLoader(Dataset(X, Y), 4))
    assert found == {"loss": pytest.approx(loss(START, X, Y), rel=1e-15), "largest": np.mean(Y > 0)}
    assert evaluate(lambda params, x, y: {"loss": loss(params, x, y)}, START, [(X, Y)])["loss"] == loss(START, X, Y)


def test_evaluate_says_what_is_missing():
    names = iter(["a", "b"])
    with pytest.raises(ValueError, match=r"batch 1 has the metrics \['b'\], the first one \['a'\]"):
        evaluate(lambda params, x, y: {next(names): 0.0}, START, [(X, Y), (X, Y)])
    with pytest.raises(ValueError, match="evaluate: empty dataset"):
        evaluate({"loss": loss}, START, [])
    with pytest.raises(ValueError, match="evaluate: empty batch"):
        evaluate({"n": lambda params, x, y: 0.0}, START, [(X[:0], Y[:0])])


# ------------------------------------------------------------------------------------------------------------------- fit
def test_a_step_is_that_of_the_minibatchs_mean_gradient_d4():
    batches = list(loader())
    params = START
    for x, y in batches:
        gradient = grad(loss)(params, x, y)
        by_hand = {
            "w": np.mean([2 * (row @ params["w"] + params["b"] - target) * row for row, target in zip(x, y)], axis=0),
        }
        np.testing.assert_allclose(gradient["w"], by_hand["w"], rtol=1e-12)
        params = {name: params[name] - 0.1 * gradient[name] for name in params}
    fitted = fit(loss, START, loader(), optim.sgd(0.1), epochs=1)
    for name in params:
        np.testing.assert_allclose(fitted.params[name], params[name], rtol=1e-13)
    assert fitted.state.step == len(batches) == 3
    other = fit(loss, START, loader(batch_size=5), optim.sgd(0.1), epochs=1)
    assert bits(other.params) != bits(fitted.params)


@pytest.mark.parametrize("optimizer", [optim.sgd(0.1), optim.momentum_sgd(0.05), optim.adam(0.1), optim.rmsprop(0.02)])
def test_fit_finds_the_parameters(optimizer):
    fitted = fit(loss, START, loader(), optimizer, epochs=100)
    np.testing.assert_allclose(fitted.params["w"], TRUE, atol=0.05)
    assert len(fitted.history.losses) == 300
    assert len(fitted.history.of("loss")) == 100
    assert (START["w"] == 0.0).all()


def test_the_history_is_the_loss_before_each_update_weighted_by_batch_size():
    fitted = fit(loss, START, loader(), optim.sgd(0.0), epochs=1)
    assert fitted.history.losses == [loss(START, x, y) for x, y in loader()]
    assert fitted.history.of("loss")[0] == pytest.approx(loss(START, X, Y), rel=1e-15)


def test_steps_are_counted_exactly_and_batches_come_from_anything():
    batches = list(loader())
    assert fit(loss, START, batches, optim.sgd(0.1), steps=7).state.step == 7
    assert fit(loss, START, (b for b in batches), optim.sgd(0.1), steps=2).state.step == 2
    both = [fit(loss, START, source, optim.sgd(0.1), epochs=1).params for source in (batches, iter(batches))]
    assert bits(both[0]) == bits(both[1])


@pytest.mark.parametrize(("options", "said"), [
    ({}, "give epochs or steps"),
    ({"epochs": 1, "steps": 1}, "give epochs or steps"),
    ({"epochs": 1, "resume": True}, "needs a checkpoint"),
])  # fmt: skip
def test_fit_wants_one_of_epochs_and_steps(options, said):
    with pytest.raises(ValueError, match=said):
        fit(loss, START, loader(), optim.sgd(0.1), **options)


def test_fit_without_batches_is_an_error():
    with pytest.raises(ValueError, match="fit: empty dataset"):
        fit(loss, START, [], optim.sgd(0.1), epochs=2)
    with pytest.raises(ValueError, match="fit: empty dataset"):
        fit(loss, START, iter(list(loader())), optim.sgd(0.1), epochs=2)


def test_param_and_const_leaves():
    params = {"w": param(np.zeros(3)), "b": const(7.0)}
    fitted = fit(loss, params, loader(), optim.adamw(0.1), epochs=2)
    assert fitted.params["b"] == 7.0
    assert (fitted.params["w"] != 0.0).all()
    assert plain(params)["b"] == 7.0
    assert repr(params["b"]) == "const(7.0)"


def test_python_numbers_stay_python_numbers():
    fitted = fit(lambda p, x, y: np.mean((x[:, 0] * p["a"] - y) ** 2), {"a": 1.0}, loader(), optim.sgd(0.1), epochs=1)
    assert type(fitted.params["a"]) is float


def test_float32_stays_float32():
    start = {"w": np.zeros(3, np.float32), "b": np.float32(0.0)}
    data = DataLoader(Dataset(X.astype(np.float32), Y.astype(np.float32)), 4)
    fitted = fit(
        loss, start, data, optim.adam(0.1, weight_decay=0.1), epochs=2, clip=lambda g: optim.clip_by_global_norm(g, 1.0)
    )
    assert [value.dtype for value in fitted.params.values()] == [np.float32, np.float32]


def test_clip_is_between_gradient_and_update():
    fitted = fit(loss, START, [(X, Y)], optim.sgd(1.0), steps=1, clip=lambda g: optim.clip_by_global_norm(g, 0.5))
    assert optim.global_norm(fitted.params) == pytest.approx(0.5, rel=1e-5)


def test_compiled_and_eager_derivatives_train_the_same():
    numpy = fit(loss, START, loader(), optim.adam(0.1), epochs=3, jit=False)
    compiled = fit(loss, START, loader(), optim.adam(0.1), epochs=3, jit=True)
    taped = fit(loss, START, loader(), optim.adam(0.1), epochs=3, value_and_grad=eager.value_and_grad)
    for other in (compiled, taped):
        np.testing.assert_allclose(other.history.losses, numpy.history.losses, rtol=1e-10)


# ----------------------------------------------------------------------------------------------------- buffers and noise
def with_buffers(params, buffers, x, y):
    mean = x.mean(axis=0)
    centred = x - mean
    return np.mean((centred @ params["w"] - y) ** 2), {"mean": 0.9 * buffers["mean"] + 0.1 * mean}


@pytest.mark.parametrize(
    "optimizer", [optim.sgd(0.1), optim.momentum_sgd(0.1), optim.adam(0.1), optim.adamw(0.1), optim.rmsprop()]
)
def test_buffers_move_whatever_the_optimizer_d5(optimizer):
    fitted = fit(with_buffers, {"w": np.zeros(3)}, loader(), optimizer, epochs=2, buffers={"mean": np.zeros(3)})
    mean = np.zeros(3)
    twice = loader()
    for _ in range(2):
        for x, _ in twice:
            mean = 0.9 * mean + 0.1 * x.mean(axis=0)
    np.testing.assert_allclose(fitted.buffers["mean"], mean, rtol=1e-13)


def noisy(params, x, y, rng):
    keep = rng.random(x.shape) >= 0.5
    return np.mean((np.where(keep, 2.0 * x, 0.0) @ params["w"] - y) ** 2)


def longer(params, x, y, rng):
    rescaled = x * 1.0 + 0.0
    return noisy(params, rescaled, y, rng)


def test_noise_depends_on_the_seed_and_the_step_only_d15():
    runs = [
        fit(f, {"w": np.zeros(3)}, loader(), optim.sgd(0.1), epochs=2, seed=s)
        for f, s in ((noisy, 1), (noisy, 1), (longer, 1), (noisy, 2))
    ]
    assert bits(runs[0].params) == bits(runs[1].params) == bits(runs[2].params)
    assert bits(runs[0].params) != bits(runs[3].params)
    drawn = np.random.default_rng((1, 0)).random((4, 3)) >= 0.5
    x, y = next(iter(loader()))
    assert runs[0].history.losses[0] == np.mean((np.where(drawn, 2.0 * x, 0.0) @ np.zeros(3) - y) ** 2)


# ------------------------------------------------------------------------------------------------------------- callbacks
def test_callbacks_are_called_after_what_their_names_say():
    seen = []

    def note(what):
        return lambda moment: seen.append((what, moment.epoch, moment.step))

    every = Callbacks(note("start"), note("step"), note("epoch"), note("end"))
    first = []
    fit(loss, START, loader(5), optim.sgd(0.1), epochs=2, callbacks=[every, lambda moment: first.append(moment.loss)])
    assert seen == [
        ("start", 0, 0), ("step", 0, 1), ("step", 0, 2), ("epoch", 1, 2), ("step", 1, 3), ("step", 1, 4), ("epoch", 2, 4), ("end", 2, 4),
    ]  # fmt: skip
    assert len(first) == 4


def test_a_callback_ends_training():
    fitted = fit(loss, START, loader(), optim.sgd(0.1), epochs=9, callbacks=[lambda moment: moment.step == 4])
    assert (fitted.state.step, fitted.stopped) == (4, True)


def test_early_stop_waits_for_its_patience():
    values = iter([3.0, 2.0, 2.5, 1.9, 1.95, 2.1, 5.0, 0.0])
    fitted = fit(loss, START, loader(), optim.sgd(0.1), epochs=8, validate=lambda params: {"error": next(values)},
                 callbacks=[early_stop("error", patience=2)])  # fmt: skip
    assert fitted.history.of("error") == [3.0, 2.0, 2.5, 1.9, 1.95, 2.1]
    values = iter([0.5, 0.6, 0.6, 0.55])
    fitted = fit(loss, START, loader(), optim.sgd(0.1), epochs=8, validate=lambda params: {"accuracy": next(values)},
                 callbacks=[early_stop("accuracy", patience=2, better="higher")])  # fmt: skip
    assert len(fitted.history.epochs) == 4


def test_losses_are_logged_by_the_standard_library(caplog):
    with caplog.at_level(logging.INFO, logger="s2s.train"):
        fit(loss, START, loader(), optim.sgd(0.1), epochs=1, callbacks=[log_every(2)])
    lines = [record.getMessage() for record in caplog.records]
    assert lines[0].startswith("step 2: loss=")
    assert lines[1].startswith("epoch 1: loss=")
    assert len(lines) == 2


def test_the_progress_bar_shows_steps_and_loss(capsys):
    fit(loss, START, loader(), optim.sgd(0.1), epochs=2, progress=True)
    assert "6/6" in capsys.readouterr().err
    fit(loss, START, loader(), optim.sgd(0.1), epochs=2)  # no terminal here
    assert capsys.readouterr().err == ""


def test_a_learning_rate_can_be_searched():
    rates = optim.schedules.lr_finder(1e-4, 10.0, steps=30)
    fitted = fit(loss, START, loader(), optim.sgd(rates), steps=30)
    best = int(np.argmin(fitted.history.losses))
    assert 1e-3 < rates(best) < 5.0
    assert fitted.history.losses[-1] > fitted.history.losses[best]


# ----------------------------------------------------------------------------------------------------------- checkpoints
class Interrupted(Exception):
    """What stops a training in the middle."""


def interrupt(at):
    def stop(moment):
        if moment.step == at:
            raise Interrupted

    return stop


@pytest.mark.parametrize("at", [2, 3, 5, 8, 11])
@pytest.mark.parametrize("make", [lambda: optim.sgd(0.1), lambda: optim.adam(optim.schedules.cosine(0.1, 12))])
def test_what_is_resumed_goes_on_bit_for_bit(tmp_path, at, make):
    options = {
        "epochs": 4,
        "seed": 3,
        "checkpoint": tmp_path / "run.npz",
        "every": 1,
        "validate": lambda params: {"size": np.sum(params["w"])},
    }
    whole = fit(noisy, {"w": np.ones(3)}, loader(), make(), epochs=4, seed=3, validate=options["validate"])
    with pytest.raises(Interrupted):
        fit(noisy, {"w": np.ones(3)}, loader(), make(), callbacks=[interrupt(at + 1)], **options)
    again = fit(noisy, {"w": np.ones(3)}, loader(), make(), resume=True, **options)
    assert bits(again.params) == bits(whole.params)
    assert again.history == whole.history
    assert again.state.step == whole.state.step == 12


def test_buffers_are_part_of_a_checkpoint(tmp_path):
    start, options = (
        {"w": np.zeros(3)},
        {"buffers": {"mean": np.zeros(3)}, "checkpoint": tmp_path / "run.npz", "resume": True},
    )
    whole = fit(with_buffers, start, loader(), optim.adam(0.1), epochs=3, buffers={"mean": np.zeros(3)})
    fit(with_buffers, start, loader(), optim.adam(0.1), epochs=1, **options)
    again = fit(with_buffers, start, loader(), optim.adam(0.1), epochs=3, **options)
    assert bits(again.params) == bits(whole.params)
    assert bits(again.buffers) == bits(whole.buffers)


def test_trees_are_saved_bit_for_bit(tmp_path):
    odd = np.array([0.1, -0.0, np.nan, np.inf, 5e-324])
    values = {
        "a": [odd, odd.astype(np.float32)],
        "n": 3,
        "s": "x/y",
        "none": None,
        "f": 0.1 + 0.2,
        "g": np.float32(0.1),
        "t": (True, odd + 1j),
    }
    save(tmp_path / "a.npz", values)
    found = load(tmp_path / "a.npz", values)
    assert found["a"][0].tobytes() == odd.tobytes()
    assert found["a"][1].tobytes() == odd.astype(np.float32).tobytes()
    assert found["t"][1].tobytes() == (odd + 1j).tobytes()
    assert [found[key] for key in ("n", "s", "none", "f", "g")] == [values[key] for key in ("n", "s", "none", "f", "g")]
    assert type(found["g"]) is np.float32


def test_a_checkpoint_of_something_else_is_refused(tmp_path):
    path = tmp_path / "a.npz"
    save(path, {"w": np.ones(2), "v": np.ones(2)})
    with pytest.raises(ValueError, match="2 leaves, expected 1; not in both: v"):
        load(path, {"w": np.ones(2)})
    with pytest.raises(ValueError, match=r"v: expected shape \(3,\) and dtype float64, found shape \(2,\)"):
        load(path, {"w": np.ones(2), "v": np.ones(3)})
    with pytest.raises(ValueError, match=r"expected shape .* float32"):
        load(path, {"w": np.ones(2, np.float32), "v": np.ones(2)})
    np.savez(path, np.ones(2))
    with pytest.raises(ValueError, match="not written by save"):
        load(path, {"w": np.ones(2)})
    with pytest.raises(TypeError, match="f is a function"):
        save(path, {"f": loss})
    assert list(tmp_path.glob("*.new")) == []


def test_the_training_log_is_json(tmp_path):
    history = History([0.1, float("nan")], [{"loss": float("inf"), "accuracy": 1 / 3}])
    history.save(tmp_path / "log.json")
    text = (tmp_path / "log.json").read_text(encoding="utf-8")
    assert json.load(io.StringIO(text))["losses"] == [0.1, "nan"]
    again = History.read(text)
    assert again.epochs == history.epochs
    assert np.array(again.losses).tobytes() == np.array(history.losses).tobytes()


# --------------------------------------------------------------------------------------------------------- one step alone
def test_a_stepper_gives_the_loss_before_its_update():
    one = stepper(loss, START, optim.sgd(0.1))
    first, second = one.step((X, Y)), one.step((X, Y))
    assert first == pytest.approx(loss(START, X, Y), rel=1e-14)
    assert second < first
    assert one.state.step == 2
    held = one.params["w"]
    one.step((X, Y))
    assert one.params["w"] is held  # in the same arrays
    assert one.result()["w"] is not held
