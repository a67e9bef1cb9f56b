"""What the councillor's report says in English; the same keys as in `italian`."""

TEXTS = {
    "title": "What was promised and what came out",
    "subtitle": "Report for the Council · {period} · registers complete up to {as_of}",
    "mark": "Homes4All · report on results",
    "page": "Page",
    "of": "of",
    "whole": "programme to date",
    "from_to": "{name}, from {first} to {last}",
    "withheld": "withheld",
    "none": "–",
    "yes": "yes",
    "no": "no",
    "illustrative": "Contains illustrative values",
    "illustrative_text": "Amounts marked as illustrative rest on sample prices, shares or costs and not on the "
    "contract in force: they show the procedure, not a sum that is due. They are listed under “What is "
    "illustrative”.",
    "how": "How to read this",
    "how_text": "“Withheld” means that the figure exists and is not shown, since counts from 1 to {below} could "
    "make somebody recognisable; it does not mean zero. A total that grew by so few since it was last shown waits "
    "until more have come. The thin line in a chart is the 95% interval: the longer it is, the less certain the "
    "figure. A stroke across it is the target. Below or beside every chart stands the table of the same figures.",
    "promised": "Promised, and what came out",
    "promised_text": "Targets against values: {met} met, {missed} not met, {open} that cannot be judged. “Not "
    "certain”: the interval includes the target, and the data do not suffice to say for certain.",
    "no_targets": "No target was set for this period.",
    "chart_promised": "rates and ratios with their 95% interval; the upright stroke is the target",
    "metric": "Metric",
    "period": "Period",
    "target": "Target",
    "value": "Value",
    "interval": "95% interval",
    "outcome": "Outcome",
    "met": "met",
    "missed": "not met",
    "unsure": "{outcome}, not certain",
    "not_judged": "cannot be judged",
    "households": "Denominator",
    "excluded": "Excluded",
    "stability": "Who stays housed",
    "stability_text": "Retention counts a home left before the horizon as lost even if the window is not complete, "
    "so it is pessimistic while many windows are open; survival has no such bias. Months of the curve that would "
    "reveal single households are withheld.",
    "chart_survival": "share of households N months after placement, for the months that may be shown",
    "month": "1 month",
    "months": "{n} months",
    "to_date": "to date",
    "share": "Share",
    "waiting": "Waiting",
    "waiting_text": "The mean wait counts only those already housed, so it looks shorter than it is; the median "
    "also takes account of those who still wait.",
    "chart_enrolled": "by quarter",
    "quarter": "Quarter",
    "nights": "Nights in temporary accommodation",
    "nights_more": "For the same households there are more nights in the twelve months after enrolment ({after}) "
    "than in the twelve months before ({before}).",
    "nights_less": "For the same households there are fewer nights in the twelve months after enrolment ({after}) "
    "than in the twelve months before ({before}).",
    "nights_same": "For the same households the mean nights before and after enrolment are equal ({after}).",
    "nights_withheld": "The nights before or after enrolment are withheld or not observed yet.",
    "nights_text": "This does not measure the effect: households enrol soon after their crisis began, so the year "
    "before holds few nights and the year after also holds the wait for a home.",
    "chart_nights": "mean nights per household in temporary accommodation, with 95% interval",
    "others": "Other metrics",
    "savings": "Savings",
    "savings_text": "Three methods answer three different questions and stand side by side; the figures are for "
    "the programme to date. Negative values are higher costs. The interval says how an estimate scatters, not how "
    "wrong the method is.",
    "chart_savings": "gross saving per household in euros, with 95% interval",
    "method": "Method and window",
    "gross": "Gross each",
    "gross_total": "Gross in all",
    "net": "Net each",
    "all_costs": "Benefit/cost",
    "payable": "Payable",
    "example": "Illustrative",
    "about_contract_baseline": "{method}: what the contract pays. It compares with an agreed cost, not with what "
    "would have happened.",
    "about_comparison_group": "{method}: the estimate closest to the effect, on {n} matched households for the "
    "window of {window} months.",
    "about_pre_post": "{method}: biased. Households enrol soon after their crisis, and the year before costs far "
    "less than the year that would have come; the comparison understates the saving and must not be read as an "
    "effect.",
    "zero_in": "At {window} months the interval includes zero: the data do not allow the statement that the "
    "programme saved money.",
    "zero_out": "At {window} months the interval does not include zero.",
    "is_example": "Its values are illustrative.",
    "premium": "Premium",
    "premium_text": "Amounts due after limits. A figure with + is the sum of only those lines that may be shown: "
    "the others come on top, and the total is not shown since it would reveal them.",
    "chart_premium": "euros shown by quarter and to date; the level stroke is the ceiling of the contract; + means "
    "that further lines are withheld",
    "line": "Line",
    "open": "{period} (open)",
    "no_premium": "There is no premium line in the period.",
    "quality": "Data quality",
    "quality_text": "{passed} checks passed, {failed} warnings; no warning prevents publication. An error would "
    "have prevented it.",
    "warning": "Warning",
    "times": "Times",
    "used": "Deliveries used, with their rows: {files}.",
    "file": "{name} ({n})",
    "let_pass": "A person let {name} pass in spite of {rules}.",
    "examples": "What is illustrative",
    "no_examples": "Nothing.",
    "hidden": "What is withheld",
    "hidden_text": "The threshold is {threshold}: counts from 1 to {below}, and what would allow them to be worked "
    "out, are not shown. Figures withheld and figures in all, in the published file:",
    "hidden_metrics": "Withheld in this report: {metrics}.",
    "notes": "Method notes",
    "origin": "Origin",
    "file_run": "Run",
    "code": "Version of the software",
    "built": "Built on",
    "point": "{label}: {value}",
    "point_interval": "{label}: {value}, interval from {low} to {high}",
    "point_target": "{text}, target {target}",
    "name_survival": "Still stably housed",
    "name_kept": "Retention and survival",
    "chart_kept": "rates at 6, 12 and 24 months with 95% interval and target",
    "name_still_waiting": "Still waiting",
    "chart_still_waiting": "share of households N months after applying, for the months that may be shown",
    "name_waits": "Waiting for a home",
    "chart_waits": "days, in all and by phase, with 95% interval and target",
    "in_phase": "{title}, phase {phase}",
    "homes": "Homes and enrolments",
    "name_occupancy": "Dwellings let",
    "chart_occupancy": "dwelling-days let out of those available, by quarter",
    "name_enrolled": "Households enrolled",
    "name_nights": "Nights before and after",
    "name_premium": "Premium and ceilings",
    "by_quarter": "In the quarter",
    "so_far": "To date",
    "ceiling": "Ceiling of the period",
    "ceiling_contract": "Ceiling of the contract",
    "paid": "{period} {amount} ({n})",
    "paid_shown": "Amounts shown (claims)",
    "paid_hidden": "Withheld",
    "limit": "Limit",
    "most": "At most",
    "limits": "The limits of the contract, in the order in which they apply",
    "notes_text": "Of a metric with several horizons the first is described.",
    "hidden_of": "{table} {hidden} of {every}",
    "phase_from": "from {day}",
    "matched": "Households",
}
METHODS = {
    "contract_baseline": "Contract baseline",
    "comparison_group": "Comparison group",
    "pre_post": "Before and after",
}
UNITS = {"days": "days", "nights": "nights", "hours": "hours", "eur_month": "a month"}
