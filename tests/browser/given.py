"""What the browser tests do again and again, as a person would."""

from itertools import count

from playwright.sync_api import Page, expect

__all__ = ("add_fabric", "fact", "sync")

_numbers = count(1)


def add_fabric(page: Page, kubeconfig: str, name: str = "") -> str:
    """Add a fabric by pasting KUBECONFIG into the form; the page then shows it. Returns its name."""
    name = name or f"fabric-{next(_numbers)}"
    page.goto("/plugins/hedgehog/fabrics/add/")
    page.fill("[name=name]", name)
    page.fill("[name=kubeconfig]", kubeconfig)
    page.click("button[name=_create]")
    expect(page.locator("h1.page-title, h2.page-title").first).to_contain_text(name)
    return name


def fact(page: Page, name: str):
    """The badge of one of the four facts."""
    return page.locator(f"[data-fact={name}]")


def sync(page: Page) -> None:
    """Press Sync and wait until the run has ended, without loading the page anew."""
    page.click("#hedgehog-sync")
    expect(page.get_by_role("progressbar")).to_have_count(0)
