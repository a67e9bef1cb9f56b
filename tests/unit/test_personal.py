"""Catches: personal data that is not recognised in some way of writing it, and a key or amount that is mistaken for it.

All of it is made up: the tax code is the textbook example, the IBAN the standard's, numbers and addresses nobody's.
"""

from datetime import date, timedelta

import duckdb
import pytest
from stdnum.it import codicefiscale

from orchestration.intake.personal import KINDS, recognise
from orchestration.intake.scan import CANDIDATES, NOT_ASCII

TAX_CODE = "RSSMRA80A01H501U"
OMOCODIA = next(f"RSSMRA80A01H50M{end}" for end in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                if codicefiscale.is_valid(f"RSSMRA80A01H50M{end}"))  # fmt: skip
TODAY = date.today()  # noqa: DTZ011
LATER = TODAY + timedelta(days=2)  # at midnight tomorrow is today


WRITTEN = [
    (TAX_CODE, "tax_code"),
    (TAX_CODE.lower(), "tax_code"),
    (OMOCODIA, "tax_code"),
    ("RSS MRA 80A01 H501 U", "tax_code"),
    ("rss.mra.80a01.h501.u", "tax_code"),
    (f"inquilino ({TAX_CODE}), moroso", "tax_code"),
    (f"CF{TAX_CODE}", "tax_code"),
    (f"C.F.:{TAX_CODE}.", "tax_code"),
    (f"nota_{TAX_CODE}_2", "tax_code"),
    ("ＲＳＳＭＲＡ８０Ａ０１Ｈ５０１Ｕ", "tax_code"),
    ("RSSMRA80A01\u200bH501U", "tax_code"),
    ("RSS\u00a0MRA\u00a080A01\u00a0H501\u00a0U", "tax_code"),
    ("IT60X0542811101000000123456", "iban"),
    ("it60 x054 2811 1010 0000 0123 456", "iban"),
    ("su IT60X0542811101000000123456 entro giugno", "iban"),
    ("IT60 X054 2811 1010 0000 0123 456 entro giugno", "iban"),
    ("GB82 WEST 1234 5698 7654 32", "iban"),
    ("NO9386011117947", "iban"),
    ("conto no93-8601-1117-947", "iban"),
    ("nome.cognome@esempio.it", "email_address"),
    ("scrivere a NOME@POSTA.ESEMPIO.IT, grazie", "email_address"),
    ("<nome+casa@esempio.it>", "email_address"),
    ("nome＠esempio.it", "email_address"),
    ("00743110157", "vat_number"),
    ("IT00743110157", "vat_number"),
    ("P.IVA 00743110157 (locatore)", "vat_number"),
    ("3331234567", "phone_number"),
    ("+39 333 123 4567", "phone_number"),
    ("0039 333 1234567", "phone_number"),
    ("tel. 011-5551234 ore serali", "phone_number"),
    ("011/5551234", "phone_number"),
    ("02 551234", "phone_number"),
    ("+33 6 12 34 56 78", "phone_number"),
    ("1980-05-12", "birthday"),
    ("1980-05-12T00:00:00", "birthday"),
    ("1980-05-12 00:00:00", "birthday"),
    ("12/05/1980", "birthday"),
    ("5-12-1980", "birthday"),
    ("12.5.1980", "birthday"),
    ("nata il 12/05/1980.", "birthday"),
    ("(1980/05/12)", "birthday"),
    ("19800512", "birthday"),
    ("12051980", "birthday"),
    ("12/05/80", "birthday"),
    ("12 maggio 1980", "birthday"),
    ("1° mag. 1980", "birthday"),
    ("May 12, 1980", "birthday"),
    ("1900-01-01", "birthday"),
    (TODAY.isoformat(), "birthday"),
    ("Rossi Mario", "person_name"),
    ("ROSSI MARIO", "person_name"),
    ("mario rossi", "person_name"),
    ("Rossi, Mario", "person_name"),
    ("De' Rossi-Bianchi Anna Maria", "person_name"),
    ("Niccolò D’Alì", "person_name"),
    ("Liu Wei", "person_name"),
]


@pytest.mark.parametrize(("text", "kind"), WRITTEN)
def test_recognised_in_every_way_of_writing_it(text, kind):
    assert recognise(text) == kind
    assert recognise(text, set(KINDS) - {kind, "phone_number", "written_phone_number", "vat_number"}) is None


@pytest.mark.parametrize(("text", "kind"), WRITTEN)
def test_the_cheap_filter_lets_through_whatever_is_recognised(text, kind):
    suspect = f"{CANDIDATES[kind]}|{NOT_ASCII}"
    assert duckdb.execute("SELECT regexp_matches(?, ?)", [text, suspect]).fetchone() == (True,)


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "S-000001", "TP-RET12", "h_0123456789abcdef01234567", "h_ad12000123456789abcdef01", "A1", "10121",
        "3.1", "6000-9000", "VB-642504", "VB-015260", "E-2023-05-12-001", "2025=100", "2024Q1", "1.045,50", "-12.5",
        "00743110157,50", "00743110157.5", "00743110158", "12345678901", "00000000123", "RSSMRA80A01H501Q",
        "RSSMRA80B31H501U", "XRSSMRA80A01H501U", "IT61X0542811101000000123456", "a@b", "@", "1899-12-31",
        LATER.isoformat(), "31/02/1980", "1980", "05/1980", "12 mele 1980", "TO AB", "Rossi", "no key_a", "ALBERGO",
        "A 12", "FOI_xT", "temporary_accommodation", "1;3;5", "550e8400-e29b-41d4-a716-446655440000",
    ],
)  # fmt: skip
def test_keys_numbers_and_codes_are_not_mistaken(text):
    assert recognise(text) is None


def test_what_is_written_as_no_number_is_a_phone_even_among_numbers():
    asked = ("written_phone_number",)
    assert recognise("+393331234567", asked) == "written_phone_number"
    assert recognise("011 5551234", asked) == "written_phone_number"
    for number in ("3331234567", "115551234", "05/07/2023", "2023-07-05", "0,00", "-0115551234"):
        assert recognise(number, asked) is None
