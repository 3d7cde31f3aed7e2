"""What a run does. Every run until now has read its cluster."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("netbox_hedgehog", "0012_condition_notified")]

    operations = [
        migrations.AddField(
            model_name="syncrun",
            name="operation",
            field=models.CharField(db_default="read", default="read", editable=False, max_length=20),
        ),
        migrations.RemoveConstraint(model_name="syncrun", name="netbox_hedgehog_one_queued"),
        migrations.AddConstraint(
            model_name="syncrun",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "queued")),
                fields=("fabric", "operation"),
                name="netbox_hedgehog_one_queued",
            ),
        ),
    ]
