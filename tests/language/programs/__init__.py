"""One module per row of the language, each a list PROGRAMS of what people write."""
