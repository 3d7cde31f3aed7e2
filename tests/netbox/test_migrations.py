"""The migrations follow the models."""

import pytest
from django.core.management import call_command


@pytest.mark.django_db
def test_models_have_no_change_without_a_migration(capsys):
    try:
        call_command("makemigrations", "netbox_hedgehog", check=True, dry_run=True)
    except SystemExit:
        pytest.fail(capsys.readouterr().out)
