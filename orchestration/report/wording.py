"""Numbers and dates as Italians and the English write them."""

from datetime import date
from decimal import Decimal

from orchestration.report.blocks import Language

MINUS = "\u2212"
NARROW = "\u00a0"
MONTHS = {
    "it": ("gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno",
           "luglio", "agosto", "settembre", "ottobre", "novembre", "dicembre"),
    "en": ("January", "February", "March", "April", "May", "June",
           "July", "August", "September", "October", "November", "December"),
}  # fmt: skip


def number(value: Decimal | int, language: Language, *, places: int | None = None) -> str:
    """1.234,5 or 1,234.5, with as many places as told, else as many as the value needs."""
    exact = Decimal(value)
    if places is None:
        text = f"{abs(exact):,f}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
    else:
        text = f"{abs(exact):,.{places}f}"
    if language == "it":
        text = text.translate(str.maketrans(",.", ".,"))
    return (MINUS if exact < 0 else "") + text


def euro(value: Decimal, language: Language, *, places: int = 2) -> str:
    """1.234,50 € or €1,234.50; negative amounts carry a real minus sign."""
    amount = number(abs(value), language, places=places)
    sign = MINUS if value < 0 else ""
    return f"{sign}{amount}{NARROW}€" if language == "it" else f"{sign}€{amount}"


def day(value: date, language: Language) -> str:
    """3 luglio 2023 or 3 July 2023; the first of an Italian month is 1º."""
    first = "1º" if value.day == 1 and language == "it" else str(value.day)
    return f"{first} {MONTHS[language][value.month - 1]} {value.year}"
