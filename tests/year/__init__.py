"""An ordinary year of a city, drawn by seed: what registers report month after month, and what must hold after each.

`town` is what really happens and what of it is known on a day; `contract` the outcome contract that it begins with.
`events` draws what happens in a `turn` between two deliveries: `corrections` of registers, `households` that change,
terms that the `chamber` changes; `spoiled` are deliveries that must be refused, `last_days` registers that write ends
otherwise. `nights` runs the product by its own commands, `checks` says what must be true after each step, from the
measurement model and with no knowledge of how the product computes, and `course` is the year.
"""
