import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

# Run's changes as they were say neither when nor what was before: what is known of them is kept.
CARRY_OVER = """
    UPDATE netbox_hedgehog_resourcechange AS change SET
        fabric_id = run.fabric_id,
        time = COALESCE(run.started, run.created),
        fields = (SELECT COALESCE(jsonb_agg(jsonb_build_object('path', path)), '[]')
                  FROM jsonb_array_elements_text(change.fields) AS path)
    FROM netbox_hedgehog_syncrun AS run WHERE run.id = change.run_id
"""


class Migration(migrations.Migration):
    """What runs changed becomes the history of objects, which the watcher writes too."""

    dependencies = [("netbox_hedgehog", "0013_run_operation")]

    operations = [
        migrations.RenameModel("RunChange", "ResourceChange"),
        migrations.AlterModelOptions(
            name="resourcechange", options={"ordering": ("pk",), "verbose_name": "resource change"}
        ),
        migrations.RemoveIndex(model_name="resourcechange", name="netbox_hedg_kind_e2135d_idx"),
        migrations.AddField(
            model_name="resourcechange",
            name="time",
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
        ),
        migrations.AddField(
            model_name="resourcechange",
            name="fabric",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="netbox_hedgehog.fabric",
            ),
        ),
        migrations.AddField(
            model_name="resourcechange", name="api_group", field=models.CharField(blank=True, max_length=200, default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="resourcechange", name="fields_left_out", field=models.PositiveIntegerField(default=0)
        ),
        migrations.AddField(model_name="resourcechange", name="managers", field=models.JSONField(default=list)),
        migrations.RunSQL(CARRY_OVER, migrations.RunSQL.noop),
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED", migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="resourcechange",
            name="fabric",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="netbox_hedgehog.fabric",
            ),
        ),
        migrations.AlterField(
            model_name="resourcechange",
            name="run",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="changes",
                to="netbox_hedgehog.syncrun",
            ),
        ),
        migrations.AddIndex(
            model_name="resourcechange",
            index=models.Index(fields=["fabric", "id"], name="netbox_hedgehog_change_fabric"),
        ),
        migrations.AddIndex(
            model_name="resourcechange",
            index=models.Index(
                fields=["fabric", "kind", "namespace", "name", "id"], name="netbox_hedgehog_change_object"
            ),
        ),
        migrations.AddIndex(
            model_name="resourcechange",
            index=models.Index(condition=models.Q(run=None), fields=["time"], name="netbox_hedgehog_change_watch"),
        ),
    ]
