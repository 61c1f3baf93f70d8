"""Building blocks of models as plain functions, written in NumPy and differentiated from their source."""

from s2s_runtime.nn import init, losses, metrics
from s2s_runtime.nn.activations import gelu, leaky_relu, log_softmax, relu, sigmoid, silu, softmax, softplus
from s2s_runtime.nn.attention import attention, causal_mask, multi_head_attention, rotary, sinusoidal_positions
from s2s_runtime.nn.blocks import basic_block, feed_forward, low_rank, parallel, residual, sequential, transformer_block
from s2s_runtime.nn.convolution import conv1d, conv2d, conv3d, conv_transpose1d, conv_transpose2d, conv_transpose3d
from s2s_runtime.nn.layers import dropout, embedding, linear, mlp
from s2s_runtime.nn.normalisation import batch_norm, group_norm, instance_norm, layer_norm, rms_norm
from s2s_runtime.nn.pooling import (
    avg_pool1d,
    avg_pool2d,
    global_avg_pool,
    global_max_pool,
    max_pool1d,
    max_pool2d,
    smooth_max_pool2d,
)
from s2s_runtime.nn.recurrent import gated_scan, gru, gru_cell, lstm, lstm_cell, rnn, rnn_cell
from s2s_runtime.nn.spectral import fourier1d

__all__ = [
    "attention", "avg_pool1d", "avg_pool2d", "basic_block", "batch_norm", "causal_mask", "conv1d", "conv2d", "conv3d",
    "conv_transpose1d", "conv_transpose2d", "conv_transpose3d", "dropout", "embedding", "feed_forward", "fourier1d", "gated_scan", "gelu",
    "global_avg_pool", "global_max_pool", "group_norm", "gru", "gru_cell", "init", "instance_norm", "layer_norm", "leaky_relu",
    "linear", "log_softmax", "losses", "low_rank", "lstm", "lstm_cell", "max_pool1d", "max_pool2d", "metrics", "mlp",
    "multi_head_attention", "parallel", "relu", "residual", "rms_norm", "rnn", "rnn_cell", "rotary", "sequential", "sigmoid",
    "silu", "sinusoidal_positions", "smooth_max_pool2d", "softmax", "softplus", "transformer_block",
]  # fmt: skip
