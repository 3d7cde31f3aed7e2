"""``manage.py hedgehog_messages -l de``: collect the plugin's texts for translators, in its own ``locale`` folder."""

from contextlib import chdir
from pathlib import Path

from django.core.management.commands import makemessages

PACKAGE = Path(__file__).resolve().parents[2]


class Command(makemessages.Command):
    """Django's makemessages, run in the plugin, with the calls in which rooms without Django have texts.

    This is how Django's documentation has makemessages customized. The help of a kind's field is the third argument of
    ``Field``; ``counted`` has a singular and a plural; ``_About`` has what a run's code means.
    """

    xgettext_options = [
        *makemessages.Command.xgettext_options,
        "--keyword=Field:3",
        "--keyword=counted:2,3",
        "--keyword=_About:1",
    ]

    def handle(self, *args, **options):
        with chdir(PACKAGE):
            Path("locale").mkdir(exist_ok=True)
            super().handle(*args, **options)
