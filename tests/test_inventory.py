"""What TorchLean's autograd (a Lean system) offers, and where each of it is tested here: by row of its interface, by defect, by error.

`tests/tape`, `tests/model` and `tests/training` have the tests.  A name that is not there any more
fails.
"""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).parent

ROWS: dict[str, tuple[str, ...]] = {
    "functional: grad, value and grad, as arrays and as numbers": (
        "model/test_functions.py::test_grad",
        "model/test_functions.py::test_value_and_grad",
        "model/test_functions.py::test_value_as_a_number"),
    "functional: vjp": ("model/test_functions.py::test_vjp",),
    "functional: jacrev, jacfwd, hessian": (
        "model/test_functions.py::test_jacrev",
        "model/test_functions.py::test_jacfwd",
        "model/test_functions.py::test_jacfwd_is_forward_mode",
        "model/test_functions.py::test_hessian", "model/test_functions.py::test_jacobians_of_any_shape"),
    "functional: jvp, hvp, linearize, several arguments, auxiliary results": ("model/test_functions.py::test_what_is_missing_there",),
    "model: parameters, inputs, x, target": (
        "model/test_model.py::test_grad_params",
        "model/test_model.py::test_grad_inputs",
        "model/test_model.py::test_grad_x_and_grad_target"),
    "model: value and gradients in one": (
        "model/test_model.py::test_value_and_grads", "model/test_model.py::test_value_and_grads_runs_the_model_once",
        "model/test_model.py::test_value_and_grad_params", "model/test_model.py::test_value_and_grad_x_and_target"),
    "model: products with the output's Jacobian": (
        "model/test_model.py::test_vjp_params",
        "model/test_model.py::test_vjp_inputs_and_vjp_input",
        "model/test_model.py::test_jacrev_params",
        "model/test_model.py::test_jacfwd_params"),
    "model: directional derivatives and second order": (
        "model/test_model.py::test_jvp_params",
        "model/test_model.py::test_hvp_params",
        "model/test_model.py::test_hvp_inputs",
        "model/test_model.py::test_hessian_params"),
    "model: detach": ("model/test_model.py::test_detach", "model/test_model.py::test_detach_of_the_target_too"),
    "one program, many interpreters": (
        "tape/test_rules_on_a_tape.py::test_the_tape_says_what_the_rule_says",
        "tape/test_rules_on_a_tape.py::test_a_graph_says_what_the_tape_says",
        "tape/test_programs_on_a_tape.py::test_the_gradient_of_a_program",
        "tape/test_programs_on_a_tape.py::test_the_cotangents_of_the_language"),
    "dual numbers: nested, with one table of kinks": (
        "model/test_functions.py::test_d6_forward_and_reverse_agree_on_kinks",
        "tape/test_tape.py::test_no_perturbation_is_confused",
        "tape/test_tape.py::test_derivatives_of_derivatives"),
    "tape: nodes, leaves, names, values": (
        "tape/test_tape.py::test_gradients_of_intermediates",
        "tape/test_tape.py::test_what_needs_no_gradient_has_none_and_is_not_walked"),
    "tape: backward, sparse and dense, from any cotangents": (
        "tape/test_tape.py::test_dense_results_have_one_per_node",
        "tape/test_tape.py::test_cotangents_of_any_node_may_be_given",
        "tape/test_tape.py::test_a_leaf_that_is_not_reached_has_zeros"),
    "tape: accumulation, cost, memory": (
        "tape/test_tape.py::test_fan_out_is_summed",
        "tape/test_tape.py::test_an_operand_given_twice_gets_two_contributions",
        "tape/test_tape.py::test_the_walk_is_linear", "tape/test_tape.py::test_memory_is_given_back"),
    "tape builder: implicit threading": ("tape/test_tape.py::test_a_tape_that_has_ended_records_no_more",),
    "operations: elementwise, linear algebra, shapes, indices": (
        "tape/test_rules_on_a_tape.py::test_the_tape_says_what_the_rule_says",),
    "operations: convolutions, pooling, norms, attention": (
        "training/test_nn.py::test_values_and_gradients_are_pytorchs",
        "training/test_nn.py::test_layers_that_do_not_fit_are_errors"),
    "operations: random masks": ("tape/test_session.py::test_dropout_depends_on_the_seed_and_on_what_was_drawn_only",),
    "graph: data, builder, jvp, backprop, all nodes": (
        "tape/test_graph.py::test_a_builder", "tape/test_graph.py::test_its_derivatives_are_those_of_the_function",
        "tape/test_graph.py::test_it_computes_what_the_function_does"),
    "graph: reusable, linear": (
        "tape/test_graph.py::test_it_may_be_used_for_other_numbers_and_again",
        "tape/test_graph.py::test_the_cost_is_linear"),
    "graph: preflight": ("tape/test_graph.py::test_preflight",),
    "IR: shapes, well-formedness, printing, drawing, execution": (
        "tape/test_graph.py::test_graphs_that_are_not_well_formed",
        "tape/test_graph.py::test_it_prints_itself",
        "tape/test_graph.py::test_a_drawing",
        "tape/test_graph.py::test_dtypes_are_inferred"),
    "compiled objects": ("tape/test_graph.py::test_identity_constant_repeated_and_early_results",),
    "session: param, use, input, const, detach, reset": (
        "tape/test_session.py::test_gradients_by_handle_parameter_and_name",
        "tape/test_session.py::test_constants_and_frozen_parameters_have_no_gradient",
        "tape/test_session.py::test_detached_values", "tape/test_session.py::test_a_reset_forgets"),
    "session: whole-number inputs": ("tape/test_session.py::test_inputs_of_whole_numbers",),
    "session: backward, vjp, hooks": (
        "tape/test_session.py::test_a_gradient_for_what_is_no_number",
        "tape/test_session.py::test_hooks_must_keep_the_shape"),
    "session: jvp by leaves, in both backends": ("tape/test_session.py::test_tangents",),
    "session: steps of gradient descent": ("tape/test_session.py::test_steps_of_gradient_descent",),
    "session: the tape that it is compiled to": ("tape/test_session.py::test_the_tape_it_is_compiled_to_walks_back_as_the_graph_does",),
    "session: leaves at any time": ("tape/test_session.py::test_leaves_at_any_time",),
    "training: param and const leaves, mean loss": (
        "training/test_train.py::test_param_and_const_leaves",
        "training/test_train.py::test_mean_loss_is_the_same_over_a_list_an_array_and_a_dataset"),
    "training: datasets and loaders": (
        "training/test_data.py::test_a_dataset_is_a_sequence",
        "training/test_data.py::test_the_order_is_the_documented_one",
        "training/test_data.py::test_batches_cover_the_dataset_and_drop_last_drops_the_rest"),
    "training: trainer, reports, logging, evaluation": (
        "training/test_train.py::test_losses_are_logged_by_the_standard_library",
        "training/test_train.py::test_evaluate_weighs_uneven_batches_by_their_size",
        "training/test_train.py::test_callbacks_are_called_after_what_their_names_say"),
    "training: CSV and NPY": (
        "training/test_data.py::test_csv_errors_have_row_and_column",
        "training/test_data.py::test_npy_of_every_layout"),
    "optimizers, groups, state": (
        "training/test_optim.py::test_the_numbers_are_pytorchs_step_by_step",
        "training/test_optim.py::test_groups_are_by_the_names_of_leaves",
        "training/test_optim.py::test_a_state_dict_goes_round_bit_for_bit"),
    "schedules": ("training/test_optim.py::test_rates_are_pytorchs", "training/test_optim.py::test_schedules_that_pytorch_has_no_name_for"),
    "clipping": (
        "training/test_optim.py::test_clips_by_leaf_value_and_percentile",
        "training/test_optim.py::test_the_global_clip_is_pytorchs"),
    "fit": ("training/test_train.py::test_fit_finds_the_parameters", "training/test_train.py::test_what_is_resumed_goes_on_bit_for_bit"),
    "losses": ("model/test_losses.py::test_values_and_gradients_are_pytorchs",),
    "metrics": ("training/test_nn.py::test_metrics_count_what_is_right",),
    "layers and initialisers": (
        "training/test_nn.py::test_values_and_gradients_are_pytorchs",
        "training/test_nn.py::test_initialisers_have_their_bounds_and_deviations"),
    "checkpoints and logs": (
        "training/test_train.py::test_trees_are_saved_bit_for_bit",
        "training/test_train.py::test_the_training_log_is_json"),
    "proof: the local law of each rule": ("verify/test_rules.py::test_rules_are_what_the_ledger_says",),
    "proof: the hook": (
        "tape/test_hook.py::test_any_graph_any_cotangents", "tape/test_hook.py::test_any_session",
        "verify/test_exact.py::test_random_rational_programs_give_the_same_fractions"),
    "the tour": (
        "model/test_choosing.py::test_the_tour_shows_these_numbers",
        "model/test_choosing.py::test_the_example_gives_these_numbers"),
}  # fmt: skip

DEFECTS: dict[str, tuple[str, ...]] = {
    "D1": ("model/test_model.py::test_d1_the_slope_of_a_cross_entropy",),
    "D2": ("model/test_losses.py::test_d2_bce_is_the_cross_entropy",),
    "D3": ("tape/test_session.py::test_constants_and_frozen_parameters_have_no_gradient",),
    "D4": ("training/test_train.py::test_a_step_is_that_of_the_minibatchs_mean_gradient_d4",),
    "D5": ("training/test_train.py::test_buffers_move_whatever_the_optimizer_d5",),
    "D6": ("model/test_losses.py::test_d6_forward_and_reverse_agree_on_kinks",),
    "D7": ("tape/test_graph.py::test_identity_constant_repeated_and_early_results", "model/test_functions.py::test_d7_identity"),
    "D8": ("model/test_functions.py::test_d8_nothing_is_derived_twice", "tape/test_session.py::test_programs_are_made_once"),
    "D9": ("training/test_nn.py::test_large_numbers_are_no_trouble_d9", "model/test_losses.py::test_logits_of_ten_thousand"),
    "D10": (
        "model/test_losses.py::test_d10_a_label_out_of_range_is_an_error",
        "training/test_nn.py::test_an_embedding_has_no_negative_numbers_d10"),
    "D11": ("training/test_optim.py::test_dampening_is_skipped_on_the_first_step_d11",),
    "D12": ("training/test_data.py::test_npy_errors_d12", "training/test_train.py::test_mean_loss_of_nothing_is_an_error_d12"),
    "D13": ("model/test_losses.py::test_d13_the_slope_at_the_clamp_is_that_of_what_is_computed",),
    "D14": ("training/test_optim.py::test_the_global_norm_is_over_the_whole_tree_d14", "model/test_functions.py::test_jacfwd"),
    "D15": ("tape/test_session.py::test_dropout_depends_on_the_seed_and_on_what_was_drawn_only",),
}  # fmt: skip

ERRORS: dict[str, tuple[str, ...]] = {
    "a node that is not there; a shape that does not fit": ("tape/test_tape.py::test_refusals",),
    "the gradient of what is no number": ("model/test_functions.py::test_a_vector_needs_a_seed",),
    "tangents of a wrong number or place": ("tape/test_tape.py::test_tangents", "tape/test_session.py::test_tangents"),
    "a rule that is missing": ("tape/test_tape.py::test_a_missing_rule_is_loud",),
    "a derivative that would be lost": ("tape/test_tape.py::test_a_derivative_is_never_lost",),
    "nothing in a dataset or a batch": (
        "training/test_data.py::test_errors_have_a_tag",
        "training/test_train.py::test_fit_without_batches_is_an_error"),
    "files that are not well formed": (
        "training/test_data.py::test_csv_errors_have_row_and_column",
        "training/test_data.py::test_npy_errors_d12"),
    "groups that overlap or are missing": ("training/test_optim.py::test_groups_that_overlap_or_are_missing_are_errors_with_the_name",),
    "windows and strides": ("training/test_nn.py::test_layers_that_do_not_fit_are_errors",),
    "dropout of everything": ("tape/test_session.py::test_dropout_that_leaves_all_out_is_refused",),
    "a checkpoint of something else": ("training/test_train.py::test_a_checkpoint_of_something_else_is_refused",),
}  # fmt: skip


@cache
def names_in(file: str) -> set[str]:
    tree = ast.parse((TESTS / file).read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


ALL = {**ROWS, **DEFECTS, **ERRORS}


@pytest.mark.parametrize(("row", "names"), ALL.items(), ids=ALL)
def test_each_row_is_tested(row, names):
    for name in names:
        file, _, test = name.partition("::")
        assert test in names_in(file), name


def test_no_defect_is_left_out():
    assert list(DEFECTS) == [f"D{k}" for k in range(1, 16)]
