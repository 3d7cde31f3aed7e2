from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('netbox_hedgehog', '0005_terminal_states'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='syncrun',
            index=models.Index(fields=['fabric', '-finished'], name='netbox_hedgehog_run_ended'),
        ),
    ]
