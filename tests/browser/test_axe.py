"""No page of the plugin keeps anyone out: axe finds nothing serious or critical on any of them, light or dark."""

import json
import subprocess
import sys

import pytest
from axe_playwright_python.sync_playwright import Axe

from practice.services.netbox import CHECKOUT

# NetBox's own, drawn by its templates on every page of it: by selector, with what axe finds there.
NETBOXS = {
    "#footer-stamp": "grey on dark in the footer",
    ".nav-tabs": "grey on dark in the tabs of pages and lists",
    ".markdown-widget": "green on grey and grey on dark in the tabs above comments",
    ".btn-cyan": "white on cyan: Bookmark, Subscribe, Import",
    ".btn-yellow": "white on yellow: Edit",
    ".form-text a[tabindex='-1']": "the link to the Markdown guide below comments",
    ".modal-title": "a heading of the fifth level in the dialogue that confirms",
    ".alert-danger h4": "a heading of the fourth level where many are deleted",
    "th[aria-label='Actions'] a": "an empty link in the heading of a table that sorts",
}
EXCLUDED = {"exclude": [[selector] for selector in NETBOXS]}
ALL, COLORS = {}, {"runOnly": ["color-contrast", "link-in-text-block"]}  # dark mode differs in colours alone
STILL = "*, *::before, *::after { transition: none !important; animation: none !important }"


@pytest.fixture(scope="module")
def pages(live_netbox, module_practice):
    """The addresses of a page of each type, in each state, by name."""
    command = [sys.executable, "-m", "tests.browser.pages", module_practice.kubeconfig]
    where = {"env": live_netbox.netbox.environment(), "cwd": CHECKOUT}
    ran = subprocess.run(command, check=False, capture_output=True, text=True, timeout=120, **where)
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout.splitlines()[-1])


def faults(page) -> list[str]:
    """What axe finds on PAGE as it stands, in both modes."""
    page.add_style_tag(content=STILL)
    page.evaluate(Axe().axe_script)
    found = []
    for mode, options in (("light", ALL), ("dark", COLORS)):
        page.evaluate("mode => document.documentElement.setAttribute('data-bs-theme', mode)", mode)
        result = page.evaluate(
            "([where, how]) => axe.run(where, {resultTypes: ['violations'], ...how})", [EXCLUDED, options]
        )
        assert result["passes"] or result["violations"], "axe has looked at nothing"
        for each in result["violations"]:
            if each["impact"] in ("serious", "critical") or each["id"] == "heading-order":
                found += [f"{mode}, {each['id']}: {node['html'][:120]}" for node in each["nodes"]]
    return found


def test_axe_finds_nothing_serious_on_any_type_of_page(page, pages, picture):
    found = {}
    for name, address in pages.items():
        assert page.goto(address).status == 200, name
        if name == "fabric, stale":
            picture("stale")
        found[name] = faults(page)
    assert len(found) > 35
    assert "\n".join(f"{name}: {fault}" for name, each in found.items() for fault in each) == ""


@pytest.mark.parametrize("action", ["edit", "delete"])
def test_axe_finds_nothing_serious_where_many_are_changed_at_once(page, pages, action):
    page.goto(pages["list of fabrics"])
    page.locator("tbody input[name=pk]").first.check()
    with page.expect_navigation():
        page.locator(f".bulk-action-buttons [formaction*='/{action}/']").click()
    assert page.url.partition("?")[0].endswith(f"/fabrics/{action}/")
    assert faults(page) == []


def test_axe_finds_nothing_serious_in_a_form_that_is_refused(page, pages):
    page.goto(pages["adding"])
    page.fill("[name=name]", "good")
    page.fill("[name=kubeconfig]", "no kubeconfig")
    with page.expect_navigation():
        page.click("button[name=_create]")
    assert page.locator(".alert, .form-text.text-danger, .is-invalid").count()
    assert faults(page) == []


def test_axe_tells_of_white_on_green_where_the_plugins_colours_are_taken_away(page, pages):
    page.goto(pages["fabric"])
    page.evaluate("document.querySelectorAll('head style').forEach(style => style.remove())")
    assert any("color-contrast" in each and "text-bg-green" in each for each in faults(page))
