"""A release is rolled out while the one before it still runs: docs/upgrade.md. Migrations keep that true.

Old code writes to the new schema for a while. So a column, a table or a name that it uses may go only in a
migration that says `contract = "…"`: why no running release uses it any more. And what it does not know must
have a default in the database, because its INSERTs leave that out.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ModelState, ProjectState
from django.db.models import NOT_PROVIDED

ROOT = Path(__file__).resolve().parents[1]
# What was there when the policy began, with no release running. Of other apps the first one makes the tables.
BEFORE_THE_POLICY = {"accounts": 2, "content": 4, "grading": 3, "progress": 3}
CONTRACT = "this takes away what the release before uses; say why nobody does: contract = '…'"


def faults_of(migration: Any, before: ProjectState | None = None) -> list[str]:
    """Return what in this migration breaks the release before it, a sentence each.

    `before` is the state of the models that it begins with: which column is altered, and from what.
    """
    operations = _flat(list(migration.operations))
    created = {one.name_lower for one in operations if isinstance(one, migrations.CreateModel)}
    faults = []
    for operation in operations:
        if getattr(operation, "model_name_lower", getattr(operation, "name_lower", "")) in created:
            continue
        fault = _fault(operation, _column_before(migration, operation, before))
        if fault and not (fault == CONTRACT and getattr(migration, "contract", "")):
            faults.append(f"{operation.describe()}: {fault}")
    if _changes_schema(operations) and _changes_rows(operations):
        faults.append("rows and schema in one migration: a lock on the table is held while rows are changed")
    return faults


def _column_before(migration: Any, operation: Operation, before: ProjectState | None) -> models.Field | None:
    if before is None or not isinstance(operation, migrations.AlterField):
        return None
    found = before.models.get((migration.app_label, operation.model_name_lower))
    return found.fields.get(operation.name) if found else None


def _flat(operations: list[Operation]) -> list[Operation]:
    found = []
    for operation in operations:
        if isinstance(operation, migrations.SeparateDatabaseAndState):
            found += _flat(list(operation.database_operations))
        else:
            found.append(operation)
    return found


def _fault(operation: Operation, old: models.Field | None) -> str:
    match operation:
        case migrations.RemoveField() | migrations.RenameField() | migrations.AlterModelTable():
            return CONTRACT
        case migrations.DeleteModel() | migrations.RenameModel():
            return CONTRACT
        case migrations.AddField(field=field):
            return _fault_of_column(field)
        case migrations.AlterField(field=field):
            return _fault_of_change(old, field)
        case migrations.RunPython() if operation.reverse_code is None:
            return "it has no way back: give reverse_code, migrations.RunPython.noop where nothing is to do"
        case migrations.RunSQL() if operation.reverse_sql is None:
            return "it has no way back: give reverse_sql"
    return ""


def _fault_of_change(old: models.Field | None, new: models.Field) -> str:
    """Words for people, choices and blocks change no column; a narrower one refuses what old code writes."""
    if old is None:
        return "" if new.null else CONTRACT
    narrower = old.null and not new.null and new.db_default is NOT_PROVIDED
    shorter = (new.max_length or 0) < (old.max_length or 0) and new.max_length is not None
    other = old.get_internal_type() != new.get_internal_type()
    return CONTRACT if narrower or shorter or other or (new.unique and not old.unique) else ""


def _fault_of_column(field: models.Field) -> str:
    if field.null or field.many_to_many or field.db_default is not NOT_PROVIDED or field.generated:
        return ""
    return "the release before inserts rows without it: null=True, or db_default"


def _changes_schema(operations: list[Operation]) -> bool:
    kept = (migrations.RunPython, migrations.RunSQL, migrations.SeparateDatabaseAndState)
    return any(not isinstance(operation, kept) for operation in operations)


def _changes_rows(operations: list[Operation]) -> bool:
    return any(isinstance(operation, migrations.RunPython) for operation in operations)


def ours() -> dict[str, migrations.Migration]:
    """Return our own migrations of after the beginning of the policy, by "app.name"."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    labels = {
        config.label for config in apps.get_app_configs() if Path(config.path).is_relative_to(ROOT / "lms")
    }
    found = {}
    for (label, name), migration in loader.disk_migrations.items():
        if label in labels | {"content"} and int(name[:4]) > BEFORE_THE_POLICY.get(label, 1):
            found[f"{label}.{name}"] = migration
    return found


def test_our_migrations_are_found():
    assert {"grading.0004_request_id", "grading.0007_cleared_attempts"} <= set(ours())


@pytest.mark.parametrize("name", sorted(ours()))
def test_a_migration_keeps_the_release_before_it_running(name: str):
    label, _, migration = name.partition(".")
    before = MigrationLoader(None).project_state((label, migration), at_end=False)
    assert faults_of(ours()[name], before) == []


# --- The lint itself ---------------------------------------------------------------------------------


def migration(*operations: Operation, **attributes) -> type[migrations.Migration]:
    return type("Migration", (migrations.Migration,), {"operations": list(operations), **attributes})


TEXT = models.TextField(default="")


@pytest.mark.parametrize(
    "operation",
    [
        migrations.RemoveField("thing", "name"),
        migrations.RenameField("thing", "name", "title"),
        migrations.DeleteModel("thing"),
        migrations.RenameModel("thing", "object"),
        migrations.AlterField("thing", "name", models.TextField()),
        migrations.AlterModelTable("thing", "things"),
    ],
)
def test_what_takes_something_away_has_to_say_why_nobody_uses_it(operation: Operation):
    assert len(faults_of(migration(operation))) == 1
    assert faults_of(migration(operation, contract="unused since 1.4: the column was read by nobody")) == []


@pytest.mark.parametrize(
    "operation",
    [
        migrations.AddField("thing", "name", models.TextField(default="")),
        migrations.AddField("thing", "other", models.ForeignKey("auth.Group", models.CASCADE)),
        migrations.RunPython(lambda apps, editor: None),
        migrations.RunSQL("SELECT 1"),
    ],
)
def test_what_no_word_excuses(operation: Operation):
    assert len(faults_of(migration(operation, contract="because"))) == 1


@pytest.mark.parametrize(
    "operation",
    [
        migrations.AddField("thing", "name", models.TextField(default="", db_default="")),
        migrations.AddField("thing", "at", models.DateTimeField(null=True)),
        migrations.AddIndex("thing", models.Index(fields=["name"], name="thing_name")),
        migrations.CreateModel("thing", [("name", models.TextField())]),
        migrations.AlterField("thing", "name", models.TextField(null=True)),
        migrations.RunPython(lambda apps, editor: None, migrations.RunPython.noop),
    ],
)
def test_what_is_let_through(operation: Operation):
    assert faults_of(migration(operation)) == []


@pytest.mark.parametrize(
    ("old", "new", "fine"),
    [
        (models.TextField(), models.TextField(help_text="other words"), True),
        (models.TextField(null=True), models.TextField(), False),
        (models.TextField(null=True), models.TextField(db_default=""), True),
        (models.CharField(max_length=9), models.CharField(max_length=8), False),
        (models.CharField(max_length=8), models.CharField(max_length=9), True),
        (models.TextField(), models.IntegerField(), False),
        (models.IntegerField(), models.IntegerField(unique=True), False),
    ],
)
def test_a_column_may_become_wider_and_not_narrower(old: models.Field, new: models.Field, fine: bool):
    before = ProjectState()
    before.add_model(ModelState("shop", "thing", [("name", old)]))
    altered = migration(migrations.AlterField("thing", "name", new), app_label="shop")
    assert (faults_of(altered, before) == []) == fine


def test_a_column_of_a_new_table_is_nobodys_yet():
    assert (
        faults_of(
            migration(
                migrations.CreateModel("thing", [("id", models.AutoField(primary_key=True))]),
                migrations.AddField("thing", "name", models.TextField()),
            )
        )
        == []
    )


def test_rows_are_changed_in_a_migration_of_their_own():
    both = migration(
        migrations.AddField("thing", "at", models.DateTimeField(null=True)),
        migrations.RunPython(lambda apps, editor: None, migrations.RunPython.noop),
    )
    assert len(faults_of(both)) == 1
    assert "one migration" in faults_of(both)[0]


def test_the_policy_stands_in_the_documents():
    text = (ROOT / "docs" / "upgrade.md").read_text()
    for word in ("contract", "db_default", Path(__file__).name):
        assert word in text
