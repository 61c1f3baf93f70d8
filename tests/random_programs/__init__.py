"""Random programs: written by a grammar, differentiated in both modes, compared with differences.

`choices` decides, `features` says what may be decided on, `kinds` what values there are, `scope` what a place in a
program knows.  `expressions`, `arrays`, `statements`, `loops`, `storing`, `defining` and `program` are the grammar;
`catalogue` writes calls of every function that has a rule, with the arguments of the rule's own cases.
`running` makes functions of texts, `checking` compares, `shrinking` makes a failing program smaller, `tally` counts.
`found` keeps the programs that failed once.  `python -m random_programs --help`, from the folder `tests`.
"""
