"""A `while` loop with a derivative in reverse, which JAX's own does not have: at most so many steps, states kept in between."""

from functools import partial

import jax
import jax.numpy as jnp
from jax import lax


@partial(jax.custom_vjp, nondiff_argnums=(0, 1, 4, 5))
def bounded_while(going, body, state, params, bound, every=1):
    """`while going(state, params): state = body(state, params)`, for `bound` steps at most.

    `state` and `params` are trees of floating-point arrays.  Every so many steps the state is kept; those between two
    kept ones are computed again in the reverse sweep.
    """
    return _forwards(going, body, state, params, bound, every)[0]


def _forwards(going, body, state, params, bound, every):
    """(the last state, the states that were kept, the number of steps)."""
    kept = buffers(state, -(-bound // every))

    def more(loop):
        count, state, _ = loop
        return going(state, params) & (count < bound)

    def segment(loop):
        count, state, kept = loop
        kept = put(kept, count // every, state)
        last = jnp.minimum(count + every, bound)
        count, state = lax.while_loop(
            lambda loop: going(loop[1], params) & (loop[0] < last),
            lambda loop: (loop[0] + 1, body(loop[1], params)),
            (count, state),
        )
        return count, state, kept

    count, state, kept = lax.while_loop(more, segment, (0, state, kept))
    return state, kept, count


def _forwards_kept(going, body, state, params, bound, every):
    state, kept, count = _forwards(going, body, state, params, bound, every)
    return state, (kept, count, params)


def _backwards(going, body, bound, every, residuals, state_bar):
    kept, count, params = residuals

    def segment(loop):
        number, state_bar, params_bar = loop
        number -= 1
        first = number * every
        steps = jnp.minimum(count - first, every)
        start = take(kept, number)

        def again(k, loop):
            state, states = loop
            state = body(state, params)
            return state, put(states, k + 1, state)

        states = put(buffers(start, every), 0, start)
        _, states = lax.fori_loop(0, steps - 1, again, (start, states)) if every > 1 else (None, states)

        def back(k, bars):
            state_bar, params_bar = bars
            _, pullback = jax.vjp(body, take(states, steps - 1 - k), params)
            state_bar, change = pullback(state_bar)
            return state_bar, jax.tree.map(jnp.add, params_bar, change)

        bars = (state_bar, params_bar)
        bars = lax.fori_loop(0, steps, back, bars) if every > 1 else back(0, bars)
        return number, *bars

    start = (count + every - 1) // every, state_bar, jax.tree.map(jnp.zeros_like, params)
    return lax.while_loop(lambda loop: loop[0] > 0, segment, start)[1:]


bounded_while.defvjp(_forwards_kept, _backwards)


def buffers(state, count):
    return jax.tree.map(lambda leaf: jnp.zeros((count, *jnp.shape(leaf)), jnp.result_type(leaf)), state)


def put(kept, k, state):
    return jax.tree.map(lambda all_of, one: lax.dynamic_update_index_in_dim(all_of, one, k, 0), kept, state)


def take(kept, k):
    return jax.tree.map(lambda all_of: lax.dynamic_index_in_dim(all_of, k, 0, keepdims=False), kept)
