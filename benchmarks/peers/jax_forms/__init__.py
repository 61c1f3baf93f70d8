"""Every program of `tests/programs` as a good user of JAX would write it, one module each."""
