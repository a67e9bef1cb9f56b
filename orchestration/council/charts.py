"""Charts as SVG text that can be read in grey print: form tells marks apart, never colour.

The same figures give the same bytes. What a figure means belongs in `page`, how a document looks in `report`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

import altair as alt
import vl_convert

from orchestration.report.blocks import Language

FONT = "Libertinus Serif, Georgia, serif"
WIDTH, STEP = 600, 26
INK, QUIET = "#141414", "#8a8a8a"
LOCALES: dict[Language, Literal["it-IT", "en-US"]] = {"it": "it-IT", "en": "en-US"}


AnyChart = alt.LayerChart | alt.FacetChart | alt.VConcatChart


@dataclass(frozen=True)
class Point:
    """A value with its interval and target on a row of its own; a withheld value is None."""

    label: str
    value: Decimal | None
    low: Decimal | None = None
    high: Decimal | None = None
    target: Decimal | None = None


@dataclass(frozen=True)
class Bar:
    """The value of a category, in a panel of its own if `group` is not empty; a withheld value is None."""

    category: str
    value: Decimal | None
    group: str = ""


def intervals(points: Sequence[Point], axis: str, language: Language, *, withheld: str, form: str = ",.0f") -> str:
    """Points with intervals, one a row in the order given; an upright stroke is the target, zero is a line."""
    rows = [
        {
            "label": each.label,
            "value": _plain(each.value),
            "low": _plain(each.low),
            "high": _plain(each.high),
            "target": _plain(each.target),
        }
        for each in points
    ]
    known = [float(v) for each in points for v in (each.value, each.low, each.high, each.target) if v is not None]
    domain = [min(0.0, *known), max(1.0, *known)] if known else [0.0, 1.0]
    base = alt.Chart(alt.Data(values=rows)).encode(
        y=alt.Y(
            "label:N",
            sort=[each.label for each in points],
            title=None,
            axis=alt.Axis(labelLimit=340, ticks=False, domain=False, grid=True),
        )
    )
    across = alt.X("value:Q", title=axis, scale=alt.Scale(domain=domain), axis=alt.Axis(format=form, tickCount=6))
    zero = alt.Chart(alt.Data(values=[{"zero": 0}])).mark_rule(color=INK).encode(x=alt.X("zero:Q", title=axis))
    known_only, withheld_only = "datum.value !== null", "datum.value === null"
    layers = [
        zero,
        base.transform_filter("datum.low !== null")
        .mark_rule(color=INK, strokeWidth=1.6)
        .encode(x=alt.X("low:Q", title=axis), x2="high:Q"),
        base.transform_filter("datum.target !== null")
        .mark_tick(color=INK, thickness=2.5, size=20)
        .encode(x=alt.X("target:Q", title=axis)),
        base.transform_filter(known_only)
        .mark_point(color=INK, fill=INK, size=55, shape="circle", opacity=1)
        .encode(x=across),
        base.transform_filter(withheld_only)
        .mark_text(text=withheld, align="left", fontStyle="italic", color=INK, dx=4)
        .encode(x=alt.XDatum(0, title=axis)),
    ]
    sized = alt.layer(*layers).properties(
        width=WIDTH, height=alt.Step(STEP), autosize=alt.AutoSizeParams(type="fit-x", contains="padding")
    )
    return _svg(sized, language)


def bars(found: Sequence[Bar], axis: str, language: Language, *, withheld: str, categories: Sequence[str] = ()) -> str:
    """Upright bars in the order given or of `categories`, one panel a group; a withheld one says so."""
    rows = [{"category": each.category, "value": _plain(each.value), "group": each.group} for each in found]
    groups = list(dict.fromkeys(each.group for each in found))
    order = list(categories) or list(dict.fromkeys(each.category for each in found))
    panels = [_panel([row for row in rows if row["group"] == name], name, order, axis, withheld) for name in groups]
    return _svg(alt.vconcat(*panels, spacing=14) if len(panels) > 1 else panels[0], language)


def _panel(rows: list[dict[str, Any]], name: str, order: list[str], axis: str, withheld: str) -> AnyChart:
    base = alt.Chart(alt.Data(values=rows)).encode(
        x=alt.X(
            "category:N",
            sort=order,
            title=None,
            axis=alt.Axis(labelAngle=0, ticks=False),
            scale=alt.Scale(domain=order),
        )
    )
    highest = max(1.0, *(row["value"] or 0.0 for row in rows))
    ticks = alt.Axis(format=",.0f", tickCount=4) if highest > 1 else alt.Axis(format=",.0f", values=[0])
    upright = alt.Y("value:Q", title=axis, scale=alt.Scale(domain=[0, highest]), axis=ticks)
    layers = [
        base.transform_filter("datum.value !== null").mark_bar(color=QUIET, stroke=INK, size=26).encode(y=upright),
        base.transform_filter("datum.value !== null")
        .mark_text(dy=-6, color=INK)
        .encode(y=upright, text=alt.Text("value:Q", format=",.0f")),
        base.transform_filter("datum.value === null")
        .mark_text(text=withheld, fontStyle="italic", fontSize=9, dy=-6, color=INK)
        .encode(y=alt.YDatum(0, title=axis)),
    ]
    layered = alt.layer(*layers).properties(width=WIDTH - 70, height=60 if name else 110)
    return layered.properties(title=alt.TitleParams(name, anchor="start", fontSize=11)) if name else layered


def _svg(chart: AnyChart, language: Language) -> str:
    styled = (
        chart.configure(font=FONT, background="white")
        .configure_axis(
            labelColor=INK,
            titleColor=INK,
            gridColor="#dddddd",
            labelFontSize=11,
            titleFontSize=11,
            titleFontWeight="normal",
        )
        .configure_view(stroke=None)
    )
    return vl_convert.vegalite_to_svg(
        styled.to_dict(), format_locale=LOCALES[language], allowed_base_urls=[], show_warnings=False
    )


def _plain(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
