"""Catches: a contract that is not valid ODCS, or says less or other than the pipeline needs, being loaded anyway."""

from pathlib import Path

import pytest
import yaml

from expectations.contract import ContractError, load_contract, load_contracts

OPTIONAL = {"property": "optional", "value": True}
INCLUSIVE = {"property": "inclusiveEnd", "value": True}
CONTRACTS = Path(__file__).parents[2] / "expectations" / "contracts"


@pytest.fixture(scope="module")
def contracts():
    return load_contracts(CONTRACTS)


def test_there_is_one_contract_for_each_extract(contracts):
    assert sorted(contracts) == [
        ("chamber", "measurement_parameters"),
        ("chamber", "metric_definitions"),
        ("chamber", "metric_targets"),
        ("chamber", "outcome_tariffs"),
        ("chamber", "price_index"),
        ("chamber", "savings_baselines"),
        ("chamber", "unit_costs"),
        ("finance", "grant_drawdowns"),
        ("finance", "programme_costs"),
        ("municipality", "evictions"),
        ("municipality", "household_links"),
        ("municipality", "households"),
        ("municipality", "temporary_stays"),
        ("municipality", "waiting_list"),
        ("provider", "dwellings"),
        ("provider", "enrolments"),
        ("provider", "tenancies"),
        ("support", "assessments"),
        ("support", "outcome_events"),
        ("support", "support_activities"),
    ]


def test_a_contract_says_everything_about_its_extract(contracts):
    stays = contracts["municipality", "temporary_stays"]
    assert stays.key == ("stay_id",)
    assert stays.headings[:3] == ("ID_SOGGIORNO", "ID_NUCLEO", "TIPO_STRUTTURA")
    columns = {column.name: column for column in stays.columns}
    assert columns["accommodation_type"].native_values["ALBERGO"] == "hotel"
    assert columns["nightly_cost_eur"].dtype == "DECIMAL(18,4)"
    assert not columns["checked_out_on"].required
    assert stays.file.delimiter == ";"
    assert stays.file.date_format == "%d/%m/%Y"
    assert {"key_unique", "household_id_pattern", "persons_range", "check_out_after_check_in"} <= {
        each.name for each in stays.expectations
    }


def test_every_contract_is_documented_in_both_languages(contracts):
    for contract in contracts.values():
        assert contract.key, contract.path
        assert contract.description.startswith("One row per "), contract.path
        for column in contract.columns:
            assert column.title_it, (contract.path, column.name)
            assert column.description.endswith("."), (contract.path, column.name)
        for each in (*contract.expectations, *contract.changes):
            assert each.description.endswith("."), (contract.path, each.name)
            assert each.description_it.endswith("."), (contract.path, each.name)


def test_every_column_of_dates_states_its_range(contracts):
    columns = [column for contract in contracts.values() for column in contract.columns]
    assert [column.name for column in columns if (column.dtype == "DATE") != (column.dates is not None)] == []


def test_only_an_end_or_a_plan_may_lie_after_the_reference_date(contracts):
    """What the Chamber defines may begin later; of what happened only the end of a stay or of a home may be planned."""
    later = {
        (contract.extract, column.name)
        for contract in contracts.values()
        for column in contract.columns
        if column.dates and column.dates.latest.count and contract.source != "chamber"
    }
    assert later == {
        ("temporary_stays", "checked_out_on"),
        ("tenancies", "ended_on"),
        ("dwellings", "available_from"),
        ("dwellings", "withdrawn_on"),
    }


def test_compound_keys_keep_their_order(contracts):
    key = contracts["chamber", "measurement_parameters"].key
    assert key == ("name", "metric_id", "metric_version", "valid_from")


def test_a_row_condition_counts_among_the_columns_that_are_read(contracts):
    (each,) = [
        each
        for each in contracts["municipality", "evictions"].expectations
        if each.name == "pending_has_no_outcome_date"
    ]
    assert each.columns == ("outcome_on",)
    assert set(each.reads) == {"outcome_on", "outcome"}


def changed(tmp_path, change, *, file_name="evictions.odcs.yaml"):
    """A copy of a good contract with something changed in it."""
    content = yaml.safe_load((CONTRACTS / "municipality" / "evictions.odcs.yaml").read_text(encoding="utf-8"))
    change(content)
    path = tmp_path / "municipality" / file_name
    path.parent.mkdir(exist_ok=True)
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    return path


def column(content, index=0):
    return content["schema"][0]["properties"][index]


def dates(content):
    return column(content, 2)["customProperties"][0]["value"]


def changed_rules(content):
    return content["customProperties"][1]["value"]


def quality(content, index=0):
    return content["schema"][0]["quality"][index]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (lambda c: c.pop("kind"), "kind"),
        (lambda c: c.update(surprise=1), "surprise"),
        (lambda c: column(c).update(logicalType="text"), "logicalType"),
        (lambda c: column(c).update(phisicalName="typo"), "phisicalName"),
        (lambda c: column(c).update(physicalType="FLOAT"), "physicalType"),
        (lambda c: column(c).update(name="Eviction ID"), "name"),
        (lambda c: column(c, 1).update(name="eviction_id"), "name"),
        (lambda c: column(c, 2).pop("customProperties"), "(ordered_on).customProperties.dateRange: is missing"),
        (lambda c: dates(c).pop("earliest"), "dateRange: earliest"),
        (lambda c: dates(c).update(earliest="1990-02-30"), "dateRange: earliest"),
        (lambda c: dates(c).update(latest="soon"), "dateRange: latest"),
        (lambda c: dates(c).update(latest="1 years", noted_after="1 years"), "dateRange: noted_after"),
        (lambda c: dates(c).update(erliest="1990-01-01"), "dateRange: unknown: erliest"),
        (lambda c: column(c, 3)["customProperties"][0]["value"].update({"SI": True}), "nativeValues"),
        (lambda c: c.update(id="provider.evictions"), "id"),
        (lambda c: c["schema"][0].update(name="other"), "schema[0].name"),
        (lambda c: c["schema"].append(c["schema"][0]), "schema"),
        (lambda c: c["customProperties"][0]["value"].pop("delimiter"), "delimiter"),
        (lambda c: c["customProperties"][0]["value"].update(formats=["csv", "ods"]), "fileFormat"),
        (lambda c: c["customProperties"][0]["value"].update(dateFormat="%d %B %Y"), "dateFormat"),
        (lambda c: c["customProperties"][0]["value"].update(trueValue=True), "truth"),
        (lambda c: quality(c).update(severity="fatal"), "severity"),
        (lambda c: quality(c).update(engine="soda"), "engine"),
        (lambda c: quality(c)["implementation"]["kwargs"].update(column_A="gone"), "gone"),
        (lambda c: quality(c, 1).update(name="outcome_after_order"), "same name"),
        (lambda c: quality(c).pop("description"), "description"),
        (lambda c: changed_rules(c).update(rows_gone={"severity": "error"}), "changeRules.rows_gone"),
        (lambda c: changed_rules(c)["rows_vanished"].update(percent=100), "changeRules.rows_vanished.percent"),
        (lambda c: changed_rules(c)["reopened"].update(columns=["gone"]), "changeRules.reopened.columns: gone"),
        (lambda c: quality(c, 1).update(name="rows_vanished"), "same name"),
        (lambda c: c["customProperties"].append(OPTIONAL), "changeRules.late"),
        (lambda c: c["customProperties"].append({**OPTIONAL, "value": "yes"}), "customProperties.optional"),
        (lambda c: column(c, 2).update(customProperties=[{**OPTIONAL, "value": 1}]), "customProperties.optional"),
        (lambda c: column(c).update(customProperties=[OPTIONAL]), "a column of the key cannot be missing"),
        (lambda c: column(c, 4).update(customProperties=[INCLUSIVE]), "customProperties.inclusiveEnd"),
    ],
)
def test_a_bad_contract_is_refused_with_its_file_and_field(tmp_path, change, field):
    path = changed(tmp_path, change)
    with pytest.raises(ContractError) as refusal:
        load_contract(path)
    assert str(path) in str(refusal.value)
    assert field in str(refusal.value)


def test_a_contract_says_what_is_optional(contracts, tmp_path):
    def change(content):
        changed_rules(content).pop("late")
        content["customProperties"].append(OPTIONAL)
        column(content, 2)["customProperties"].append(OPTIONAL)

    contract = load_contract(changed(tmp_path, change))
    assert contract.optional
    assert [each.name for each in contract.columns if each.optional] == ["ordered_on"]
    assert not contracts["municipality", "evictions"].optional


def test_every_contract_says_what_must_not_change(contracts):
    for contract in contracts.values():
        kinds = {each.kind for each in contract.changes}
        assert {"rows_vanished", "reference_date"} <= kinds, contract.path
        assert "late" in kinds or contract.source == "chamber" or contract.optional, contract.path


def test_a_contract_without_change_rules_has_none(tmp_path):
    assert load_contract(changed(tmp_path, lambda c: c["customProperties"].pop(1))).changes == ()


def test_a_published_table_cannot_change(tmp_path):
    with pytest.raises(ContractError, match="only a delivered file"):
        load_contract(changed(tmp_path, lambda c: c["customProperties"].pop(0)))


def test_a_contract_in_the_wrong_place_is_refused(tmp_path):
    with pytest.raises(ContractError, match="belongs in municipality/evictions"):
        load_contract(changed(tmp_path, lambda c: None, file_name="sfratti.odcs.yaml"))


def test_two_contracts_for_one_extract_are_refused(tmp_path):
    first = changed(tmp_path, lambda c: None)
    other = tmp_path / "provider" / first.name
    other.parent.mkdir()
    other.write_text(first.read_text(encoding="utf-8").replace("municipality.", "provider."), encoding="utf-8")
    with pytest.raises(ContractError, match="already describes evictions"):
        load_contracts(tmp_path)


def test_no_yaml_and_no_contracts_are_refused(tmp_path):
    with pytest.raises(ContractError, match="there is no"):
        load_contracts(tmp_path)
    path = tmp_path / "x.odcs.yaml"
    path.write_text("a: [", encoding="utf-8")
    with pytest.raises(ContractError, match="cannot be read as YAML"):
        load_contract(path)


def test_a_published_table_has_no_file_and_its_rules_become_expectations(tmp_path):
    def publish(content):
        content.update(id="published.core.evictions")
        content["schema"][0]["name"] = "core.evictions"
        content.pop("customProperties")

    contract = load_contract(changed(tmp_path, publish))
    names = {each.name for each in contract.expectations}
    assert contract.file is None
    assert (contract.source, contract.extract) == ("published", "core.evictions")
    assert {"ordered_on_given", "outcome_known"} <= names
    assert "outcome_on_given" not in names
