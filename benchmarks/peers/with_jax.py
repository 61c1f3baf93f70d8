"""JAX: `jit(value_and_grad(...))` of the forms in `jax_forms`, its arguments on the device already."""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import Any

import jax

import peers

jax.config.update("jax_enable_x64", True)


def form_of(name: str) -> ModuleType:
    return importlib.import_module(f"jax_forms.{name}")


def prepare(program: ModuleType, args: tuple[Any, ...]) -> peers.Call:
    form = form_of(program.__name__.removeprefix("corpus_"))
    if hasattr(form, "CANNOT"):
        raise peers.Cannot(form.CANNOT)
    static = getattr(form, "STATIC", ())
    by = getattr(form, "WRT", peers.by(program, args))
    given = form.convert(*args) if hasattr(form, "convert") else args
    held = [arg if k in static else jax.device_put(arg) for k, arg in enumerate(given)]
    gradient = jax.jit(jax.value_and_grad(form.loss, by), static_argnums=static)
    return lambda: jax.block_until_ready(gradient(*held))
