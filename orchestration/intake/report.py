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
    "unknown": "non riconosciuta",
    "why": "Perché",
    "header": "| Regola | Colonna | Righe | Quante |",
    "what": "Che cosa fare",
    "advice": "Il file è rifiutato per intero e nessuna sua riga è stata usata. Correggere il file e consegnarlo di "
    "nuovo con lo stesso nome, oppure ritirarlo. Le righe sono numerate come nel file; l'intestazione è la riga 1. "
    "Questo rapporto non contiene alcun dato.",
}
ENGLISH = {
    "title": "Delivery refused",
    "file": "File",
    "extract": "Extract",
    "reference_date": "Reference date",
    "unknown": "not recognised",
    "why": "Why",
    "header": "| Rule | Column | Lines | How many |",
    "what": "What to do",
    "advice": "The file is refused as a whole and none of its rows was used. Correct the file and deliver it again "
    "under the same name, or withdraw it. Lines are numbered as in the file; the headings are line 1. This report "
    "holds no data.",
}


def refusal_report(
    file_name: str, contract: Contract | None, reference_date: date | None, findings: Sequence[Finding]
) -> str:
    """Why a file was refused and what to do, in Markdown."""
    titles = {column.heading: column.title_it for column in contract.columns} if contract else {}
    extract = f"{contract.source} / {contract.extract}" if contract else None
    italian = [(each.message_it or each.message, each) for each in findings]
    english = [(each.message, each) for each in findings]
    return "\n".join(
        [
            *_section(ITALIAN, file_name, extract, reference_date, italian, titles),
            "",
            "---",
            "",
            *_section(ENGLISH, file_name, extract, reference_date, english, {}),
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
) -> list[str]:
    return [
        f"# {words['title']}",
        "",
        f"- {words['file']}: `{file_name}`",
        f"- {words['extract']}: {extract or words['unknown']}",
        f"- {words['reference_date']}: {reference_date or words['unknown']}",
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
    ]


def _row(message: str, each: Finding, titles: dict[str, str]) -> str:
    column = each.column or ""
    title = titles.get(column)
    named = f"`{column}`" + (f" ({title})" if title and title != column else "") if column else ""
    lines = ", ".join(map(str, each.lines)) + (", …" if each.count > len(each.lines) > 0 else "")
    return f"| {message} (`{each.rule}`) | {named} | {lines} | {each.count or ''} |"
