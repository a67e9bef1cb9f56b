"""What can be wrong with a delivered file: one rule each, worded in English and in Italian.

A finding names the rule, the heading and the lines; it never holds a value of a row. Finding out belongs elsewhere.
"""

from collections.abc import Iterable
from dataclasses import dataclass

LINES_SHOWN = 20

RULES = {
    # the file and its name
    "unknown_name": (
        "the name is not EXTRACT_YYYY-MM-DD.(csv, csv.gz, parquet, xlsx) of an agreed extract and a day of the "
        "calendar; if it is a delivery, rename it, else take it away",
        "il nome non è FORNITURA_AAAA-MM-GG.(csv, csv.gz, parquet, xlsx) di una fornitura concordata e di un giorno "
        "del calendario; se è una consegna va rinominata, altrimenti va tolta",
    ),
    "wrong_folder": (
        "files lie in the landing folder itself or in a sub-folder named after their source",
        "i file stanno nella cartella di consegna o in una sottocartella con il nome della fonte",
    ),
    "not_a_plain_file": ("this is a link or something else than a plain file", "non è un file ordinario"),
    "format_not_agreed": ("files in format {format} are not agreed", "il formato {format} non è concordato"),
    "future_reference_date": (
        "the reference date in the name lies in the future",
        "la data di riferimento nel nome è nel futuro",
    ),
    "conflicting_delivery": (
        "there are two different files for the same extract and reference date; withdraw one of them",
        "ci sono due file diversi per la stessa fornitura e data di riferimento; ritirarne uno",
    ),
    "already_accepted": (
        "a different file for this extract and reference date has been accepted; withdraw this one, "
        "and deliver a correction with a later reference date",
        "un file diverso per questa fornitura e data di riferimento è già stato accettato; ritirare questo "
        "e consegnare la correzione con una data di riferimento successiva",
    ),
    "still_being_written": (
        "the file was changed while it was read; it is left for the next run",
        "il file è stato modificato durante la lettura; sarà letto alla prossima esecuzione",
    ),
    # what lies beside the deliveries: told and ignored
    "stray_upload": (
        "this upload has not ended; it is ignored until it has its final name",
        "il trasferimento non è terminato; il file è ignorato finché non ha il nome definitivo",
    ),
    "stray_left_behind": (
        "a computer or a transfer left this behind; it is ignored and can be removed",
        "è stato lasciato da un computer o da un trasferimento; è ignorato e si può togliere",
    ),
    "stray_table": (
        "the name is that of a table, but of no agreed extract; it is ignored. If it is a delivery, rename it",
        "il nome è quello di una tabella, ma di nessuna fornitura concordata; è ignorato. Se è una consegna, "
        "va rinominato",
    ),
    "stray_file": (
        "this is no delivery; it is ignored and can be removed",
        "non è una consegna; è ignorato e si può togliere",
    ),
    "stray_folder": (
        "this folder is none of a source; it is ignored and can be removed",
        "la cartella non è di nessuna fonte; è ignorata e si può togliere",
    ),
    # its control file
    "control_without_file": (
        "this control file has no delivery; drop the delivery, or withdraw the control file",
        "questo file di controllo non ha la sua consegna; consegnarla, o ritirare il file di controllo",
    ),
    "control_form": (
        "its control file is not as agreed: the headings column and total, then a line for rows or for a number "
        "column, each once, with a number written as in the delivery; lines are those of the control file",
        "il file di controllo non è come concordato: intestazioni column e total, poi una riga per rows o per una "
        "colonna numerica, ciascuna una volta, con un numero scritto come nella consegna; le righe indicate sono "
        "quelle del file di controllo",
    ),
    "control_rows": (
        "its control file states another number of rows",
        "il file di controllo indica un altro numero di righe",
    ),
    "control_sum": (
        "its control file states another sum of the column",
        "il file di controllo indica un'altra somma della colonna",
    ),
    "cannot_be_opened": ("the file cannot be opened", "il file non può essere aperto"),
    # the file as a whole
    "empty_file": ("the file is empty", "il file è vuoto"),
    "wrong_file_type": (
        "the content is not {format}: it looks like {found}",
        "il contenuto non è {format}: sembra {found}",
    ),
    "damaged_file": ("the file is damaged or cut", "il file è danneggiato o troncato"),
    "encoding": ("the text is not in {encodings}", "il testo non è in {encodings}"),
    "nul_bytes": ("the text holds NUL bytes", "il testo contiene byte NUL"),
    "control_characters": ("the text holds control characters", "il testo contiene caratteri di controllo"),
    "line_endings": (
        "line endings are mixed, or a value holds a line break",
        "le fini di riga sono miste, o un valore contiene un a capo",
    ),
    "cut_last_line": (
        "the last line has no end: the file is cut",
        "l'ultima riga non è terminata: il file è troncato",
    ),
    "too_large": (
        "unpacked, the file is larger than a delivery can be",
        "una volta espanso, il file è più grande di quanto una consegna possa essere",
    ),
    "too_many_columns": (
        "the first line has far more headings than were agreed",
        "la prima riga ha molte più intestazioni di quelle concordate",
    ),
    "macros": ("the workbook holds macros", "la cartella di lavoro contiene macro"),
    "formula": ("cells hold formulas instead of values", "alcune celle contengono formule invece di valori"),
    "error_cell": ("cells hold an error", "alcune celle contengono un errore"),
    # headings
    "no_headings": (
        "the first line does not hold the agreed headings",
        "la prima riga non contiene le intestazioni concordate",
    ),
    "wrong_extract": (
        "the headings are those of another extract, {extract}",
        "le intestazioni sono quelle di un'altra fornitura, {extract}",
    ),
    "wrong_delimiter": (
        "columns are separated by {found} and not by {expected}",
        "le colonne sono separate da {found} e non da {expected}",
    ),
    "missing_column": ("the column is missing", "la colonna manca"),
    "renamed_column": (
        "the column is missing, and heading number {position} in its place is not in the contract: it was renamed",
        "la colonna manca, e al suo posto l'intestazione numero {position} non è nel contratto: è stata rinominata",
    ),
    "extra_column": (
        "heading number {position} is not in the contract",
        "l'intestazione numero {position} non è nel contratto",
    ),
    "duplicate_column": ("the heading stands more than once", "l'intestazione compare più di una volta"),
    "column_type": (
        "the column holds neither text nor numbers, dates or truth values",
        "la colonna non contiene né testo né numeri, date o valori logici",
    ),
    # lines
    "blank_line": ("the line is blank", "la riga è vuota"),
    "quotes": (
        "a quote stands alone or in the wrong place, or a value holds a line break",
        "le virgolette sono spaiate o fuori posto, o un valore contiene un a capo",
    ),
    "field_count": (
        "the line has not as many fields as there are headings",
        "la riga non ha tanti campi quante sono le intestazioni",
    ),
    "lines_do_not_reconcile": (
        "lines in the file and rows read do not agree",
        "le righe del file e quelle lette non coincidono",
    ),
    # personal data: `scan`
    "personal_tax_code": (
        "column number {position} holds what reads as a tax code; leave personal data out",
        "la colonna numero {position} contiene quello che sembra un codice fiscale; togliere i dati personali",
    ),
    "personal_iban": (
        "column number {position} holds what reads as an IBAN; leave personal data out",
        "la colonna numero {position} contiene quello che sembra un IBAN; togliere i dati personali",
    ),
    "personal_email_address": (
        "column number {position} holds what reads as an e-mail address; leave personal data out",
        "la colonna numero {position} contiene quello che sembra un indirizzo e-mail; togliere i dati personali",
    ),
    "personal_vat_number": (
        "column number {position} holds what reads as a VAT number; leave personal data out",
        "la colonna numero {position} contiene quello che sembra una partita IVA; togliere i dati personali",
    ),
    "personal_phone_number": (
        "column number {position} holds what reads as a phone number; leave personal data out",
        "la colonna numero {position} contiene quello che sembra un numero di telefono; togliere i dati personali",
    ),
    "personal_birthday": (
        "column number {position} is no column of dates and holds what reads as a date of birth; leave it out",
        "la colonna numero {position} non è una colonna di date e contiene quella che sembra una data di nascita; "
        "toglierla",
    ),
    "personal_name": (
        "column number {position} is for keys and holds what reads as the name of a person; leave it out",
        "la colonna numero {position} è riservata ai codici e contiene quello che sembra il nome di una persona; "
        "toglierlo",
    ),
    "personal_in_broken_line": (
        "a line that is not in order also holds what reads as personal data; leave it out",
        "una riga non in ordine contiene anche quelli che sembrano dati personali; toglierli",
    ),
    "personal_file_name": (
        "the name of the file or of its folder reads as personal data and is shown nowhere; it is file number "
        "{position} of the landing, by name: rename it as agreed",
        "il nome del file o della cartella sembra contenere dati personali e non viene mostrato; è il file numero "
        "{position} della cartella di consegna, per nome: rinominarlo come concordato",
    ),
    # values
    "missing_value": ("a value is required and missing", "manca un valore obbligatorio"),
    "not_an_integer": ("the value is not a whole number", "il valore non è un numero intero"),
    "not_a_number": (
        "the value is not a number with decimal separator {decimal}",
        "il valore non è un numero con separatore decimale {decimal}",
    ),
    "too_many_decimals": (
        "the number has more than {scale} decimals",
        "il numero ha più di {scale} decimali",
    ),
    "number_too_large": ("the number is too large", "il numero è troppo grande"),
    "not_a_date": (
        "the value is not a day of the calendar in the form {format}",
        "il valore non è un giorno del calendario nella forma {format}",
    ),
    "not_a_truth_value": ("the value is neither {true} nor {false}", "il valore non è né {true} né {false}"),
    "check_broken": (
        "the check {name} could not be run: an error of the check, not of the data",
        "il controllo {name} non è stato eseguito: un errore del controllo, non dei dati",
    ),
    "unknown_category": ("the value is none of the agreed ones", "il valore non è tra quelli concordati"),
}


@dataclass(frozen=True)
class Finding:
    """One rule that a file breaks: the heading (as the partner knows it), how often, and the first lines."""

    rule: str
    message: str
    column: str | None = None
    lines: tuple[int, ...] = ()
    count: int = 0
    message_it: str = ""


class Unreadable(Exception):
    """A file cannot be read any further; holds all that was found up to there."""

    def __init__(self, *findings: Finding):
        super().__init__("; ".join(each.message for each in findings))
        self.findings = findings


def finding(
    rule: str, *, column: str | None = None, lines: Iterable[int] = (), count: int | None = None, **words: object
) -> Finding:
    """A finding in the words of its rule; `words` come from the contract, never from a row."""
    english, italian = (text.format(**words) for text in RULES[rule])
    shown = tuple(lines)[:LINES_SHOWN]
    return Finding(rule, english, column, shown, len(shown) if count is None else count, italian)
