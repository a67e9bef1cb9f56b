"""What a document is made of. Texts are plain and complete: numbers and dates are formatted before they come here.

How blocks look belongs in `document.html.jinja` and `document.typ`, which both show every kind of block.
"""

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Kind = Literal["text", "number", "code"]
Language = Literal["it", "en"]


@dataclass(frozen=True)
class Heading:
    """The title of a section (level 1) or of a part of it (level 2)."""

    text: str
    level: Literal[1, 2] = 1


@dataclass(frozen=True)
class Paragraph:
    """Running text; `is_small` for notes below a table."""

    text: str
    is_small: bool = False


@dataclass(frozen=True)
class Notice:
    """A framed text that nobody may overlook (`is_loud`), or that explains how to read the page."""

    title: str
    text: str
    is_loud: bool = False


@dataclass(frozen=True)
class Fact:
    """One line of facts; a `code` (hash, identifier) may be broken anywhere."""

    label: str
    value: str
    kind: Kind = "text"


@dataclass(frozen=True)
class Facts:
    """A list of labels and values."""

    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class Column:
    """A column of a table: numbers stand to the right, codes may be broken anywhere; `share` is its part of the width.

    A share of 0 is as wide as what stands in it.
    """

    title: str
    kind: Kind = "text"
    share: int = 0


@dataclass(frozen=True)
class Table:
    """A table whose head is repeated on every page; `total` is a last row in bold. Every row has a cell per column."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    total: tuple[str, ...] = ()
    caption: str = ""

    def __post_init__(self):
        for row in (*self.rows, *([self.total] if self.total else [])):
            if len(row) != len(self.columns):
                raise ValueError(f"a row of {len(row)} cells in a table of {len(self.columns)} columns")


@dataclass(frozen=True)
class Picture:
    """A drawing as SVG text with what it shows in words."""

    svg: str
    alternative: str
    caption: str = ""


@dataclass(frozen=True)
class Chart:
    """A picture of figures with the table of the same figures: no chart stands without one.

    `source` is the published table that the figures come from; a narrow table may stand beside its picture.
    """

    name: str
    picture: Picture
    table: Table
    source: str
    is_beside: bool = False


@dataclass(frozen=True)
class Terms:
    """Words and what they mean, small, in columns."""

    terms: tuple[tuple[str, str], ...]
    caption: str = ""


@dataclass(frozen=True)
class Signatures:
    """A place to sign for each party: who, and the labels below the lines."""

    parties: tuple[str, ...]
    name_label: str
    signature_label: str


Block = Heading | Paragraph | Notice | Facts | Table | Picture | Chart | Terms | Signatures


@dataclass(frozen=True)
class Document:
    """A whole document in one language; `mark` stands on every page, as does the page number ("Pagina 1 di 3")."""

    language: Language
    title: str
    subtitle: str
    mark: str
    page_label: str
    of_label: str
    blocks: tuple[Block, ...] = field(default=())

    def as_data(self) -> dict[str, Any]:
        """The document as plain lists and texts; each block says which kind it is."""
        blocks = [{"block": type(each).__name__.lower(), **asdict(each)} for each in self.blocks]
        return {**{name: value for name, value in vars(self).items() if name != "blocks"}, "blocks": blocks}
