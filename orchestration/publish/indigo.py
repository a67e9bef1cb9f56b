"""Outcomes and payments in the words of the INDIGO data standard for impact bonds (Government Outcomes Lab, Oxford).

The lists and fields are those of its schema of a project: outcome_metrics, outcome_pricings, results and
outcome_payments. Only what the published file says is written: what the standard asks beyond it, such as INDIGO's own
identifiers of organisations, targets, or whether money was transferred, is left out and never guessed.
"""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import duckdb

FILE_NAME = "project.json"
Item = dict[str, Any]

# One row per metric in its newest version, and per outcome paid for that is no metric.
METRICS = """
    with

    newest as (
        from metrics.definitions qualify row_number() over (partition by metric_id order by "version" desc) = 1
    ),

    paid_alone as (
        select outcome, max(title_en) as title_en
        from payments.lines
        where outcome not in (select metric_id from newest)
        group by outcome
    )

    select metric_id, title_en, description_en, "version", formula, unit, standard_ref from newest
    union all
    select outcome, title_en, null, null, null, null, null from paid_alone
    order by metric_id
"""

# One row per version and price of a tariff line.
PRICINGS = """
    select distinct outcome, currency, kind, unit_price_eur, share, title_en, tariff_id, tariff_valid_from, illustrative
    from payments.lines
    order by all
"""

# One row per metric in its newest version and reporting period, of all households together, where the value is shown.
RESULTS = """
    with

    newest as (
        select metric_id, max("version") as "version", max_by(title_en, "version") as title_en
        from metrics.definitions
        group by metric_id
    )

    select results.metric_id, results.period_type, results.period_start, results.period_end, results.metric_version,
        newest.title_en, results."value", results.unit, results.numerator, results.denominator, results.ci_low,
        results.ci_high, results.illustrative
    from metrics.results as results
    inner join newest on results.metric_id = newest.metric_id and results.metric_version = newest."version"
    where results.breakdown = 'all' and results.status = 'published' and results."value" is not null
    order by results.metric_id, results.period_type, results.period_start
"""

# One row per certified statement; of periods not certified, one per tariff line; none where the amount is withheld.
PAYMENTS = """
    select null as outcome, period_start, period_end, currency, total_eur as amount_eur, illustrative,
        'Certified in statement ' || statement_id || ', adjustments of earlier periods included.' as standing
    from payments.statements
    where total_eur is not null

    union all

    select outcome, period_start, period_end, currency, amount_eur, illustrative,
        tariff_id || ': earned as known on ' || as_of || ', not certified'
        || case when is_open then '; the period is still open.' else '.' end
    from payments.lines as lines
    where amount_eur is not null and not exists (
        from payments.statements as statements
        where statements.period_type = lines.period_type and statements.period_start = lines.period_start
    )
    order by period_start, outcome, standing
"""

PER = {"per_outcome": "outcome", "per_day": "stable day", "improvement_bands": "point of improvement"}
ILLUSTRATIVE = "Illustrative: rests on a sample price, share or threshold, not on the real contract."


def project(con: duckdb.DuckDBPyConnection) -> dict[str, list[Item]]:
    """The four lists of a project in INDIGO's schema, of the open published file; withheld figures are left out."""
    return {
        "outcome_metrics": [_metric(*row) for row in con.execute(METRICS).fetchall()],
        "outcome_pricings": [_pricing(*row) for row in con.execute(PRICINGS).fetchall()],
        "results": [_result(*row) for row in con.execute(RESULTS).fetchall()],
        "outcome_payments": [_payment(*row) for row in con.execute(PAYMENTS).fetchall()],
    }


def _metric(
    metric: str,
    title: str,
    description: str | None,
    version: int | None,
    formula: str | None,
    unit: str | None,
    standard: str | None,
) -> Item:
    notes = "Paid for, and no metric of its own."
    if version is not None:
        notes = f"Version {version}; {formula}, in {unit}." + (f" {standard}." if standard else "")
    text = f"{title}: {description}" if description else title
    return {"id": metric, "definition": {"value": text}, "notes": notes}


def _pricing(
    outcome: str,
    currency: str,
    kind: str,
    price: Decimal | None,
    share: Decimal | None,
    title: str,
    tariff: str,
    valid_from: date,
    illustrative: bool,
) -> Item:
    terms = f"{_plain(price)} {currency} per {PER[kind]}" if share is None else f"{_plain(share)} of the saving"
    item: Item = {"outcome_metric_id": {"value": outcome}, "currency": {"value": currency}}
    if kind == "per_outcome" and price is not None:  # the standard asks for a price by participant, and for no other
        item["price_per_unit"] = {"amount": {"value": float(price)}}
    item["price_description"] = {"value": f"{title}: {terms}"}
    item["notes"] = _notes(f"{tariff}, valid from {valid_from}.", illustrative=illustrative)
    return item


def _result(
    metric: str,
    period_type: str,
    start: date,
    end: date,
    version: int,
    title: str,
    value: Decimal,
    unit: str,
    numerator: Decimal | None,
    denominator: Decimal | None,
    low: Decimal | None,
    high: Decimal | None,
    illustrative: bool,
) -> Item:
    achieved = f"{title}: {_plain(value)} {unit}"
    if None not in (numerator, denominator):
        achieved += f" ({_plain(numerator)} / {_plain(denominator)})"
    item: Item = {
        "outcome_metric_id": {"value": metric},
        "result_level": {"value": "Outcome level"},
        "result_type": {"value": "Interim"},  # the standard keeps Final for projects that are over
        "period": _period(start, end),
        "outcomes_achieved": {"value": achieved},
    }
    if None not in (low, high):
        item["other_description_of_result"] = {"value": f"95% interval {_plain(low)} to {_plain(high)}"}
    item["notes"] = _notes(f"{period_type}, version {version} of the metric.", illustrative=illustrative)
    return item


def _payment(
    outcome: str | None, start: date, end: date, currency: str, amount: Decimal, illustrative: bool, standing: str
) -> Item:
    item: Item = {} if outcome is None else {"outcome_metric_id": {"value": outcome}}
    item["period"] = _period(start, end)
    item["money"] = {"currency": {"value": currency}, "amount": {"value": float(amount)}}
    item["notes"] = _notes(standing, illustrative=illustrative)
    return item


def _period(start: date, end: date) -> Item:
    """A period with its last day; ours end the day after."""
    last = end - timedelta(days=1)
    return {"start_date": {"value": start.isoformat()}, "end_date": {"value": last.isoformat()}}


def _notes(text: str, *, illustrative: bool) -> str:
    return f"{text} {ILLUSTRATIVE}" if illustrative else text


def _plain(number: Decimal | None) -> str:
    """A number without zeros at its end."""
    text = "" if number is None else f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
