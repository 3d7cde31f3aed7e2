"""NetBox's protection rules (its setting PROTECTION_RULES) for rows that are deleted in bulk, without its signal."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from extras.utils import run_validators
from netbox.config import get_config
from utilities.data import get_config_value_ci
from utilities.exceptions import AbortRequest

__all__ = ("ask_protection_rules",)


def ask_protection_rules(model: type[models.Model], rows: Sequence[Any]) -> None:
    """Raise AbortRequest, which NetBox shows to whoever deletes, where a rule forbids to delete one of ``rows``."""
    rules = get_config_value_ci(get_config().PROTECTION_RULES, model._meta.label_lower, default=[])
    try:
        for row in rows if rules else ():
            run_validators(row, rules)
    except ValidationError as error:
        message = _("Deletion is prevented by a protection rule: {message}").format(message=error)
        raise AbortRequest(message) from error
