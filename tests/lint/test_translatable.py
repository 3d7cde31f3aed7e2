"""What people read can be translated: no bare text in a template, and none in the modules of faces.

What is stored (messages and hints of runs and issues, in the words of whoever said it), what goes to logs, and what
describes the REST and GraphQL schemas stays English, as NetBox's own does.
"""

import ast
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "netbox_hedgehog"
TEMPLATES = sorted((PACKAGE / "templates").rglob("*.html"))

TEMPLATE_TOKEN = re.compile(r"{#.*?#}|{%.*?%}|{{.*?}}|<(style|script)\b.*?</\1>", re.DOTALL)
TRANSLATED = re.compile(r"{%\s*blocktrans.*?{%\s*endblocktrans\s*%}", re.DOTALL)
READ_ATTRIBUTES = re.compile(r'\b(?:title|aria-label|placeholder|alt)="([^"]*)"')
LETTERS = re.compile(r"[A-Za-z]{2,}")
NAMES = {"YAML"}  # the same in every language


def texts(source: str) -> Iterator[str]:
    """The bare texts of a template: between its tags, and in the attributes that browsers show."""
    left = TEMPLATE_TOKEN.sub(" ", TRANSLATED.sub(" ", source))
    for text in (*re.split(r"<[^>]*>", left), *READ_ATTRIBUTES.findall(left)):
        bare = re.sub(r"&\w+;", " ", text).strip()
        if LETTERS.search(bare) and bare not in NAMES:
            yield bare


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_template_has_no_bare_text(template):
    assert list(texts(template.read_text())) == []


def test_bare_text_of_a_template_is_found():
    source = '<p title="A tip">{% if a %}One{% else %}{% trans "Two" %}{% endif %} {{ three }}</p>'
    assert list(texts(source)) == ["One", "A tip"]


FACES = (
    "filtersets",
    "forms",
    "models/choices.py",
    "models/entry.py",
    "models/kind_guards.py",
    "navigation.py",
    "presentation",
    "queries",
    "sync/health/age.py",
    "sync/health/facts.py",
    "sync/health/schedule_fact.py",
    "sync/health/watcher_status.py",
    "sync/request",
    "tables",
    "templatetags",
    "views",
)
MODULES = [
    file for face in FACES for file in sorted((PACKAGE / face).rglob("*.py") if "." not in face else [PACKAGE / face])
]
GETTEXT = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy"}
# Calls whose texts nobody reads in a face: logs, and errors that are stored; and those that take HTML.
NOT_READ = {"RawSQL", "compile", "Failure", "ClusterError"}
MARKUP = {"format_html", "format_html_join", "mark_safe"}
PROSE = re.compile(r"[A-Za-z]{2,}[,:;.]? (?:[A-Za-z]|{})")
# Texts that are no prose for people, by a part of them.
ALLOWED = (
    "mdi mdi-",
    "btn ",
    "form-control",
    "-----BEGIN",
    "PRIVATE KEY",
    "apiVersion: v1",
    "not {}",  # htmx's hx-params
    "ACK ACL ACLs",
    "hardware SKU",
    "never tried",  # the fixed words of facts
    "access denied",
    "catching up",  # of a watch
    "not begun",
    "on time",
    "Let through what run #{} held: {}",  # a message in the change log
    "Cancelled by",  # stored with the run
    "Request a new sync",
    "an administrator",
    "hedgehog sync",
    "netbox_hedgehog",
)


def bare_literals(source: str) -> Iterator[tuple[int, str]]:
    """Line and text of each literal that looks like prose and goes through no function of gettext."""
    yield from _bare(ast.parse(source))


def _bare(node: ast.AST) -> Iterator[tuple[int, str]]:
    called = _name(node.func) if isinstance(node, ast.Call) else ""
    if called in GETTEXT | NOT_READ:
        return
    yield from _markup(node) if called in MARKUP else _prose(node)
    for child in ast.iter_child_nodes(node):
        if not _is_docstring(node, child) and not (isinstance(node, ast.JoinedStr) and isinstance(child, ast.Constant)):
            yield from _bare(child)


def _markup(call: ast.Call) -> list[tuple[int, str]]:
    """The HTML that is given to a call, where it has words between its tags."""
    parts = [part for part in call.args if isinstance(part, ast.Constant)]
    return [(part.lineno, part.value) for part in parts if list(texts(part.value.replace("{}", " ")))]


def _prose(node: ast.AST) -> list[tuple[int, str]]:
    text = ""
    if isinstance(node, ast.JoinedStr):
        text = "".join(part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str) and "<" not in node.value:
        text = node.value
    return [(node.lineno, text)] if PROSE.search(text) else []


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr if _name(function.value) != "logger" else "RawSQL"
    return function.id if isinstance(function, ast.Name) else ""


def _is_docstring(parent: ast.AST, node: ast.AST) -> bool:
    holders = (ast.Module, ast.ClassDef, ast.FunctionDef)
    return isinstance(parent, holders) and isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_module_of_a_face_has_no_bare_text(module):
    found = [each for each in bare_literals(module.read_text()) if not any(part in each[1] for part in ALLOWED)]
    assert found == []


def test_bare_literal_is_found():
    source = """
def f(x):
    'Not this text.'
    a = _("Nor this text.")
    format_html('<b class="not this">{}</b>', x), format_html("<b>{} this</b>", x)
    return f"But this {x}", "and this one"
"""
    assert list(bare_literals(source)) == [(5, "<b>{} this</b>"), (6, "But this {}"), (6, "and this one")]


COLLECT = """
import sys
from django.conf import settings
settings.configure(USE_I18N=True)
from netbox_hedgehog.management.commands import hedgehog_messages
from pathlib import Path
hedgehog_messages.PACKAGE = Path(sys.argv[1])
from django.core.management import call_command
call_command(hedgehog_messages.Command(), locale=["de"], verbosity=0)
"""


@pytest.mark.skipif(not shutil.which("xgettext"), reason="GNU gettext is not installed")
def test_translators_find_the_texts_of_templates_faces_and_kinds(tmp_path):
    package = shutil.copytree(PACKAGE, tmp_path / PACKAGE.name, ignore=shutil.ignore_patterns("__pycache__", "locale"))
    ran = subprocess.run([sys.executable, "-c", COLLECT, package], check=False, capture_output=True, text=True)
    assert (ran.returncode, ran.stderr) == (0, "")
    collected = (package / "locale/de/LC_MESSAGES/django.po").read_text()
    texts = {"".join(re.findall(r'"(.*)"', each)) for each in re.split(r"\nmsg(?:id|id_plural|str.*?) ", collected)}
    assert len(texts) > 1000
    assert {
        "First steps",  # a template
        "VPC attachment",  # a model, and a kind's label
        "VPC attachments",
        "Press Test connection, or Sync.",  # a fact
        "Software that the switch should run.",  # a field of a kind
        "{number} links",  # a plural in a room without Django
        "The run took longer than is allowed",  # a code
    } <= texts
