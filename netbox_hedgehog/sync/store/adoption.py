"""A kind that becomes known: its rows move from Other resources to the table of its own, with all that hangs on them.

No list of the cluster would ever speak of the old rows again: they would stay, and stay "present", for ever.

For migrations: only tables and columns that are there at that moment are touched, by SQL, and no signal is sent. What
people have set up for the object type *Other resource*, and not on an object, stays with it: permissions, event rules,
custom links, export templates, saved filters. Custom fields and restricted tags are made to hold for the kind as well,
or NetBox would drop their values with the next edit.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from core.models import ObjectType
from django.contrib.contenttypes.models import ContentType
from django.db import DatabaseError, migrations, transaction
from extras.models import CustomField, Tag

from netbox_hedgehog import kinds
from netbox_hedgehog.manifests import fingerprint
from netbox_hedgehog.netbox_internals.search_cache import registered_index
from netbox_hedgehog.sync.db.bulk import bulk_insert
from netbox_hedgehog.sync.store.attached import MOVED, hanging, move
from netbox_hedgehog.sync.store.references import REFERENCE_COLUMNS
from netbox_hedgehog.sync.store.search_index import SEARCH_COLUMNS, words

__all__ = ("AdoptOtherResources", "adopt_other_resources")

APP = "netbox_hedgehog"
BATCH = 500  # rows
# Run-time rows that name an object by kind and key.
BY_KIND = ("ResourceChange", "HeldObject")


class AdoptOtherResources(migrations.RunPython):
    """Migration operation that moves the rows of a kind out of OtherResource, after its model was created.

    Put it behind the ``CreateModel``, in the same migration or a later one. A test demands one for each such kind.
    """

    def __init__(self, kind: str) -> None:
        self.kind = kind
        super().__init__(partial(adopt_other_resources, kind=kind), migrations.RunPython.noop, elidable=False)

    def deconstruct(self) -> tuple[str, list[str], dict[str, Any]]:
        return type(self).__qualname__, [self.kind], {}

    def describe(self) -> str:
        return f"Move {self.kind} objects from Other resources to their own table"


def adopt_other_resources(apps: Any, schema_editor: Any, kind: str) -> None:
    """Move the rows of ``kind``; ``apps`` has the models as they are in the migration's state.

    Where a row of the same object is there already, what hangs on the old one moves to that.
    """
    entry = kinds.by_name(kind)
    other, model = apps.get_model(APP, "OtherResource"), apps.get_model(APP, kind)
    keys = list(other.objects.filter(api_group=entry.group, kind=kind).order_by("pk").values_list("pk", flat=True))
    if not keys:
        return
    with schema_editor.connection.cursor() as cursor:
        types = _object_type(cursor, "otherresource"), _object_type(cursor, kind.lower())
        tables = list(hanging(cursor, schema_editor.connection))
        for start in range(0, len(keys), BATCH):
            batch = keys[start : start + BATCH]
            made = _copy(cursor, other, model, batch)
            moved = _pairs(cursor, other, model, batch)
            _keep_values(other, model, {old: new for old, new in moved.items() if new not in made})
            for each in tables:
                move(cursor, each, types, moved)
            for name in BY_KIND:
                _rename(cursor, apps.get_model(APP, name), kind, moved)
            _describe(apps, entry, model, types[1], made)
            cursor.execute(f"DELETE FROM {_table(other)} WHERE id = ANY(%s)", [batch])  # noqa: S608  our own name
        for field in (CustomField.object_types, Tag.object_types):
            _hold_for(cursor, field.field, types)
        # Or an ALTER TABLE that follows in the same migration would find checks that are still to be made.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _object_type(cursor: Any, model: str) -> int:
    """The key of NetBox's object type; made here where NetBox would make it after all migrations."""
    cursor.execute(
        "INSERT INTO django_content_type (app_label, model) VALUES (%s, %s) ON CONFLICT DO NOTHING", [APP, model]
    )
    cursor.execute("SELECT id FROM django_content_type WHERE app_label = %s AND model = %s", [APP, model])
    (key,) = cursor.fetchone()
    cursor.execute(
        f"INSERT INTO {ObjectType._meta.db_table} (contenttype_ptr_id, public, features)"  # noqa: S608  NetBox's name
        " VALUES (%s, true, '{}') ON CONFLICT DO NOTHING",
        [key],
    )
    ContentType.objects.clear_cache()
    return key


def _copy(cursor: Any, other: Any, model: Any, keys: Sequence[int]) -> list[int]:
    """Copy the rows with ``keys``, all of them or one by one; returns the keys of those that are new."""
    try:
        with transaction.atomic(using=cursor.db.alias):
            return _copied(cursor, other, model, keys)
    except DatabaseError:
        if len(keys) > 1:
            return [made for key in keys for made in _copy(cursor, other, model, [key])]
        # A value that the kind's own indexes do not take: without it, and the next sync says what is wrong with it.
        return _copied(cursor, other, model, keys, live=None, status=None, fingerprint="", digest="")


def _copied(cursor: Any, other: Any, model: Any, keys: Sequence[int], **instead: Any) -> list[int]:
    theirs = {field.name for field in other._meta.concrete_fields}
    fields = [field for field in model._meta.concrete_fields if not field.generated and not field.primary_key]
    constants = {field.name: field.get_default() for field in fields if field.name not in theirs} | instead
    columns = ", ".join(f'"{field.column}"' for field in fields)
    values = ", ".join(
        f"CAST(%s AS {field.db_type(cursor.db)})" if field.name in constants else f'"{field.column}"'
        for field in fields
    )
    given = [field.get_db_prep_save(constants[field.name], cursor.db) for field in fields if field.name in constants]
    cursor.execute(
        f"INSERT INTO {_table(model)} ({columns}) SELECT {values} FROM {_table(other)}"  # noqa: S608  our own names
        " WHERE id = ANY(%s) ON CONFLICT (fabric_id, namespace, name) DO NOTHING RETURNING id",
        [*given, list(keys)],
    )
    return [key for (key,) in cursor.fetchall()]


def _pairs(cursor: Any, other: Any, model: Any, keys: Sequence[int]) -> dict[int, int]:
    """The new key of each old one."""
    cursor.execute(
        f"SELECT o.id, n.id FROM {_table(other)} o JOIN {_table(model)} n USING (fabric_id, namespace, name)"  # noqa: S608
        " WHERE o.id = ANY(%s)",
        [list(keys)],
    )
    return dict(cursor.fetchall())


def _keep_values(other: Any, model: Any, merged: Mapping[int, int]) -> None:
    """Of custom fields that say nothing on the row that is there already, keep the old row's values."""
    before = dict(other.objects.filter(pk__in=merged).values_list("pk", "custom_field_data"))
    for old, new in merged.items():
        row = model.objects.get(pk=new)
        said = {name: value for name, value in row.custom_field_data.items() if value not in (None, "", [])}
        model.objects.filter(pk=new).update(custom_field_data={**row.custom_field_data, **before[old], **said})


def _rename(cursor: Any, model: Any, kind: str, moved: Mapping[int, int]) -> None:
    cursor.execute(
        f"UPDATE {_table(model)} SET object_id = moved.new FROM {MOVED}"  # noqa: S608  our own name
        " WHERE kind = %s AND object_id = moved.old",
        [list(moved), list(moved.values()), kind],
    )


def _describe(apps: Any, entry: kinds.Kind, model: Any, object_type: int, keys: Sequence[int]) -> None:
    """What is known of a kind and was not of other resources: secrets, references, columns that search finds."""
    references: list[tuple[Any, ...]] = []
    search: list[tuple[Any, ...]] = []
    for row in model.objects.filter(pk__in=keys):
        _take_secrets_out(entry, row)
        metadata = {"name": row.name, "namespace": row.namespace, "labels": row.labels}
        for ref in kinds.references(entry, {"metadata": metadata, "spec": row.live}):
            path, name = ref.path[:500], ref.name[:253]
            references.append((row.fabric_id, row.namespace, entry.kind, row.name, path, ref.kind, name))
        search += words(registered_index(f"{APP}.{entry.kind.lower()}"), object_type, row)
    bulk_insert(apps.get_model(APP, "Reference"), REFERENCE_COLUMNS, references, ignore_conflicts=True)
    cached = apps.get_model("extras", "CachedValue")
    # What people made searchable, their custom fields, has moved here already.
    cached.objects.filter(object_type_id=object_type, object_id__in=keys).exclude(field__startswith="cf_").delete()
    bulk_insert(cached, SEARCH_COLUMNS, search)


def _take_secrets_out(entry: kinds.Kind, row: Any) -> None:
    obj = {"metadata": {"annotations": row.annotations}, "spec": row.live, "status": row.status}
    clean = kinds.redact(entry, obj)
    if clean is not obj:
        row.live, row.status = clean.get("spec"), clean.get("status")
        row.annotations = clean["metadata"].get("annotations") or {}
        row.fingerprint = fingerprint(row.labels, row.annotations, row.live, row.status, row.uid, row.deleting)
        row.save(update_fields=["live", "status", "annotations", "fingerprint"])


def _hold_for(cursor: Any, field: Any, types: tuple[int, int]) -> None:
    """Have the rows of ``field``'s model that hold for the one of ``types`` hold for the other too."""
    table, of, object_type = field.m2m_db_table(), field.m2m_column_name(), field.m2m_reverse_name()
    cursor.execute(
        f'INSERT INTO "{table}" ("{of}", "{object_type}")'  # noqa: S608  NetBox's names
        f' SELECT "{of}", %s FROM "{table}" WHERE "{object_type}" = %s ON CONFLICT DO NOTHING',
        [types[1], types[0]],
    )


def _table(model: Any) -> str:
    return f'"{model._meta.db_table}"'
