"""All heads of a block as one batched product, with the library's attention, norms and losses."""

import torch.nn.functional as F


def linear(x, w, b):
    return x @ w + b


def heads_of(x, attn, proj, n_head):
    length, width = x.shape
    q, k, v = linear(x, **attn).reshape(length, 3, n_head, width // n_head).permute(1, 2, 0, 3)
    mixed = F.scaled_dot_product_attention(q, k, v, is_causal=True)
    return linear(mixed.permute(1, 0, 2).reshape(length, width), **proj)


def layer_norm(x, g, b):
    return F.layer_norm(x, (x.shape[-1],), g, b, 1e-5)


def block(x, mlp, attn, ln_1, ln_2, n_head):
    x = x + heads_of(layer_norm(x, **ln_1), **attn, n_head=n_head)
    hidden = F.gelu(linear(layer_norm(x, **ln_2), **mlp["up"]), approximate="tanh")
    return x + linear(hidden, **mlp["down"])


def logits_of(inputs, wte, wpe, blocks, ln_f, n_head):
    x = wte[inputs] + wpe[: len(inputs)]
    for parameters in blocks:
        x = block(x, **parameters, n_head=n_head)
    return layer_norm(x, **ln_f) @ wte.T


def loss(params, ids):
    return F.cross_entropy(logits_of(ids[:-1], **params, n_head=2), ids[1:])
