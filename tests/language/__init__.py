"""The language, construct by construct: ordinary programs, and an oracle that only runs them."""
