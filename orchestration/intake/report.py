"""The report on a refused file, in Italian and English, that a partner can act on. It holds no value of a row."""

from collections.abc import Sequence
from datetime import date

from expectations.contract import Contract
from orchestration.intake.findings import Finding

ITALIAN = {
    "title": "Consegna rifiutata",
    "file": "File",
    "extract": "Fornitura",
    "reference_date": "Data di riferimento",
    "compared_with": "Confrontato con",
    "unknown": "non riconosciuta",
    "why": "Perché",
    "header": "| Regola | Colonna | Righe | Quante |",
    "what": "Che cosa fare",
    "advice": "Il file è rifiutato per intero e nessuna sua riga è stata usata. Correggere il file e consegnarlo di "
    "nuovo con lo stesso nome, oppure ritirarlo. Le righe sono numerate come nel file; l'intestazione è la riga 1. "
    "Questo rapporto non contiene alcun dato.",
    "changed": "Se il file è giusto e ciò che è cambiato è voluto, dirlo a chi gestisce la misurazione: una persona "
    "può accettarlo, con il suo nome e una motivazione che restano agli atti.",
}
ENGLISH = {
    "title": "Delivery refused",
    "file": "File",
    "extract": "Extract",
    "reference_date": "Reference date",
    "compared_with": "Compared with",
    "unknown": "not recognised",
    "why": "Why",
    "header": "| Rule | Column | Lines | How many |",
    "what": "What to do",
    "advice": "The file is refused as a whole and none of its rows was used. Correct the file and deliver it again "
    "under the same name, or withdraw it. Lines are numbered as in the file; the headings are line 1. This report "
    "holds no data.",
    "changed": "If the file is right and what changed was meant to, tell those who run the measurement: a person can "
    "let it pass, with a name and a reason that stay on record.",
}


def refusal_report(
    file_name: str,
    contract: Contract | None,
    reference_date: date | None,
    findings: Sequence[Finding],
    compared_with: str | None = None,
) -> str:
    """Why a file was refused and what to do, in Markdown; `compared_with` is the file before, if change refused it."""
    titles = {column.heading: column.title_it for column in contract.columns} if contract else {}
    extract = f"{contract.source} / {contract.extract}" if contract else None
    italian = [(each.message_it or each.message, each) for each in findings]
    english = [(each.message, each) for each in findings]
    return "\n".join(
        [
            *_section(ITALIAN, file_name, extract, reference_date, italian, titles, compared_with),
            "",
            "---",
            "",
            *_section(ENGLISH, file_name, extract, reference_date, english, {}, compared_with),
            "",
        ]
    )


def _section(
    words: dict[str, str],
    file_name: str,
    extract: str | None,
    reference_date: date | None,
    findings: Sequence[tuple[str, Finding]],
    titles: dict[str, str],
    compared_with: str | None,
) -> list[str]:
    return [
        f"# {words['title']}",
        "",
        f"- {words['file']}: `{file_name}`",
        f"- {words['extract']}: {extract or words['unknown']}",
        f"- {words['reference_date']}: {reference_date or words['unknown']}",
        *([f"- {words['compared_with']}: `{compared_with}`"] if compared_with else []),
        "",
        f"## {words['why']}",
        "",
        words["header"],
        "| --- | --- | --- | ---: |",
        *(_row(message, each, titles) for message, each in findings),
        "",
        f"## {words['what']}",
        "",
        words["advice"],
        *(["", words["changed"]] if compared_with else []),
    ]


def _row(message: str, each: Finding, titles: dict[str, str]) -> str:
    column = each.column or ""
    title = titles.get(column)
    named = f"`{column}`" + (f" ({title})" if title and title != column else "") if column else ""
    lines = ", ".join(map(str, each.lines)) + (", …" if each.count > len(each.lines) > 0 else "")
    return f"| {message} (`{each.rule}`) | {named} | {lines} | {each.count or ''} |"
