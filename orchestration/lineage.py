"""Which columns each column of a dbt model is computed from, read off the SQL that dbt compiled.

Values only: a column that merely filters or joins is no source. How people see it is in `orchestration.catalogue`.
"""

import json
import logging
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from sqlglot import MappingSchema, exp, parse_one
from sqlglot.errors import SqlglotError
from sqlglot.lineage import Node, lineage
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import build_scope

from expectations.contract import Contract

logger = logging.getLogger("homes4all.lineage")

DIALECT = "duckdb"

Column = tuple[str, str, str]  # schema, table, column
Lineage = Mapping[tuple[str, str], Mapping[str, tuple[Column, ...]]]


def column_lineage(manifest: Path, contracts: Mapping[tuple[str, str], Contract]) -> Lineage:
    """The direct sources of every column of every model, by schema and table; none for a constant or a count of rows.

    A model whose SQL cannot be followed is left out and named in the log: the graph is there without it.

    Args:
        manifest: as dbt writes it when it compiles.
        contracts: of all extracts; they state the columns of the raw tables.
    """
    parsed = json.loads(manifest.read_text(encoding="utf-8"))
    models = [node for node in parsed["nodes"].values() if node["resource_type"] == "model"]
    schema = MappingSchema(known_tables(models, parsed["sources"].values(), contracts), dialect=DIALECT)
    found: dict[tuple[str, str], dict[str, tuple[Column, ...]]] = {}
    for each in models:
        try:
            found[each["schema"], each["name"]] = sources_of(each["compiled_code"], schema)
        except (SqlglotError, ValueError) as unreadable:
            logger.warning(
                "lineage: the columns of %s cannot be followed (%s)", each["name"], type(unreadable).__name__
            )
    return found


def known_tables(
    models: Iterable[Mapping[str, Any]],
    sources: Iterable[Mapping[str, Any]],
    contracts: Mapping[tuple[str, str], Contract],
) -> dict[str, Any]:
    """The columns of every table that a model may read, by database, schema and table."""
    tables: dict[str, Any] = {}
    for each in (*models, *sources):
        columns = {name: column["data_type"] or "varchar" for name, column in each["columns"].items()}
        extract = each["name"].removesuffix("_history")
        contract = contracts.get((each["schema"].removeprefix("raw_"), extract))
        if contract and not columns:
            columns = {column.name: "varchar" for column in contract.columns}
            columns |= {"_delivery_id": "varchar", "_row": "integer"}
            columns |= {"_reference_date": "date"} if extract != each["name"] else {}
        if columns:
            tables.setdefault(each["database"], {}).setdefault(each["schema"], {})[each["name"]] = columns
    return tables


def sources_of(sql: str, schema: MappingSchema) -> dict[str, tuple[Column, ...]]:
    """The columns of tables that each column of a query is computed from, in order."""
    query = qualify(parse_one(sql, dialect=DIALECT), dialect=DIALECT, schema=schema, validate_qualify_columns=False)
    for union in query.find_all(exp.SetOperation):
        if union.args.get("by_name"):
            by_position(union)
    nodes = lineage(None, query, schema, dialect=DIALECT, scope=build_scope(query), trim_selects=False)
    return {name: tuple(sorted({*leaves(node)})) for name, node in nodes.items()}


def by_position(union: exp.Expression) -> None:
    """Give every part of a union by name the same columns in the same order, which is all that lineage understands."""
    parts = [each for each in union.find_all(exp.Select) if is_part(each, union)]
    names = list(dict.fromkeys(name for part in parts for name in part.named_selects))
    for part in parts:
        own = {each.alias_or_name: each for each in part.expressions}
        part.set("expressions", [own.get(name, exp.alias_(exp.null(), name)) for name in names])
    for each in (union, *union.find_all(exp.SetOperation)):
        if is_part(each, union):
            each.set("by_name", False)


def is_part(query: exp.Expression, union: exp.Expression) -> bool:
    """Whether a query is one of those that a union puts together, and not a query inside one."""
    while query is not union:
        if not isinstance(query.parent, exp.SetOperation) or query.arg_key == "with_":
            return False
        query = query.parent
    return True


def leaves(node: Node) -> Iterator[Column]:
    """The columns of tables at the end of what a column is computed from."""
    for each in node.walk():
        table = None if each.downstream else each.expression.find(exp.Table)
        if table is not None:
            yield table.db, table.name, exp.to_column(each.name).name
