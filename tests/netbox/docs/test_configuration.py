"""docs/configuration.md tells of the settings that there are, with their defaults."""

import ast
import re

from netbox_hedgehog.plugin import HedgehogConfig
from practice.services.netbox import CHECKOUT


def test_every_setting_is_documented_with_its_default():
    text = (CHECKOUT / "docs" / "configuration.md").read_text()
    section = text.partition("## Settings")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `(\w+)` \| `(.+?)` \|", section, re.MULTILINE)
    assert {name: ast.literal_eval(default) for name, default in rows} == HedgehogConfig.default_settings
