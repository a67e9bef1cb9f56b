"""Rows of any extract in which every column is all that it may be, and what it may not."""

from expectations.model import Contract

ROWS = 400


def values(contract: Contract, name: str) -> list[str]:
    """What a column may be in these tests: nothing, twice the same, and what is within and outside of every rule."""
    column = next(each for each in contract.columns if each.name == name)
    if column.native_values:
        return [f"'{each}'" for each in column.native_values.values()]
    return {
        "BOOLEAN": ["true", "false"],
        "DATE": [
            "DATE '2023-01-05'",
            "DATE '2023-02-05'",
            "DATE '2023-01-05'",
            "DATE '0023-01-05'",
            "DATE '2923-01-05'",
        ],
        "VARCHAR": ["'a'", "'h_0123456789abcdef01234567'", "'h_0123456789abcdef01234567x'", "''", "'2023Q2'"],
    }.get(column.dtype, ["0", "-1", "1", "7", "101"])


def spoiled(contract: Contract) -> str:
    """Rows in which every column takes every value, out of step with the others."""
    columns = []
    for place, column in enumerate(contract.columns):
        possible = ["NULL", *values(contract, column.name)]
        listed = ", ".join(f"try_cast({each} AS {column.dtype})" for each in possible)
        step = f"((i * {place * 2 + 1} + i // {len(possible) + place}) % {len(possible)})::INTEGER + 1"
        columns.append(f'list_extract([{listed}], {step}) AS "{column.name}"')
    rows = f"SELECT (i + 2)::INTEGER AS _row, {', '.join(columns)} FROM range({ROWS}) AS t (i)"
    return f"{rows} UNION ALL SELECT * REPLACE ((_row + {ROWS})::INTEGER AS _row) FROM ({rows}) WHERE _row < 9"
