"""Recognises personal data in a single text: pure functions, no files, no tables, no judgement about columns.

What is looked for is proven by its form: a checksum, a numbering plan, a calendar. Which kinds are looked for in which
column, and what follows from a hit, is decided in `scan`. Nothing here returns the text that was recognised.
"""

import re
import unicodedata
from collections.abc import Callable, Collection
from datetime import date

import phonenumbers
from phonenumbers import Leniency, PhoneNumberMatcher
from stdnum import iban
from stdnum.it import codicefiscale, iva

OLDEST_BIRTHDAY = date(1900, 1, 1)
MONTHS = {
    word[:3]: number
    for words in (
        "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
        "january february march april may june july august september october november december",
    )
    for number, word in enumerate(words.split(), start=1)
}
GAP = r"[\s.,/_-]{0,2}"
DIGIT = "[0-9LMNPQRSTUV]"  # omocodia: a letter in place of a digit
TAX_CODE = re.compile(
    rf"(?<![A-Z0-9])(?:CF{GAP})??([A-Z]{{3}}){GAP}([A-Z]{{3}}){GAP}({DIGIT}{{2}}){GAP}([ABCDEHLMPRST]){GAP}"
    rf"({DIGIT}{{2}}){GAP}([A-Z]{DIGIT}{{3}}){GAP}([A-Z])(?![A-Z0-9])"
)
IBAN_START = re.compile(r"(?<![A-Z0-9_])[A-Z]{2}[ .-]?[0-9]{2}(?=[ .-]?[A-Z0-9])")
IBAN_LENGTHS = range(15, 35)
EMAIL = re.compile(r"[^\s@<>()\[\],;:\"]+@[^\W_](?:[\w-]*[^\W_])?(?:\.[^\W_](?:[\w-]*[^\W_])?)*\.[^\W\d_]{2,}")
VAT = re.compile(r"(?<![A-Z0-9])(?<![0-9][.,])(?:IT[ .-]?)?([0-9]{11})(?![A-Z0-9]|[.,][0-9])")
NATIONAL = re.compile(r"(?:00|\+)?[0-9][0-9 ./()-]{5,}[0-9]")
WRITTEN_AS_PHONE = re.compile(r"(?<![\w+./-])(?:\+|0)[0-9][0-9 ./()-]{6,}[0-9](?!\w)")
NO_PHONE = re.compile(  # days and numbered papers, which a numbering plan may well contain
    r"(?<![0-9])(?:(?:19|20)[0-9]{2}([-/.])[0-9]{1,2}\1[0-9]{1,2}|[0-9]{1,2}([-/.])[0-9]{1,2}\2(?:19|20)[0-9]{2})(?![0-9])"
    r"|\b[A-Z]{1,5}[-/][0-9]+\b"
)
FEWEST_PHONE_DIGITS = 8
EDGE, END = r"(?<![\w/.-])", r"(?![\w/-]|\.[0-9])"
NUMERIC_DATE = re.compile(
    rf"{EDGE}(?:([0-9]{{4}})[-/. ]([0-9]{{1,2}})[-/. ]([0-9]{{1,2}})(?:t[0-9:.z+]*)?"
    rf"|([0-9]{{1,2}})[-/. ]([0-9]{{1,2}})[-/. ]([0-9]{{4}})){END}"
)
SHORT_DATE = re.compile(r"([0-9]{1,2})[-/. ]([0-9]{1,2})[-/. ]([0-9]{2})")
BARE_DATE = re.compile(r"[0-9]{8}")
WORDY_DATE = re.compile(
    rf"{EDGE}(?:([0-9]{{1,2}})(?:st|nd|rd|th|°|º)?\s+([a-z]{{3,9}})\.?|([a-z]{{3,9}})\.?\s+([0-9]{{1,2}})),?"
    rf"\s+([0-9]{{4}}){END}"
)
NAME_PART = r"[^\W\d_]+(?:['’-][^\W\d_]+)*['’]?"
NAME = re.compile(rf"{NAME_PART}(?:[\s,.]+{NAME_PART}){{1,5}}\.?")


def plain(text: str) -> str:
    """A text as it reads: compatibility forms (full width, say) made ordinary, invisible characters left out."""
    normal = unicodedata.normalize("NFKC", text)
    return "".join(" " if each.isspace() else each for each in normal if unicodedata.category(each) != "Cf").strip()


def has_tax_code(text: str) -> bool:
    """Whether there is an Italian tax code of a person: its form, its day of birth and its check letter."""
    return any(codicefiscale.is_valid("".join(each.groups())) for each in TAX_CODE.finditer(text.upper()))


def has_iban(text: str) -> bool:
    """Whether there is an IBAN of any country, with or without blanks."""
    upper = text.upper()
    for start in IBAN_START.finditer(upper):
        compact = re.match(r"(?:[A-Z0-9][ .-]?)+", upper[start.start() : start.start() + 68])
        code = re.sub(r"[ .-]", "", compact[0]) if compact else ""
        if any(iban.is_valid(code[:length]) for length in IBAN_LENGTHS if length <= len(code)):
            return True
    return False


def has_email(text: str) -> bool:
    """Whether there is an e-mail address."""
    return EMAIL.search(text) is not None


def has_vat_number(text: str) -> bool:
    """Whether there is an Italian VAT number: eleven digits with a province and a check digit; no decimal number."""
    return any(iva.is_valid(each[1]) for each in VAT.finditer(text.upper()))


def has_phone(text: str) -> bool:
    """Whether there is a number of the Italian numbering plan, or one of another country with its prefix."""
    text = NO_PHONE.sub(" ", text)
    if NATIONAL.fullmatch(text):
        return _is_phone(text)
    return any(_is_phone(each.raw_string) for each in PhoneNumberMatcher(text, "IT", leniency=Leniency.VALID))


def _is_phone(text: str) -> bool:
    try:
        number = phonenumbers.parse(text, "IT")
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.is_valid_number(number) and sum(map(str.isdigit, text)) >= FEWEST_PHONE_DIGITS


def has_written_phone(text: str) -> bool:
    """Whether there is a phone number that is written as no quantity is: with a leading + or 0."""
    return any(has_phone(each[0]) for each in WRITTEN_AS_PHONE.finditer(NO_PHONE.sub(" ", text)))


def has_birthday(text: str) -> bool:
    """Whether there is a day on which somebody alive may have been born, in any common form."""
    return any(OLDEST_BIRTHDAY <= day <= date.today() for day in _days(text.lower()))  # noqa: DTZ011


def _days(text: str) -> list[date]:
    written: list[tuple[str | int, str | int, str | int]] = []
    for iso_year, iso_month, iso_day, day, month, year in NUMERIC_DATE.findall(text):
        written += [(iso_year, iso_month, iso_day)] if iso_year else [(year, month, day), (year, day, month)]
    for day, word, other_word, other_day, year in WORDY_DATE.findall(text):
        written.append((year, MONTHS.get((word or other_word)[:3], 0), day or other_day))
    if BARE_DATE.fullmatch(text):
        written += [(text[:4], text[4:6], text[6:]), (text[4:], text[2:4], text[:2])]
    if short := SHORT_DATE.fullmatch(text):
        written += [(century + short[3], short[2], short[1]) for century in ("19", "20")]
    return [date(*map(int, each)) for each in written if _is_day(*map(int, each))]


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def is_person_name(text: str) -> bool:
    """Whether a text that should be a key reads like "Cognome Nome": two words or more, of letters alone."""
    if not NAME.fullmatch(text):
        return False
    lengths = [len(word) for word in re.split(r"[\s,.]+", text) if word]
    return len(lengths) >= 2 and max(lengths) >= 3 and sorted(lengths)[-2] >= 2


KINDS: dict[str, Callable[[str], bool]] = {
    "tax_code": has_tax_code,
    "iban": has_iban,
    "email_address": has_email,
    "vat_number": has_vat_number,
    "phone_number": has_phone,
    "written_phone_number": has_written_phone,
    "birthday": has_birthday,
    "person_name": is_person_name,
}


def recognise(text: str, kinds: Collection[str] = tuple(KINDS)) -> str | None:
    """The first kind of personal data that a text is or holds, of those asked for."""
    readable = plain(text)
    return next((kind for kind, found in KINDS.items() if kind in kinds and found(readable)), None)
