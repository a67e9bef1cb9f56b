"""Catches: a code of a metric's definition that evaluators would have to guess."""

import csv
import re

from expectations.contract import load_contracts
from orchestration.settings import PROJECT_ROOT

MACRO = (PROJECT_ROOT / "dbt_project" / "macros" / "in_words.sql").read_text(encoding="utf-8")
CHAMBER = PROJECT_ROOT / "orchestration" / "synthetic" / "chamber" / "metric_definitions.csv"


def meanings(column: str) -> dict[str, tuple[str, str]]:
    """What the macro says of each code of a column: Italian, English."""
    (block,) = re.findall(rf"'{column}': {{(.*?)}},", MACRO, re.DOTALL)
    return {code: (italian, english) for code, italian, english in re.findall(r"'(\w+)': \['(.+)', '(.+)'\]", block)}


def test_every_code_that_the_contract_allows_has_words_in_both_languages() -> None:
    contract = load_contracts(PROJECT_ROOT / "expectations" / "contracts")["chamber", "metric_definitions"]
    allowed = {column.name: {*column.native_values.values()} for column in contract.columns if column.native_values}
    assert set(allowed) == {"unit", "direction", "formula"}
    for column, codes in allowed.items():
        assert set(meanings(column)) == codes, column
        assert all("_" not in words and words for pair in meanings(column).values() for words in pair)


def test_every_outcome_of_the_chamber_has_words() -> None:
    with CHAMBER.open(encoding="utf-8") as file:
        outcomes = {row["outcome"] for row in csv.DictReader(file)}
    assert set(meanings("outcome")) == outcomes
