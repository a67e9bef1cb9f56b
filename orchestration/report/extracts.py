"""The pages that tell partners what each extract must look like, in Italian and English, made from the contracts.

A page, an empty template for each extract, and an index. Nothing is stated here that a contract does not state.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from expectations.contract import Column, Contract, FileFormat
from expectations.quoting import identifier
from orchestration.intake.identify import Identity
from orchestration.intake.read import read
from orchestration.intake.stage import copy_in

Contracts = Mapping[tuple[str, str], Contract]

MADE = "<!-- `make docs` scrive questa pagina dal contratto. `make docs` writes this page from the contract. -->"
SEVERITIES = {"error": "rifiuto / refusal", "warning": "avviso / note"}
ENCODINGS = {"utf-8": "UTF-8", "cp1252": "Windows-1252"}
DELIMITERS = {";": "punto e virgola / semicolon `;`", ",": "virgola / comma `,`", "|": "barra / bar", "\t": "tab"}
DATES = {"%d": ("gg", "dd"), "%m": ("mm", "mm"), "%Y": ("aaaa", "yyyy")}


def extract_files(contracts: Contracts, sample: Path) -> dict[str, bytes]:
    """Every generated file by its path below the folder of the pages.

    Args:
        contracts: of all extracts.
        sample: the folder of the synthetic sample; a line of it is each page's example.

    Raises:
        FileNotFoundError: the sample lacks an extract.
    """
    made = {"README.md": "\n".join(_index(contracts)).encode()}
    for (_, extract), contract in contracts.items():
        file = _file(contract)
        made[f"{extract}.md"] = "\n".join(_page(contract, file, example(contract, contracts, sample))).encode()
        made[_template(contract)] = (_line(contract.headings, file) + "\r\n").encode(file.encodings[0])
    return made


def write_extract_pages(contracts: Contracts, sample: Path, out: Path) -> list[Path]:
    """Write all pages and templates below a folder; returns their paths."""
    written = []
    for name, content in extract_files(contracts, sample).items():
        path = out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        written.append(path)
    return written


def example(contract: Contract, contracts: Contracts, sample: Path) -> list[str]:
    """The fullest row of the synthetic sample, as the partner would write it."""
    path = next(iter(sorted(sample.glob(f"{contract.extract}_[0-9]*"))), None)
    if path is None and contract.optional:
        return []
    if path is None:
        raise FileNotFoundError(f"{contract.extract} is not in the sample")
    day, kind = path.name.removeprefix(f"{contract.extract}_").split(".", 1)
    names = [identifier(column.name) for column in contract.columns]
    filled = " + ".join(f"({name} IS NOT NULL)::INTEGER" for name in names)
    with TemporaryDirectory() as scratch:
        staged = copy_in(path, Path(scratch))
        identity = Identity(contract, date.fromisoformat(day), kind)
        with read(staged.path, identity, contracts, Path(scratch)) as readable:
            row = readable.con.execute(
                f"SELECT {', '.join(names)} FROM delivered ORDER BY {filled} DESC, _row LIMIT 1"
            ).fetchone()
    return [value or "" for value in row or ()]


def _file(contract: Contract) -> FileFormat:
    if contract.file is None:
        raise ValueError(f"{contract.extract} is not delivered as a file")
    return contract.file


def _template(contract: Contract) -> str:
    return f"templates/{contract.extract}_AAAA-MM-GG.csv"


def _index(contracts: Contracts) -> Iterator[str]:
    yield from (MADE, "", "# Forniture / Extracts", "")
    yield (
        "Una pagina per ogni file che un partner consegna, con un modello vuoto. Come consegnare: "
        "[../partners.md](../partners.md)."
    )
    yield ""
    yield (
        "A page for every file that a partner delivers, with an empty template. How to deliver: "
        "[../partners.md](../partners.md)."
    )
    yield ""
    yield from _table(
        ("Fonte / Source", "Fornitura / Extract", "Contenuto / Content", "Modello / Template"),
        (
            (
                f"`{source}`",
                f"[{contract.title_it}]({extract}.md)<br>`{extract}`",
                contract.description,
                f"[CSV]({_template(contract)})",
            )
            for (source, extract), contract in contracts.items()
        ),
    )
    yield ""


def _page(contract: Contract, file: FileFormat, values: Sequence[str]) -> Iterator[str]:
    yield from (MADE, "", f"# {contract.title_it} / `{contract.extract}`", "", contract.description, "")
    yield from ("## File", "")
    yield from _table(("", ""), _how_written(contract, file))
    yield from ("", "## Colonne / Columns", "")
    headings = (
        "Intestazione / Heading",
        "Italiano",
        "English",
        "Tipo / Type",
        "Obbligatoria / Required",
        "Valori / Values",
    )
    yield from _table(headings, (_column(each, file) for each in contract.columns))
    yield ""
    yield (
        "Le colonne possono stare in qualsiasi ordine; nessuna può mancare e nessun'altra può esserci. Una cella non "
        "obbligatoria può restare vuota. / Columns may stand in any order; none may be missing and no other may be "
        "there. A cell that is not required may stay empty."
    )
    if any(each.optional for each in contract.columns):
        yield ""
        yield (
            "Una colonna facoltativa può mancare del tutto: vale come vuota in ogni riga. Se c'è, valgono le sue "
            "regole. / An optional column may be missing altogether: it counts as empty in every row. If it is there, "
            "its rules hold."
        )
    key = ", ".join(f"`{_heading(contract, name)}`" for name in contract.key)
    yield from ("", f"Chiave / Key: {key or '-'}", "", "## Regole / Rules", "")
    yield from _rules(contract)
    if not values:
        yield ""
        return
    yield from ("", "## Esempio / Example", "")
    yield (
        "Riga sintetica, presa dalla città inventata di `data/sample`: nessuna persona, nessun alloggio. / "
        "A synthetic row of the made-up city in `data/sample`: no person, no dwelling."
    )
    yield from ("", "```", _line(contract.headings, file), _line(values, file), "```", "")


def _how_written(contract: Contract, file: FileFormat) -> Iterator[tuple[str, str]]:
    yield "Nome / Name", f"`{contract.extract}_AAAA-MM-GG.csv` (data di riferimento / reference date)"
    yield "Formati / Formats", ", ".join(file.formats)
    yield "Codifica / Encoding", " o / or ".join(ENCODINGS[each] for each in file.encodings)
    yield "Separatore / Delimiter", DELIMITERS[file.delimiter]
    yield "Date / Dates", f"`{_day(file, 0)}` / `{_day(file, 1)}`"
    yield "Decimali / Decimals", f"`{file.decimal_separator}`"
    yield "Migliaia / Thousands", f"`{file.thousands_separator}`" if file.thousands_separator else "-"
    yield "Sì, no / Yes, no", f"`{file.true_value}`, `{file.false_value}`"
    if contract.optional:
        yield "Facoltativa / Optional", "può non essere mai consegnata / it need not ever be delivered"
    yield "Versione del contratto / Contract version", contract.version
    yield "Modello vuoto / Empty template", f"[{Path(_template(contract)).name}]({_template(contract)})"


def _day(file: FileFormat, language: int) -> str:
    text = file.date_format
    for code, words in DATES.items():
        text = text.replace(code, words[language])
    return text


def _column(column: Column, file: FileFormat) -> tuple[str, ...]:
    required = "sì / yes" if column.required else "no"
    if column.optional:
        required += " (colonna facoltativa / optional column)"
    return (
        f"`{column.heading}`", column.title_it, f"{column.description} (`{column.name}`)", _type(column, file),
        required, _values(column),
    )  # fmt: skip


def _type(column: Column, file: FileFormat) -> str:
    kind, _, digits = column.dtype.rstrip(")").partition("(")
    if column.native_values:
        return "categoria / category"
    if kind == "DECIMAL":
        scale = digits.split(",")[1]
        return f"numero, fino a {scale} decimali / number, up to {scale} decimals"
    return {
        "VARCHAR": "testo / text",
        "INTEGER": "numero intero / whole number",
        "BOOLEAN": f"`{file.true_value}`, `{file.false_value}`",
        "DATE": f"data `{_day(file, 0)}` / date `{_day(file, 1)}`",
    }[kind]


def _values(column: Column) -> str:
    parts = [
        f"`{native}` ({code})" if native != code else f"`{native}`"
        for native, code in (column.native_values or {}).items()
    ]
    parts += [f"forma / form `{column.pattern}`"] if column.pattern else []
    parts += [f"≥ {column.minimum}"] if column.minimum is not None else []
    parts += [f"≤ {column.maximum}"] if column.maximum is not None else []
    parts += ["ultimo giorno compreso / last day, included"] if column.inclusive_end else []
    return "<br>".join(parts)


def _rules(contract: Contract) -> Iterator[str]:
    yield from _table(
        ("Italiano", "English", "Colonne / Columns", "Altrimenti / Otherwise"),
        (
            (
                each.description_it,
                each.description,
                ", ".join(f"`{_heading(contract, name)}`" for name in each.columns),
                SEVERITIES[each.severity],
            )
            for each in (*contract.expectations, *contract.changes)
        ),
    )


def _heading(contract: Contract, name: str) -> str:
    return next(column.heading for column in contract.columns if column.name == name)


def _table(headings: Sequence[str], rows: Iterator[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(headings)} |"
    yield f"|{' --- |' * len(headings)}"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"


def _line(values: Sequence[str], file: FileFormat) -> str:
    """One line of CSV as the contract has it."""
    needs_quotes = (file.delimiter, '"', "\n")
    quoted = (
        '"' + each.replace('"', '""') + '"' if any(mark in each for mark in needs_quotes) else each for each in values
    )
    return file.delimiter.join(quoted)
