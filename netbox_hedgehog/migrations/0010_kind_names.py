"""How each kind is called on its cluster: plural, singular and short names; known with the next look at it."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('netbox_hedgehog', '0009_missing_by_whom'),
    ]

    operations = [
        migrations.AddField(
            model_name='kindobservation',
            name=name,
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=63), default=list, size=None
            ),
        )
        for name in ('full_names', 'short_names')
    ]
