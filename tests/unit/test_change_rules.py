"""Catches: a rule about changes that makes no sense and is taken, or whose sentence hides its threshold."""

import pytest
from changing import COLUMNS, contract

from expectations.changes import UnknownChangeRule, change_rules


@pytest.mark.parametrize(
    ("stated", "named"),
    [
        ([], "the name of each rule"),
        ({"rows_gone": {"severity": "error"}}, "rows_gone"),
        ({"rows_vanished": "error"}, "rows_vanished"),
        ({"rows_vanished": {}}, "severity"),
        ({"rows_vanished": {"severity": "fatal"}}, "severity"),
        ({"rows_vanished": {"severity": "error", "row": 1}}, "row"),
        ({"rows_vanished": {"severity": "error", "rows": -1}}, "rows"),
        ({"rows_vanished": {"severity": "error", "rows": 1.5}}, "rows"),
        ({"rows_vanished": {"severity": "error", "rows": True}}, "rows"),
        ({"rows_vanished": {"severity": "error", "percent": 100}}, "percent"),
        ({"rows_vanished": {"severity": "error", "percent": "2"}}, "percent"),
        ({"rows_vanished": {"severity": "error", "columns": ["kind"]}}, "columns"),
        ({"identity_changed": {"severity": "error"}}, "columns"),
        ({"identity_changed": {"severity": "error", "columns": "kind"}}, "columns"),
        ({"identity_changed": {"severity": "error", "columns": ["gone"]}}, "gone"),
        ({"identity_changed": {"severity": "error", "columns": ["id"]}}, "id"),
        ({"reopened": {"severity": "error", "columns": ["kind"]}}, "kind"),
        ({"category_share": {"severity": "error", "columns": ["kind"], "points": 5}}, "from_rows"),
        ({"category_share": {"severity": "error", "columns": ["kind"], "points": 5, "from_rows": 0}}, "from_rows"),
        ({"factor_shift": {"severity": "error", "columns": ["kind"], "near": 2, "from_rows": 9}}, "kind"),
        ({"factor_shift": {"severity": "error", "columns": ["eur"], "near": 1, "from_rows": 9}}, "near"),
        ({"factor_shift": {"severity": "error", "columns": ["eur"], "near": 4, "from_rows": 9}}, "near"),
        ({"late": {"severity": "error"}}, "days"),
        ({"late": {"severity": "error", "days": 0}}, "days"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(stated, named):
    with pytest.raises(UnknownChangeRule, match=named):
        list(change_rules(stated, COLUMNS))


def test_rows_without_a_key_cannot_be_followed():
    with pytest.raises(UnknownChangeRule, match="key"):
        list(change_rules({"rows_vanished": {"severity": "error"}}, COLUMNS[2:]))


def test_thresholds_stand_in_the_sentences_in_both_languages():
    (rule,) = contract(rows_vanished={"rows": 3, "percent": 0.5}).changes
    assert "3 rows, or 0.5 %" in rule.description
    assert "3 righe, o il 0,5 %" in rule.description_it
