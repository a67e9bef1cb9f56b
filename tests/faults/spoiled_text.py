"""What can happen to rows, to bytes and to text on their way."""

import gzip
import random

from faults.good import ROWS, Table

MANY = 200_000_000
Rng = random.Random
ODD = (
    "", " ", "1e3", "+1", "-0", "007", "1,5", "1.5", "1.234,5", "1,234.5", "1.2.3", "0x1F", "١٢", "１２", "NaN", "inf",
    "29/02/2023", "2023-02-29", "29/02/2024", "2024-02-29", "01/13/2023", "1/2/2023", "23-1-1", "0000-00-00", "NULL",
    "=1+1", "@SUM(A1)", "true", "SI", "sì", "a\u2028b", "a\x85b", "é", "e\u0301", "'", '"', '""', "\\", "\ufeff",
    "\u200b", "99999999999999999999999", "0.000000000001", "2147483648", "-2147483649", " 1", "1 ", "\t1",
)  # fmt: skip

# --- what can happen to rows, in any format


def odd_value(rows: Table, rng: Rng) -> None:
    row = rng.choice(rows[1:] or rows)
    row[rng.randrange(len(row))] = rng.choice(ODD)


def line_twice(rows: Table, rng: Rng) -> None:
    rows.insert(rng.randrange(1, len(rows) + 1), list(rng.choice(rows[1:] or rows)))


def line_lost(rows: Table, rng: Rng) -> None:
    del rows[rng.randrange(len(rows))]
    if not rows:
        rows.append([""])


def columns_swapped(rows: Table, rng: Rng) -> None:
    one, other = rng.randrange(len(rows[0])), rng.randrange(len(rows[0]))
    for row in rows:
        row[one], row[other] = row[other], row[one]


def headings_swapped(rows: Table, rng: Rng) -> None:
    one, other = rng.randrange(len(rows[0])), rng.randrange(len(rows[0]))
    rows[0][one], rows[0][other] = rows[0][other], rows[0][one]


def heading_changed(rows: Table, rng: Rng) -> None:
    place = rng.randrange(len(rows[0]))
    rows[0][place] = rng.choice([rows[0][place].lower() + " ", rows[0][place] + "\u200b", "X", "", rows[0][0]])


def column_lost(rows: Table, rng: Rng) -> None:
    place = rng.randrange(len(rows[0]))
    for row in rows:
        if len(row) > 1:
            del row[place]


def column_more(rows: Table, rng: Rng) -> None:
    for number, row in enumerate(rows):
        row.append("NOTE" if not number else rng.choice(["", "x"]))


def values_moved(rows: Table, rng: Rng) -> None:
    row = rng.choice(rows[1:] or rows)
    row.insert(0, row.pop())


def untouched(rows: Table, rng: Rng) -> None:
    del rows[rng.randrange(1, ROWS) + 1 :]


TABLES = (untouched, odd_value, line_twice, line_lost, columns_swapped, headings_swapped, heading_changed, column_lost,
          column_more, values_moved)  # fmt: skip

# --- what can happen to bytes, in any format


def bytes_flipped(content: bytes, rng: Rng) -> bytes:
    changed = bytearray(content)
    for _ in range(rng.choice([1, 1, 2, 5, 20])):
        changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def cut(content: bytes, rng: Rng) -> bytes:
    return content[: rng.randrange(len(content))]


def piece_lost(content: bytes, rng: Rng) -> bytes:
    start = rng.randrange(len(content))
    return content[:start] + content[start + rng.randrange(1, 50) :]


def piece_twice(content: bytes, rng: Rng) -> bytes:
    start = rng.randrange(len(content))
    return content[:start] + content[start : start + rng.randrange(1, 200)] + content[start:]


def noise(content: bytes, rng: Rng) -> bytes:
    start = rng.randrange(len(content))
    return content[:start] + rng.randbytes(rng.randrange(1, 40)) + content[start:]


def zeros(content: bytes, rng: Rng) -> bytes:
    start = rng.randrange(len(content))
    return content[:start] + bytes(rng.randrange(1, 64)) + content[start:]


def more_behind(content: bytes, rng: Rng) -> bytes:
    return content + rng.choice([b"\n", b"\r\n", b"\0", content, b"PK\x03\x04", rng.randbytes(20)])


BYTES = (bytes_flipped, cut, piece_lost, piece_twice, noise, zeros, more_behind)

# --- what can happen to text


def quote_alone(text: str, rng: Rng) -> str:
    start = rng.randrange(len(text))
    return text[:start] + '"' + text[start:]


def line_break_in_a_value(text: str, rng: Rng) -> str:
    start = rng.randrange(len(text))
    return text[:start] + rng.choice(['"\n"', "\n", "\r", "\r\n", "\x0b", "\x0c", "\x85", "\u2028"]) + text[start:]


def endings_mixed(text: str, rng: Rng) -> str:
    return text.replace("\n", "\r\n", rng.randrange(1, ROWS))


def endings(text: str, rng: Rng) -> str:
    return text.replace("\n", rng.choice(["\r\n", "\r", "\n\n", "\n\r"]))


def other_delimiter(text: str, rng: Rng) -> str:
    return text.translate(str.maketrans(",;", rng.choice([";,", "\t\t", "||", ",,"])))


def no_last_end(text: str, rng: Rng) -> str:
    return text[: -rng.randrange(1, 10)]


def control_character(text: str, rng: Rng) -> str:
    start = rng.randrange(len(text))
    return text[:start] + chr(rng.choice([0, 1, 8, 27, 31, 127, 0xFEFF, 0xFFFD, 0x1F])) + text[start:]


def quoted_all(text: str, rng: Rng) -> str:
    mark = rng.choice(",;")
    return "".join(mark.join(f'"{each}"' for each in line.split(mark)) + "\n" for line in text.splitlines())


TEXTS = (quote_alone, line_break_in_a_value, endings_mixed, endings, other_delimiter, no_last_end, control_character,
         quoted_all)  # fmt: skip


def encodings_mixed(text: str, rng: Rng) -> bytes:
    lines = [f"{line}è" if rng.random() < 0.2 else line for line in text.splitlines()]
    return b"".join(f"{line}\n".encode(rng.choice(["utf-8", "cp1252"])) for line in lines)


def encoding(text: str, rng: Rng) -> bytes:
    return text.encode(rng.choice(["utf-16", "utf-8-sig", "cp1252", "utf-32", "latin-1", "cp500"]), errors="replace")


def long_line(content: bytes, rng: Rng) -> bytes:
    """A line of ten megabytes."""
    head, _, rest = content.partition(b"\n")
    return rng.choice([head + b"\n" + b"x" * 10_000_000 + b"\n" + rest, head + b"," * 10_000_000 + b"\n" + rest])


ENCODERS = (encodings_mixed, encoding)


def text_bomb(content: bytes, rng: Rng) -> bytes:
    """A gzip that grows a thousandfold."""
    filler = rng.choice([b"\n", b"x", b"\0", content.splitlines(keepends=True)[-1]])
    return gzip.compress(content + filler * (MANY // len(filler)), 6, mtime=0)
