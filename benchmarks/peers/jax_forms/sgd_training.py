"""A scan over epochs, and within it one over the whole batches; a last, smaller batch has a step of its own."""

import jax
import jax.numpy as jnp
from jax import lax

EPOCHS, BATCH = 2, 3


def forward(x, W1, b1, W2, b2):
    hidden = jnp.tanh(x @ W1 + b1)
    return hidden, hidden @ W2 + b2


def loss(X, y, X_test, y_test, W1, b1, W2, b2, rate, momentum):
    whole = len(X) // BATCH * BATCH
    batches = (X[:whole].reshape(-1, BATCH, X.shape[1]), y[:whole].reshape(-1, BATCH, y.shape[1]))

    def update(state, batch):
        params, velocity = state
        x, y = batch
        hidden, out = forward(x, *params)
        error = (out - y) / len(x)
        back = error @ params[2].T * (1 - hidden**2)
        slopes = (x.T @ back, back.sum(axis=0), hidden.T @ error, error.sum(axis=0))
        velocity = jax.tree.map(lambda v, g: momentum * v - rate * g, velocity, slopes)
        return (jax.tree.map(jnp.add, params, velocity), velocity), None

    def epoch(state, _):
        state, _ = lax.scan(update, state, batches)
        return (state if whole == len(X) else update(state, (X[whole:], y[whole:]))[0]), None

    params = (W1, b1, W2, b2)
    (params, _), _ = lax.scan(epoch, (params, jax.tree.map(jnp.zeros_like, params)), None, length=EPOCHS)
    return 0.5 * jnp.mean((forward(X_test, *params)[1] - y_test) ** 2)
