from django.db import migrations, models


def make_row(apps, _schema_editor):
    apps.get_model("netbox_hedgehog", "ScheduleStatus").objects.get_or_create(pk=1)


class Migration(migrations.Migration):
    """How the timer is, in one row; and the name by which RQ knows a run's worker, beside the one for people."""

    dependencies = [("netbox_hedgehog", "0010_kind_names")]

    operations = [
        migrations.CreateModel(
            name="ScheduleStatus",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                ("began", models.DateTimeField(null=True)),
                ("ended", models.DateTimeField(null=True)),
                ("errors", models.JSONField(default=list)),
                ("failing_since", models.DateTimeField(null=True)),
                ("alarmed", models.JSONField(default=list, editable=False)),
            ],
        ),
        migrations.RunPython(make_row, migrations.RunPython.noop),
        migrations.AddField(
            model_name="syncrun",
            name="rq_worker",
            field=models.CharField(blank=True, db_default="", default="", editable=False, max_length=200),
        ),
    ]
