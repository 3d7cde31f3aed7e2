"""Who marked an object missing, whether a guard has let it go, and which run holds its removal back."""

from django.db import migrations, models

MODELS = (
    'agent', 'catalog', 'connection', 'dhcpsubnet', 'external', 'externalattachment', 'externalpeering', 'gateway',
    'gatewayagent', 'gatewaygroup', 'gatewaypeering', 'ipv4namespace', 'otherresource', 'server', 'serverprofile',
    'switch', 'switchgroup', 'switchprofile', 'vlannamespace', 'vpc', 'vpcattachment', 'vpcinfo', 'vpcpeering',
)


def tell_of_what_is_missing(apps, schema_editor):
    """Until now only runs in which no guard objected were counted; a run told of those that it had marked itself."""
    changes = apps.get_model('netbox_hedgehog', 'RunChange').objects.filter(action='missing')
    for name in MODELS:
        model = apps.get_model('netbox_hedgehog', name)
        kind = models.OuterRef('kind') if name == 'otherresource' else model._meta.object_name
        marked = changes.filter(kind=kind, object_id=models.OuterRef('pk')).order_by('-run').values('run')
        gone = model.objects.filter(missing_since__isnull=False, missing_runs__gt=0)
        gone.update(absence_proven=True, missing_run=models.Subquery(marked[:1]))


class Migration(migrations.Migration):

    dependencies = [
        ('netbox_hedgehog', '0008_condition_told'),
    ]

    operations = [
        migrations.AddField(model_name=model, name=name, field=field)
        for model in MODELS
        for name, field in (
            ('missing_run', models.BigIntegerField(editable=False, null=True, verbose_name='marked missing by run')),
            ('absence_proven', models.BooleanField(default=False, editable=False)),
            ('held_run', models.BigIntegerField(editable=False, null=True, verbose_name='removal held back by run')),
        )
    ] + [migrations.RunPython(tell_of_what_is_missing, migrations.RunPython.noop)]
