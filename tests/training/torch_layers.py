"""The values and gradients of PyTorch's layers that those of `s2s.nn` are held against.

    python tests/training/torch_layers.py        # writes torch_layers.json beside it; needs PyTorch

A case is a function of a dict of arrays, ours and PyTorch's.  Compared are the result, and the gradients of sum(result * cos(0, 1, 2,
...)).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from s2s import nn

FILE = Path(__file__).with_suffix(".json")
MASK = np.random.default_rng(9).random((1, 1, 4, 4)) > 0.4
MASK[..., 0] = True
IDS = np.array([[0, 3, 3], [1, 0, 3]])

Case = tuple[dict[str, Any], Callable[[Any], Any], Callable[[Any, Any, Any], Any]]
CASES: dict[str, Case] = {}


def case(name: str, theirs: Callable[[Any, Any, Any], Any], ours: Callable[[Any], Any], **shapes: Any) -> None:
    """A case with normal numbers of these shapes; `theirs` is called with the tensors, torch, and torch.nn.functional."""
    rng = np.random.default_rng(len(CASES))
    CASES[name] = ({key: rng.normal(size=shape) for key, shape in shapes.items()}, ours, theirs)


def layer(a: Any) -> dict[str, Any]:
    """Weights and bias of a case, as a layer's parameters."""
    return {"weights": a["w"], "bias": a["b"]}


def scaled(a: Any) -> dict[str, Any]:
    """Scale and shift of a case."""
    return {"scale": a["w"], "shift": a["b"]}


def cell(a: Any) -> dict[str, Any]:
    """The two matrices of a recurrent cell."""
    return {"input": {"weights": a["wi"], "bias": a["bi"]}, "state": {"weights": a["wh"], "bias": a["bh"]}}


case(
    "linear",
    lambda a, t, f: f.linear(a["x"], a["w"], a["b"]),
    lambda a: nn.linear(layer(a), a["x"]),
    x=(4, 3),
    w=(2, 3),
    b=2,
)
case(
    "linear without bias",
    lambda a, t, f: f.linear(a["x"], a["w"]),
    lambda a: nn.linear({"weights": a["w"]}, a["x"]),
    x=(2, 4, 3),
    w=(2, 3),
)
case("mlp", lambda a, t, f: f.linear(f.relu(f.linear(a["x"], a["u"])), a["w"]),
     lambda a: nn.mlp([{"weights": a["u"]}, {"weights": a["w"]}], a["x"]), x=(4, 3), u=(5, 3), w=(2, 5))  # fmt: skip
case(
    "embedding",
    lambda a, t, f: f.embedding(t.tensor(IDS), a["w"]),
    lambda a: nn.embedding({"weights": a["w"]}, IDS),
    w=(4, 3),
)

case("relu", lambda a, t, f: f.relu(a["x"]), lambda a: nn.relu(a["x"]), x=(3, 4))
case("leaky_relu", lambda a, t, f: f.leaky_relu(a["x"], 0.2), lambda a: nn.leaky_relu(a["x"], 0.2), x=(3, 4))
case("sigmoid", lambda a, t, f: t.sigmoid(a["x"]), lambda a: nn.sigmoid(a["x"]), x=(3, 4))
case("silu", lambda a, t, f: f.silu(a["x"]), lambda a: nn.silu(a["x"]), x=(3, 4))
case("gelu", lambda a, t, f: f.gelu(a["x"], approximate="tanh"), lambda a: nn.gelu(a["x"]), x=(3, 4))
case("softplus", lambda a, t, f: f.softplus(a["x"]), lambda a: nn.softplus(a["x"]), x=(3, 4))
case("softmax", lambda a, t, f: f.softmax(a["x"], 1), lambda a: nn.softmax(a["x"], 1), x=(3, 4, 2))
case("log_softmax", lambda a, t, f: f.log_softmax(a["x"], -1), lambda a: nn.log_softmax(a["x"]), x=(3, 4))

CONV = {"x": (2, 4, 7, 6), "w": (6, 4, 3, 2), "b": 6}
TURNED = {"x": (2, 4, 3, 4), "w": (4, 3, 3, 2), "b": 3}
for _name, _options in {
    "": {}, " stride": {"stride": 2}, " padding": {"padding": (1, 2)}, " dilation": {"dilation": (2, 1)},
    " all": {"stride": (2, 1), "padding": (2, 1), "dilation": (1, 2)},
}.items():  # fmt: skip
    case("conv2d" + _name, lambda a, t, f, o=_options: f.conv2d(a["x"], a["w"], a["b"], **o),
         lambda a, o=_options: nn.conv2d(layer(a), a["x"], **o), **CONV)  # fmt: skip
    case("conv_transpose2d" + _name, lambda a, t, f, o=_options: f.conv_transpose2d(a["x"], a["w"], a["b"], **o),
         lambda a, o=_options: nn.conv_transpose2d(layer(a), a["x"], **o), **TURNED)  # fmt: skip
case("conv2d groups", lambda a, t, f: f.conv2d(a["x"], a["w"], a["b"], groups=2, padding=1),
     lambda a: nn.conv2d(layer(a), a["x"], groups=2, padding=1), x=(2, 4, 5, 4), w=(6, 2, 3, 3), b=6)  # fmt: skip
case("conv2d depthwise", lambda a, t, f: f.conv2d(a["x"], a["w"], groups=4),
     lambda a: nn.conv2d({"weights": a["w"]}, a["x"], groups=4), x=(2, 4, 5, 4), w=(4, 1, 3, 3))  # fmt: skip
case("conv_transpose2d groups", lambda a, t, f: f.conv_transpose2d(a["x"], a["w"], a["b"], groups=2, stride=2),
     lambda a: nn.conv_transpose2d(layer(a), a["x"], groups=2, stride=2), x=(2, 4, 3, 3), w=(4, 3, 2, 2), b=6)  # fmt: skip
case("conv1d", lambda a, t, f: f.conv1d(a["x"], a["w"], a["b"], stride=2, padding=2, dilation=2),
     lambda a: nn.conv1d(layer(a), a["x"], stride=2, padding=2, dilation=2), x=(2, 3, 9), w=(4, 3, 3), b=4)  # fmt: skip
case("conv_transpose1d", lambda a, t, f: f.conv_transpose1d(a["x"], a["w"], stride=2, padding=1),
     lambda a: nn.conv_transpose1d({"weights": a["w"]}, a["x"], stride=2, padding=1), x=(2, 3, 5), w=(3, 2, 4))  # fmt: skip

case("max_pool2d", lambda a, t, f: f.max_pool2d(a["x"], 2), lambda a: nn.max_pool2d(a["x"], 2), x=(2, 3, 5, 4))
case("max_pool2d ties", lambda a, t, f: f.max_pool2d(f.relu(a["x"]), (2, 3), (1, 2)),
     lambda a: nn.max_pool2d(nn.relu(a["x"]), (2, 3), (1, 2)), x=(2, 3, 5, 7))  # fmt: skip
case(
    "max_pool2d padding",
    lambda a, t, f: f.max_pool2d(a["x"], 3, 2, 1),
    lambda a: nn.max_pool2d(a["x"], 3, 2, 1),
    x=(2, 2, 5, 6),
)
case("max_pool1d", lambda a, t, f: f.max_pool1d(a["x"], 3, 2), lambda a: nn.max_pool1d(a["x"], 3, 2), x=(2, 3, 8))
case(
    "avg_pool2d",
    lambda a, t, f: f.avg_pool2d(a["x"], (2, 3), (1, 2)),
    lambda a: nn.avg_pool2d(a["x"], (2, 3), (1, 2)),
    x=(2, 3, 5, 7),
)
for _counted in (True, False):
    case(f"avg_pool2d padding {_counted}", lambda a, t, f, c=_counted: f.avg_pool2d(a["x"], 3, 2, 1, count_include_pad=c),
         lambda a, c=_counted: nn.avg_pool2d(a["x"], 3, 2, 1, c), x=(2, 2, 5, 6))  # fmt: skip
case("avg_pool1d", lambda a, t, f: f.avg_pool1d(a["x"], 2), lambda a: nn.avg_pool1d(a["x"], 2), x=(2, 3, 7))
case(
    "global_avg_pool",
    lambda a, t, f: f.adaptive_avg_pool2d(a["x"], 1)[:, :, 0, 0],
    lambda a: nn.global_avg_pool(a["x"]),
    x=(2, 3, 4, 3),
)
case(
    "global_max_pool",
    lambda a, t, f: f.adaptive_max_pool2d(a["x"], 1)[:, :, 0, 0],
    lambda a: nn.global_max_pool(a["x"]),
    x=(2, 3, 4, 3),
)

case(
    "layer_norm",
    lambda a, t, f: f.layer_norm(a["x"], (4,), a["w"], a["b"]),
    lambda a: nn.layer_norm(scaled(a), a["x"]),
    x=(2, 3, 4),
    w=4,
    b=4,
)
case(
    "rms_norm",
    lambda a, t, f: f.rms_norm(a["x"], (4,), a["w"], 1e-6),
    lambda a: nn.rms_norm({"scale": a["w"]}, a["x"]),
    x=(2, 3, 4),
    w=4,
)
case(
    "group_norm",
    lambda a, t, f: f.group_norm(a["x"], 2, a["w"], a["b"]),
    lambda a: nn.group_norm(scaled(a), a["x"], 2),
    x=(2, 4, 3, 2),
    w=4,
    b=4,
)
case("instance_norm", lambda a, t, f: f.instance_norm(a["x"], weight=a["w"], bias=a["b"]),
     lambda a: nn.instance_norm(scaled(a), a["x"]), x=(2, 3, 4, 2), w=3, b=3)  # fmt: skip
RUNNING = {"mean": np.array([0.1, -0.2, 0.3]), "variance": np.array([0.5, 1.0, 2.0])}


def torch_batch_norm(a: Any, t: Any, f: Any, training: bool) -> Any:
    """The result, and the running means and variances after it, laid out in one row."""
    mean, variance = (t.tensor(RUNNING[key]) for key in ("mean", "variance"))
    y = f.batch_norm(a["x"], mean, variance, a["w"], a["b"], training)
    return t.cat([y.reshape(-1), mean, variance])


def our_batch_norm(a: Any, training: bool) -> Any:
    """As `torch_batch_norm`, with the running numbers constant as they are there."""
    from s2s import stop_gradient

    y, running = nn.batch_norm(scaled(a), RUNNING, a["x"], training)
    return np.concatenate([y.reshape(-1), stop_gradient(running["mean"]), stop_gradient(running["variance"])])


for _training in (True, False):
    case(f"batch_norm {_training}", lambda a, t, f, m=_training: torch_batch_norm(a, t, f, m),
         lambda a, m=_training: our_batch_norm(a, m), x=(4, 3, 2, 2), w=3, b=3)  # fmt: skip

QKV = {"q": (2, 2, 4, 3), "k": (2, 2, 4, 3), "v": (2, 2, 4, 5)}
case(
    "attention",
    lambda a, t, f: f.scaled_dot_product_attention(a["q"], a["k"], a["v"]),
    lambda a: nn.attention(a["q"], a["k"], a["v"]),
    **QKV,
)
case("attention masked", lambda a, t, f: f.scaled_dot_product_attention(a["q"], a["k"], a["v"], attn_mask=t.tensor(MASK)),
     lambda a: nn.attention(a["q"], a["k"], a["v"], MASK), **QKV)  # fmt: skip
case("attention causal", lambda a, t, f: f.scaled_dot_product_attention(a["q"], a["k"], a["v"], is_causal=True),
     lambda a: nn.attention(a["q"], a["k"], a["v"], nn.causal_mask(4)), **QKV)  # fmt: skip


def torch_heads(a: Any, t: Any, f: Any) -> Any:
    """PyTorch's multi-head attention with its own forward function."""
    weights, bias = t.cat([a["wq"], a["wk"], a["wv"]]), t.cat([a["bq"], a["bk"], a["bv"]])
    turned, source = a["x"].transpose(0, 1), a["c"].transpose(0, 1)
    y, _ = f.multi_head_attention_forward(
        turned, source, source, 6, 2, weights, bias, None, None, False, 0.0, a["wo"], a["bo"]
    )
    return y.transpose(0, 1)


def our_heads(a: Any) -> Any:
    """The same with ours."""
    parts = {name: {"weights": a["w" + name[0]], "bias": a["b" + name[0]]} for name in ("query", "key", "value", "out")}
    return nn.multi_head_attention(parts, a["x"], 2, a["c"])


case("multi_head_attention", torch_heads, our_heads, x=(2, 4, 6), c=(2, 3, 6),
     **{"w" + p: (6, 6) for p in "qkvo"}, **{"b" + p: 6 for p in "qkvo"})  # fmt: skip


def recurrent(kind: str, gates: int, ours: Callable[[Any], Any]) -> None:
    """The loop over a cell: all states, of PyTorch's and of ours."""

    def theirs(a: Any, t: Any, f: Any) -> Any:
        held = [a["wi"], a["wh"], a["bi"], a["bh"]]
        run = {"rnn": t._VF.rnn_tanh, "gru": t._VF.gru, "lstm": t._VF.lstm}[kind]
        state = [a["h"][None], a["c"][None]] if kind == "lstm" else a["h"][None]
        return run(a["x"], state, held, True, 1, 0.0, False, False, False)[0]

    shapes = {"x": (5, 2, 3), "h": (2, 4), "wi": (gates * 4, 3), "wh": (gates * 4, 4), "bi": gates * 4, "bh": gates * 4}
    case(kind, theirs, ours, **shapes, **({"c": (2, 4)} if kind == "lstm" else {}))


recurrent("rnn", 1, lambda a: nn.rnn(cell(a), a["x"], a["h"])[0])
recurrent("gru", 3, lambda a: nn.gru(cell(a), a["x"], a["h"])[0])
recurrent("lstm", 4, lambda a: nn.lstm(cell(a), a["x"], a["h"], a["c"])[0])


def torch_scan(a: Any, t: Any, f: Any) -> Any:
    """The recurrence of `gated_scan`, written out."""
    h, states = a["h"], []
    for x in a["x"]:
        gate = t.sigmoid(f.linear(x, a["wg"], a["bg"]))
        h = gate * h + (1 - gate) * f.linear(x, a["wi"], a["bi"])
        states.append(h)
    return t.stack(states)


case("gated_scan", torch_scan,
     lambda a: nn.gated_scan({"gate": {"weights": a["wg"], "bias": a["bg"]}, "input": {"weights": a["wi"], "bias": a["bi"]}},
                             a["x"], a["h"])[0],
     x=(5, 2, 3), h=(2, 4), wg=(4, 3), bg=4, wi=(4, 3), bi=4)  # fmt: skip


def torch_rotary(a: Any, t: Any, f: Any) -> Any:
    """Neighbouring numbers as complex ones, turned."""
    angles = t.arange(5)[:, None] * 10000.0 ** (-t.arange(0, 6, 2, dtype=t.float64) / 6)
    z = t.view_as_complex(a["x"].reshape(2, 3, 5, 3, 2)) * t.polar(t.ones_like(angles), angles)
    return t.view_as_real(z).reshape(2, 3, 5, 6)


case("rotary", torch_rotary, lambda a: nn.rotary(a["x"]), x=(2, 3, 5, 6))


def torch_transformer(a: Any, t: Any, f: Any, norm_first: bool) -> Any:
    """PyTorch's encoder layer, by its own forward function."""
    one = t.nn.TransformerEncoderLayer(6, 2, 8, 0.0, "gelu", batch_first=True, norm_first=norm_first, dtype=t.float64)
    own = {
        "self_attn.in_proj_weight": t.cat([a["wq"], a["wk"], a["wv"]]), "self_attn.in_proj_bias": t.cat([a["bq"], a["bk"], a["bv"]]),
        "self_attn.out_proj.weight": a["wo"], "self_attn.out_proj.bias": a["bo"], "linear1.weight": a["w1"], "linear1.bias": a["b1"],
        "linear2.weight": a["w2"], "linear2.bias": a["b2"], "norm1.weight": a["s1"], "norm1.bias": a["m1"], "norm2.weight": a["s2"],
        "norm2.bias": a["m2"],
    }  # fmt: skip
    one.activation = lambda x: f.gelu(x, approximate="tanh")
    return t.func.functional_call(one, own, (a["x"],))


def our_transformer(a: Any, norm_first: bool) -> Any:
    """The same with ours."""
    params = {
        "attention": {name: {"weights": a["w" + name[0]], "bias": a["b" + name[0]]} for name in ("query", "key", "value", "out")},
        "feed_forward": {"in": {"weights": a["w1"], "bias": a["b1"]}, "out": {"weights": a["w2"], "bias": a["b2"]}},
        "norms": [{"scale": a["s1"], "shift": a["m1"]}, {"scale": a["s2"], "shift": a["m2"]}],
    }
    return nn.transformer_block(params, a["x"], 2, norm_first=norm_first)


ENCODER = {"x": (2, 4, 6), "w1": (8, 6), "b1": 8, "w2": (6, 8), "b2": 6, **dict.fromkeys(("s1", "m1", "s2", "m2"), 6),
           **{"w" + p: (6, 6) for p in "qkvo"}, **{"b" + p: 6 for p in "qkvo"}}  # fmt: skip
for _first in (True, False):
    case(f"transformer_block {_first}", lambda a, t, f, n=_first: torch_transformer(a, t, f, n),
         lambda a, n=_first: our_transformer(a, n), **ENCODER)  # fmt: skip

case("sequential", lambda a, t, f: f.linear(t.tanh(f.linear(a["x"], a["u"], a["b"])), a["w"]) + a["x"],
     lambda a: nn.residual(nn.sequential(nn.linear, lambda _, x: np.tanh(x), nn.linear))(
         [{"weights": a["u"], "bias": a["b"]}, None, {"weights": a["w"]}], a["x"]), x=(4, 3), u=(5, 3), b=5, w=(3, 5))  # fmt: skip
case("parallel", lambda a, t, f: f.linear(a["x"], a["u"]) + f.linear(a["x"], a["w"]),
     lambda a: nn.parallel(nn.linear, nn.linear)([{"weights": a["u"]}, {"weights": a["w"]}], a["x"]),
     x=(4, 3), u=(5, 3), w=(5, 3))  # fmt: skip
case("low_rank", lambda a, t, f: f.linear(a["x"], a["w"], a["b"]) + 0.5 * f.linear(f.linear(a["x"], a["d"]), a["u"]),
     lambda a: nn.low_rank({"base": layer(a), "down": a["d"], "up": a["u"]}, a["x"], 0.5),
     x=(4, 3), w=(5, 3), b=5, d=(2, 3), u=(5, 2))  # fmt: skip


def torch_basic_block(a: Any, t: Any, f: Any) -> Any:
    y = f.relu(f.instance_norm(f.conv2d(a["x"], a["w"], stride=2, padding=1), weight=a["s"], bias=a["m"]))
    return f.relu(f.instance_norm(f.conv2d(y, a["v"], padding=1), weight=a["r"], bias=a["n"]) + f.conv2d(a["x"], a["k"], a["b"], stride=2))


case("basic_block", torch_basic_block,
     lambda a: nn.basic_block({"first": {"weights": a["w"]}, "second": {"weights": a["v"]}, "skip": {"weights": a["k"], "bias": a["b"]},
                               "norms": [{"scale": a["s"], "shift": a["m"]}, {"scale": a["r"], "shift": a["n"]}]},
                              a["x"], 2, nn.instance_norm),
     x=(2, 3, 6, 5), w=(4, 3, 3, 3), v=(4, 4, 3, 3), k=(4, 3, 1, 1), b=4, s=4, m=4, r=4, n=4)  # fmt: skip
case("basic_block plain", lambda a, t, f: f.relu(f.conv2d(f.relu(f.conv2d(a["x"], a["w"], padding=1)), a["v"], padding=1) + a["x"]),
     lambda a: nn.basic_block({"first": {"weights": a["w"]}, "second": {"weights": a["v"]}}, a["x"]),
     x=(2, 3, 4, 5), w=(3, 3, 3, 3), v=(3, 3, 3, 3))  # fmt: skip
for _options in ({}, {"stride": 2, "padding": 1, "dilation": 2}):
    case(f"conv3d {len(_options)}", lambda a, t, f, o=_options: f.conv3d(a["x"], a["w"], a["b"], **o),
         lambda a, o=_options: nn.conv3d(layer(a), a["x"], **o), x=(2, 2, 6, 5, 7), w=(3, 2, 3, 2, 3), b=3)  # fmt: skip
case("conv3d groups", lambda a, t, f: f.conv3d(a["x"], a["w"], groups=2),
     lambda a: nn.conv3d({"weights": a["w"]}, a["x"], groups=2), x=(1, 2, 3, 4, 3), w=(4, 1, 2, 2, 2))  # fmt: skip



def torch_smooth_pool(a: Any, t: Any, f: Any) -> Any:
    windows = f.unfold(a["x"], 2, stride=2).reshape(2, 3, 4, 4)
    return ((t.logsumexp(3.0 * windows, 2) - np.log(4)) / 3.0).reshape(2, 3, 2, 2)


case("smooth_max_pool2d", torch_smooth_pool,
     lambda a: nn.smooth_max_pool2d(a["x"], 2, 3.0), x=(2, 3, 4, 5))  # fmt: skip


def torch_fourier(a: Any, t: Any, f: Any) -> Any:
    found = t.einsum("oim,bim->bom", t.complex(a["r"], a["i"]), t.fft.rfft(a["x"])[:, :, :3])
    return t.fft.irfft(found, n=8)


case("fourier1d", torch_fourier, lambda a: nn.fourier1d({"real": a["r"], "imag": a["i"]}, a["x"]), x=(2, 3, 8), r=(4, 3, 3), i=(4, 3, 3))
for _options in ({}, {"stride": 2, "padding": 1, "dilation": 2}):
    case(f"conv_transpose3d {len(_options)}", lambda a, t, f, o=_options: f.conv_transpose3d(a["x"], a["w"], a["b"], **o),
         lambda a, o=_options: nn.conv_transpose3d(layer(a), a["x"], **o), x=(2, 2, 3, 2, 4), w=(2, 3, 3, 2, 3), b=3)  # fmt: skip
case("conv_transpose3d groups", lambda a, t, f: f.conv_transpose3d(a["x"], a["w"], groups=2),
     lambda a: nn.conv_transpose3d({"weights": a["w"]}, a["x"], groups=2), x=(1, 4, 2, 3, 2), w=(4, 2, 2, 1, 2))  # fmt: skip


def by_torch(name: str) -> dict[str, list[float]]:
    """The result of a case and its gradients, each laid out in one row."""
    import torch

    arrays, _, theirs = CASES[name]
    tensors = {key: torch.tensor(value, requires_grad=True) for key, value in arrays.items()}
    y = theirs(tensors, torch, torch.nn.functional)
    (y * torch.cos(torch.arange(y.numel(), dtype=torch.float64)).reshape(y.shape)).sum().backward()
    return {"": y.detach().numpy().ravel().tolist()} | {
        key: tensor.grad.numpy().ravel().tolist() for key, tensor in tensors.items()
    }


def main() -> None:
    import torch

    numbers = {
        "made with": f"torch {torch.__version__.split('+')[0]}",
        "cases": {name: by_torch(name) for name in CASES},
    }
    FILE.write_text(json.dumps(numbers, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
