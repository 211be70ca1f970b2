"""v1 to v2: the mapping tables, one module for a resource, and the one engine that runs them.

`rows` says what a table is made of; `campaign`, `schedule` and `envelope` are tables, `tables` the
list of them; `codecs`, `dates`, `content` and `addresses` read values.  `plan` makes a table ready
for a shape, `engine` runs it over a payload, with `validity` asking the contract.  What the result
came from, what became of everything, and what was lost, is worked out only when somebody asks:
`trace`, `feedheads`, `drops`, `emptying`.  `payloads` hands all this to the packages that import this one;
`equivalence` compares a foreign body with it.

No wording for users stands here, and nothing is printed, opened or sent.
"""
