"""Catches: a field that INDIGO does not have, a figure that was withheld, a payment that is counted twice."""

import json
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from orchestration.publish.export import export

# What schema/project.json of the INDIGO data standard has of these four lists, and the codes that it allows.
FIELDS = {
    "outcome_metrics": {"id", "definition/value", "notes"},
    "outcome_pricings": {
        "outcome_metric_id/value", "currency/value", "price_per_unit/amount/value", "price_description/value", "notes",
    },
    "results": {
        "outcome_metric_id/value", "result_level/value", "result_type/value", "period/start_date/value",
        "period/end_date/value", "outcomes_achieved/value", "other_description_of_result/value", "notes",
    },
    "outcome_payments": {
        "outcome_metric_id/value", "period/start_date/value", "period/end_date/value", "money/currency/value",
        "money/amount/value", "notes",
    },
}  # fmt: skip
CODES = {"result_level/value": {"Project level", "Outcome level"}, "result_type/value": {"Interim", "Final"}}


@pytest.fixture
def lists(tmp_path: Path) -> dict[str, list[dict]]:
    """What is exported of a small published file: two versions of a metric, one certified period, withheld figures."""
    file = tmp_path / "homes4all.duckdb"
    with duckdb.connect(str(file)) as con:
        con.execute("""
            create schema metrics;
            create schema payments;
            create table metrics.definitions as
            from (values
                ('kept', 1, 'Homes kept', 'Old words.', 'rate', 'rate', null),
                ('kept', 2, 'Homes kept', 'New words.', 'rate', 'rate', 'HUD SPM 7')
            ) as t(metric_id, "version", title_en, description_en, formula, unit, standard_ref);
            create table metrics.results as
            select 'kept' as metric_id, metric_version, 'quarter' as period_type, start as period_start,
                start + interval 3 month as period_end, breakdown, "value"::decimal(18, 4) as "value", 'rate' as unit,
                (10 * "value")::decimal(18, 4) as numerator, 10::decimal(18, 4) as denominator,
                low::decimal(18, 4) as ci_low, 0.9::decimal(18, 4) as ci_high, status, false as illustrative
            from (values
                (1, date '2023-01-01', 'all', 0.5, 0.2, 'published'),
                (2, date '2023-01-01', 'all', 0.7, 0.4, 'published'),
                (2, date '2023-04-01', 'all', 0.8, null, 'published'),
                (2, date '2023-01-01', 'pathway', 0.6, 0.3, 'published'),
                (2, date '2023-07-01', 'all', null, null, 'suppressed')
            ) as t(metric_version, start, breakdown, "value", low, status);
            alter table metrics.results alter period_end type date;
            create table payments.lines as
            select *, 'quarter' as period_type, 'EUR' as currency, date '2020-01-01' as tariff_valid_from,
                date '2023-12-31' as as_of, true as illustrative, (start + interval 3 month)::date as period_end,
                start as period_start
            from (values
                ('T-KEPT', 'Premium', 'kept', 'per_outcome', 4500::decimal(18, 4), null::decimal(9, 6),
                    9000.00::decimal(18, 2), date '2023-01-01', false),
                ('T-KEPT', 'Premium', 'kept', 'per_outcome', 4500, null, 4500.00, date '2023-04-01', true),
                ('T-KEPT', 'Premium', 'kept', 'per_outcome', 4500, null, null, date '2023-07-01', true),
                ('T-SHARE', 'Share', 'saving', 'share_of_savings', null, 0.1, 12.34, date '2023-04-01', true)
            ) as t(tariff_id, title_en, outcome, kind, unit_price_eur, share, amount_eur, start, is_open);
            create table payments.statements as
            select '2023Q1' as statement_id, 'quarter' as period_type, date '2023-01-01' as period_start,
                date '2023-04-01' as period_end, 'EUR' as currency, 8000.00::decimal(18, 2) as total_eur,
                true as illustrative
        """)
    export(file, tmp_path / "out", "indigo")
    return json.loads((tmp_path / "out" / "project.json").read_text())


def paths(item: dict, above: str = "") -> Iterator[tuple[str, object]]:
    for name, value in item.items():
        if isinstance(value, dict):
            yield from paths(value, f"{above}{name}/")
        else:
            yield f"{above}{name}", value


def test_every_field_and_code_is_one_of_the_standard(lists):
    assert set(lists) == set(FIELDS)
    for name, items in lists.items():
        found = [pair for item in items for pair in paths(item)]
        assert {path for path, _ in found} == FIELDS[name]
        assert all(value in CODES[path] for path, value in found if path in CODES)
        assert all(value is not None for _, value in found)


def test_every_outcome_that_is_named_is_among_the_metrics(lists):
    metrics = {each["id"]: each for each in lists["outcome_metrics"]}
    assert metrics["kept"]["definition"]["value"] == "Homes kept: New words."
    named = {each["outcome_metric_id"]["value"] for name in ("outcome_pricings", "results") for each in lists[name]}
    assert named == set(metrics) == {"kept", "saving"}


def test_results_are_of_the_newest_version_and_shown(lists):
    assert [(each["period"]["end_date"]["value"], each["outcomes_achieved"]["value"]) for each in lists["results"]] == [
        ("2023-03-31", "Homes kept: 0.7 rate (7 / 10)"),
        ("2023-06-30", "Homes kept: 0.8 rate (8 / 10)"),
    ]
    assert [each.get("other_description_of_result") for each in lists["results"]] == [
        {"value": "95% interval 0.4 to 0.9"},
        None,
    ]


def test_a_period_is_paid_by_its_statement_or_its_lines_and_never_by_both(lists):
    paid = [
        (each.get("outcome_metric_id", {}).get("value"), each["period"]["start_date"]["value"], each["money"]["amount"])
        for each in lists["outcome_payments"]
    ]
    assert paid == [
        (None, "2023-01-01", {"value": 8000.0}),
        ("kept", "2023-04-01", {"value": 4500.0}),
        ("saving", "2023-04-01", {"value": 12.34}),
    ]
    assert all("Illustrative" in each["notes"] for each in lists["outcome_payments"])


def test_a_price_is_by_unit_only_where_an_outcome_is_paid(lists):
    kept, saving = lists["outcome_pricings"]
    assert kept["price_per_unit"] == {"amount": {"value": 4500.0}}
    assert "price_per_unit" not in saving
    assert saving["price_description"] == {"value": "Share: 0.1 of the saving"}
