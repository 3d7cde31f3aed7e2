import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('netbox_hedgehog', '0003_holds'),
    ]

    operations = [
        migrations.CreateModel(
            name='FabricCondition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                ('type', models.CharField(max_length=20)),
                ('status', models.BooleanField()),
                ('reason', models.CharField(blank=True, max_length=50)),
                ('message', models.TextField(blank=True)),
                ('changed_at', models.DateTimeField()),
                ('fabric', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='conditions', to='netbox_hedgehog.fabric')),
            ],
            options={
                'ordering': ('fabric', 'type'),
                'constraints': [models.UniqueConstraint(fields=('fabric', 'type'), name='netbox_hedgehog_fabriccondition_key')],
            },
        ),
    ]
