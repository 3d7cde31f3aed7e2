from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [("netbox_hedgehog", "0011_schedule")]

    operations = [migrations.RenameField(model_name="fabriccondition", old_name="told", new_name="notified")]
