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
WIDTH, BESIDE, STEP = 640, 330, 19
INK, QUIET = "#141414", "#8a8a8a"
MORE = " +"  # what is withheld comes on top
WORD = 48  # pixels that a word below a bar takes
LYING: dict[str, Any] = {"dy": -6}
UPRIGHT: dict[str, Any] = {"angle": 270, "align": "left", "dx": 5, "baseline": "middle"}
KNOWN, WITHHELD = "datum.value !== null", "datum.value === null"
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
    """The value of a category with its ceiling, in a panel of its own if `group` is not empty; a withheld one is None.

    `has_more`: what is withheld comes on top of the value.
    """

    category: str
    value: Decimal | None
    group: str = ""
    ceiling: Decimal | None = None
    has_more: bool = False


def intervals(points: Sequence[Point], language: Language, *, withheld: str, form: str = ",.0f") -> str:
    """Points with intervals, one a row in the order given; an upright stroke is the target, zero is a line."""
    rows = [_row(each) | {"label": each.label} for each in points]
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
    axis = alt.Axis(format=form, tickCount=6)
    across = alt.X("value:Q", title=None, scale=alt.Scale(domain=domain), axis=axis)
    zero = alt.Chart(alt.Data(values=[{"zero": 0}])).mark_rule(color=INK).encode(x=alt.X("zero:Q", title=None))
    layers = [
        zero,
        base.transform_filter("datum.low !== null")
        .mark_rule(color=INK, strokeWidth=1.6)
        .encode(x=alt.X("low:Q", title=None), x2="high:Q"),
        base.transform_filter("datum.target !== null")
        .mark_tick(color=INK, thickness=2.5, size=15)
        .encode(x=alt.X("target:Q", title=None)),
        base.transform_filter(KNOWN)
        .mark_point(color=INK, fill=INK, size=42, shape="circle", opacity=1)
        .encode(x=across),
        base.transform_filter(WITHHELD)
        .mark_text(text=withheld, align="left", fontStyle="italic", color=INK, dx=4)
        .encode(x=alt.XDatum(0, title=None)),
    ]
    sized = alt.layer(*layers).properties(
        width=WIDTH, height=alt.Step(STEP), autosize=alt.AutoSizeParams(type="fit-x", contains="padding")
    )
    return _svg(sized, language)


def curve(months: Sequence[int], points: Sequence[Point], language: Language) -> str:
    """Shares after so many months, with upright intervals; what is not shown between two of them is not drawn."""
    rows = [_row(each) | {"month": month} for month, each in zip(months, points, strict=True)]
    last = -(-max(months) // 6) * 6
    base = alt.Chart(alt.Data(values=rows)).encode(
        x=alt.X(
            "month:Q",
            title=None,
            scale=alt.Scale(domain=[0, last + 0.4], nice=False),
            axis=alt.Axis(format="d", values=list(range(0, last + 1, 3 if last <= 24 else 6)), grid=False),
        )
    )
    share = alt.Scale(domain=[0, 1.06], nice=False)
    axis = alt.Axis(format=",.0%", tickCount=4)
    layers = [
        base.transform_filter("datum.low !== null")
        .mark_rule(color=INK, strokeWidth=1.6)
        .encode(y=alt.Y("low:Q", title=None, scale=share), y2="high:Q"),
        base.mark_point(color=INK, fill=INK, size=42, shape="circle", opacity=1).encode(
            y=alt.Y("value:Q", title=None, scale=share, axis=axis)
        ),
    ]
    return _svg(alt.layer(*layers).properties(width=BESIDE - 40, height=84), language)


def bars(found: Sequence[Bar], language: Language, *, withheld: str, form: str = ",.0f", width: int = WIDTH) -> str:
    """Upright bars in the order given, one panel a group, each below its ceiling; a withheld one says so.

    Args:
        form: of the numbers.
        width: in pixels.
    """
    rows = [
        {
            "category": each.category,
            "value": _plain(each.value),
            "ceiling": _plain(each.ceiling),
            "more": MORE if each.has_more else "",
            "group": each.group,
        }
        for each in found
    ]
    groups = list(dict.fromkeys(each.group for each in found))
    order = list(dict.fromkeys(each.category for each in found))
    panels = [
        _panel([row for row in rows if row["group"] == name], name, order, withheld, form, width) for name in groups
    ]
    return _svg(alt.vconcat(*panels, spacing=14) if len(panels) > 1 else panels[0], language)


def _panel(rows: list[dict[str, Any]], name: str, order: list[str], withheld: str, form: str, width: int) -> AnyChart:
    step = (width - 60) / len(order)
    base = alt.Chart(alt.Data(values=rows)).encode(
        x=alt.X(
            "category:N",
            sort=order,
            title=None,
            axis=alt.Axis(labelAngle=0 if step > WORD else -90, ticks=False),
            scale=alt.Scale(domain=order),
        )
    )
    highest = max(*(row[each] or 0.0 for row in rows for each in ("value", "ceiling")), 0.0) or 1.0
    upright = alt.Y(
        "value:Q",
        title=None,
        scale=alt.Scale(domain=[0, highest * 1.12]),
        axis=alt.Axis(format=form, tickCount=4),
    )
    text = alt.Text("label:N")
    layers = [
        base.transform_filter(KNOWN).mark_bar(color=QUIET, stroke=INK, size=min(26, step * 0.6)).encode(y=upright),
        base.transform_filter(KNOWN)
        .transform_calculate(label=f"format(datum.value, '{form}') + datum.more")
        .mark_text(dy=-6, color=INK, fontSize=10)
        .encode(y=upright, text=text),
        base.transform_filter("datum.ceiling !== null")
        .mark_tick(color=INK, thickness=2.5, size=step, orient="horizontal")
        .encode(y=alt.Y("ceiling:Q", title=None)),
        base.transform_filter(WITHHELD)
        .mark_text(text=withheld, fontStyle="italic", fontSize=9, color=INK, **(LYING if step > WORD else UPRIGHT))
        .encode(y=alt.YDatum(0, title=None)),
    ]
    layered = alt.layer(*layers).properties(width=width - 60, height=66)
    return layered.properties(title=alt.TitleParams(name, anchor="start", fontSize=11)) if name else layered


def _row(point: Point) -> dict[str, Any]:
    return {name: _plain(getattr(point, name)) for name in ("value", "low", "high", "target")}


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
        styled.to_dict(validate=False), format_locale=LOCALES[language], allowed_base_urls=[], show_warnings=False
    )


def _plain(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
