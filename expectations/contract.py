"""Contracts are loaded here: ODCS v3 files, checked by the standard and by the rules of this pipeline.

One file describes one extract or one published table. What a contract is stands in `expectations.model`; running its
expectations belongs in `expectations.gate`.
"""

import functools
import json
import re
from collections.abc import Iterable
from importlib import resources
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml
from jsonschema import Draft201909Validator
from open_data_contract_standard.model import (
    CustomProperty,
    DataQuality,
    OpenDataContractStandard,
    SchemaObject,
    SchemaProperty,
)
from pydantic import ValidationError

from expectations.changes import LATE, UnknownChangeRule, change_rules
from expectations.dates import DateRange, UnknownDateRange, date_range
from expectations.model import ChangeRule, Column, Contract, Expectation, FileFormat, Severity, implied_expectations

__all__ = ["Column", "Contract", "ContractError", "Expectation", "FileFormat", "load_contract", "load_contracts"]

SUFFIX = ".odcs.yaml"
ENGINES = ("greatExpectations", "homes4all")
FORMATS = ("csv", "csv.gz", "parquet", "xlsx")
OUTPUTS = ("published", "restricted")
ENDS = ("checked_out_on", "closed_on", "ended_on", "exited_on", "withdrawn_on")  # which the staging views turn
ENCODINGS = ("utf-8", "cp1252")
LOADER = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader  # the same, ten times faster
FILE_TYPES = re.compile(r"VARCHAR|INTEGER|DATE|BOOLEAN|DECIMAL\(\d{1,2},\d{1,2}\)")


class ContractError(Exception):
    """A contract cannot be used; the message names the file and the field."""


def load_contracts(folder: Path) -> dict[tuple[str, str], Contract]:
    """Every contract below a folder, by source and extract; the sub-folders of tables we write ourselves are left out.

    Raises:
        ContractError: a contract is not valid, or two describe the same extract.
    """
    contracts: dict[tuple[str, str], Contract] = {}
    extracts: dict[str, Path] = {}
    for path in sorted(folder.rglob(f"*{SUFFIX}")):
        if {*OUTPUTS} & {*path.relative_to(folder).parts}:
            continue
        contract = load_contract(path)
        if contract.extract in extracts:
            raise ContractError(f"{path}: id: {extracts[contract.extract]} already describes {contract.extract}")
        extracts[contract.extract] = path
        contracts[contract.source, contract.extract] = contract
    if not contracts:
        raise ContractError(f"{folder}: there is no *{SUFFIX} in it")
    return contracts


def load_published(folder: Path, output: str = "published") -> dict[str, Contract]:
    """What evaluators are promised: the contracts in the sub-folder of an output, by table.

    Raises:
        ContractError: a contract is not valid.
    """
    contracts = map(load_contract, sorted((folder / output).glob(f"*{SUFFIX}")))
    return {contract.extract: contract for contract in contracts}


def load_contract(path: Path) -> Contract:
    """One contract, valid by the standard and by the rules of this pipeline.

    Raises:
        ContractError: names the file and the field.
    """
    document = _document(path)
    (table,) = document.schema_ or [SchemaObject()]
    source, _, extract = (document.id or "").partition(".")
    file = _file_format(path, document.customProperties)
    if file and (path.parent.name, path.name) != (source, extract + SUFFIX):
        raise ContractError(f"{path}: id: {document.id} belongs in {source}/{extract}{SUFFIX}")
    if table.name != extract:
        raise ContractError(f"{path}: schema[0].name: is {table.name}, expected {extract}")
    columns = tuple(_column(path, index, each, file) for index, each in enumerate(table.properties or ()))
    for label, names in (("name", [c.name for c in columns]), ("physicalName", [c.heading for c in columns])):
        if repeated := sorted({name for name in names if names.count(name) > 1}):
            raise ContractError(f"{path}: schema[0].properties.{label}: twice {', '.join(repeated)}")
    declared = [_expectation(path, index, each) for index, each in enumerate(table.quality or ())]
    expectations = (*implied_expectations(columns, is_file=file is not None), *declared)
    known = {column.name for column in columns}
    for each in expectations:
        if unknown := sorted(set(each.reads) - known):
            raise ContractError(f"{path}: schema[0].quality {each.name}: no such column: {', '.join(unknown)}")
    changes = _changes(path, document.customProperties, columns, file)
    optional = _optional(f"{path}: customProperties.optional", document.customProperties, file)
    if optional and any(each.kind == LATE for each in changes):
        raise ContractError(f"{path}: customProperties.changeRules.{LATE}: an optional extract is never late")
    if len({each.name for each in (*expectations, *changes)}) < len(expectations) + len(changes):
        raise ContractError(f"{path}: schema[0].quality: two expectations have the same name")
    return Contract(
        source=source,
        extract=extract,
        version=document.version or "",
        description=(document.description.purpose if document.description else None) or "",
        columns=columns,
        file=file,
        expectations=expectations,
        path=path,
        changes=changes,
        title_it=document.name or "",
        optional=optional,
        contact=next((f"{each.channel} {each.url or ''}".strip() for each in document.support or ()), ""),
    )


@functools.cache
def _standard() -> Draft201909Validator:
    schema = resources.files("open_data_contract_standard") / "schema.json"
    return Draft201909Validator(json.loads(schema.read_text(encoding="utf-8")))


def _document(path: Path) -> OpenDataContractStandard:
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=LOADER)  # noqa: S506 (a safe loader)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ContractError(f"{path}: cannot be read as YAML: {error}") from error
    if problem := next(iter(sorted(_standard().iter_errors(content), key=lambda each: each.json_path)), None):
        raise ContractError(
            f"{path}: {problem.json_path.removeprefix('$').lstrip('.') or 'document'}: {problem.message}"
        )
    try:
        document = OpenDataContractStandard(**content)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise ContractError(f"{path}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from error
    if len(document.schema_ or ()) != 1:
        raise ContractError(f"{path}: schema: exactly one table is expected")
    return document


def _custom(properties: Iterable[CustomProperty] | None, name: str) -> Any:
    return next((each.value for each in properties or () if each.property == name), None)


def _optional(where: str, properties: list[CustomProperty] | None, file: FileFormat | None) -> bool:
    value = _custom(properties, "optional")
    if value is None:
        return False
    if not isinstance(value, bool) or file is None:
        raise ContractError(f"{where}: true or false is expected, and only what is delivered as a file can be optional")
    return value


def _file_format(path: Path, properties: list[CustomProperty] | None) -> FileFormat | None:
    value = _custom(properties, "fileFormat")
    if value is None:
        return None
    where = f"{path}: customProperties.fileFormat"
    try:
        file = FileFormat(
            formats=tuple(value["formats"]),
            encodings=tuple(value["encodings"]),
            delimiter=value["delimiter"],
            date_format=value["dateFormat"],
            decimal_separator=value["decimalSeparator"],
            thousands_separator=value.get("thousandsSeparator", ""),
            true_value=value["trueValue"],
            false_value=value["falseValue"],
        )
    except KeyError as error:
        raise ContractError(f"{where}.{error.args[0]}: is missing") from error
    if unknown := {*file.formats} - {*FORMATS} or {*file.encodings} - {*ENCODINGS}:
        raise ContractError(f"{where}: unknown: {', '.join(sorted(unknown))}")
    if not re.fullmatch(r"[,;|\t]", file.delimiter) or not isinstance(file.true_value, str):
        raise ContractError(f"{where}: the delimiter is one of , ; | and tab, and truth values are text in quotes")
    if not re.fullmatch(r"(%[dmY])[-/.](%[dmY])[-/.](%[dmY])", file.date_format):
        raise ContractError(f"{where}.dateFormat: %d, %m and %Y with - / or . between them are expected")
    return file


def _changes(
    path: Path, properties: list[CustomProperty] | None, columns: tuple[Column, ...], file: FileFormat | None
) -> tuple[ChangeRule, ...]:
    stated = _custom(properties, "changeRules")
    if stated is None:
        return ()
    where = f"{path}: customProperties.changeRules"
    if file is None:
        raise ContractError(f"{where}: only a delivered file can change")
    try:
        return tuple(change_rules(stated, columns))
    except UnknownChangeRule as wrong:
        raise ContractError(f"{where}.{wrong}") from wrong


def _column(path: Path, index: int, item: SchemaProperty, file: FileFormat | None) -> Column:
    where = f"{path}: schema[0].properties[{index}] ({item.name})"
    dtype = (item.physicalType or "").replace(" ", "").upper()
    if not dtype or (file and not FILE_TYPES.fullmatch(dtype)):
        raise ContractError(f"{where}.physicalType: VARCHAR, INTEGER, DATE, BOOLEAN or DECIMAL(p,s) is expected")
    if not item.name or not re.fullmatch(r"[a-z][a-z0-9_]*", item.name):
        raise ContractError(f"{where}.name: lower-case letters, digits and _ are expected")
    options = item.logicalTypeOptions or {}
    values = _custom(item.customProperties, "nativeValues")
    if values is not None and not (
        isinstance(values, dict) and all(isinstance(text, str) for pair in values.items() for text in pair)
    ):
        raise ContractError(f"{where}.customProperties.nativeValues: pairs of text are expected, in quotes if need be")
    optional = _optional(f"{where}.customProperties.optional", item.customProperties, file)
    if optional and item.primaryKey:
        raise ContractError(f"{where}.customProperties.optional: a column of the key cannot be missing")
    inclusive_end = _custom(item.customProperties, "inclusiveEnd")
    if inclusive_end is not None and (not isinstance(inclusive_end, bool) or item.name not in ENDS):
        raise ContractError(
            f"{where}.customProperties.inclusiveEnd: true or false is expected, of one of {', '.join(ENDS)}"
        )
    return Column(
        name=item.name,
        heading=item.physicalName or item.name,
        title_it=item.businessName or "",
        description=item.description or "",
        dtype=dtype,
        required=bool(item.required),
        key=item.primaryKeyPosition or 1 if item.primaryKey else 0,
        native_values=MappingProxyType(values) if values is not None else None,
        pattern=options.get("pattern"),
        minimum=options.get("minimum"),
        maximum=options.get("maximum"),
        optional=optional,
        inclusive_end=bool(inclusive_end),
        dates=_dates(where, item.customProperties) if file and dtype == "DATE" else None,
    )


def _dates(where: str, properties: list[CustomProperty] | None) -> DateRange:
    try:
        return date_range(_custom(properties, "dateRange"))
    except UnknownDateRange as wrong:
        raise ContractError(f"{where}.customProperties.dateRange: {wrong}") from wrong


def _expectation(path: Path, index: int, item: DataQuality) -> Expectation:
    where = f"{path}: schema[0].quality[{index}] ({item.name})"
    if item.engine not in ENGINES or not isinstance(item.implementation, dict):
        raise ContractError(
            f"{where}.engine: {' or '.join(ENGINES)} with an implementation of type and kwargs is expected"
        )
    if item.severity not in ("error", "warning"):
        raise ContractError(f"{where}.severity: error or warning is expected")
    kind, kwargs = item.implementation.get("type"), item.implementation.get("kwargs")
    if not isinstance(kind, str) or not kind.startswith("expect_") or not isinstance(kwargs, dict):
        raise ContractError(f"{where}.implementation: a type expect_… and kwargs are expected")
    if not item.name or not item.description:
        raise ContractError(f"{where}: a name and a description are expected")
    italian = _custom(item.customProperties, "descriptionIt") or ""
    severity: Severity = "error" if item.severity == "error" else "warning"
    return Expectation(item.name, item.description, severity, kind, MappingProxyType(kwargs), italian)
