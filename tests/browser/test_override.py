"""A guard holds objects; a person looks, gives a reason, presses the button, and they go."""

import re

from playwright.sync_api import expect

from tests.browser.given import add_fabric, fact, sync


def test_a_blocked_run_is_let_through_with_a_reason(page, practice, picture, live_netbox):
    name = add_fabric(page, practice.kubeconfig.read_text(), "dc-west")
    sync(page)
    expect(fact(page, "freshness")).to_contain_text("fresh")
    lab = page.url
    gone = [each["metadata"]["name"] for each in practice.list("vpcattachments")]
    for each in gone:
        practice.delete("vpcattachments", each)
    sync(page)
    banner = page.get_by_role("alert").filter(has_text="was blocked")
    link = banner.get_by_role("link", name=f"{len(gone)} objects are held; look and decide")
    expect(link).to_be_visible()
    picture("blocked-fabric")

    link.click()
    held = page.locator("#hedgehog-held")
    expect(held).to_contain_text("waits for a decision")
    expect(held).to_contain_text(gone[0])
    picture("blocked-run")
    picture("blocked-run-dark", dark=True)
    picture("blocked-run-narrow", width=390, height=844)
    page.get_by_role("button", name="Let these go").click()
    expect(held).to_contain_text("Say why these objects may go")
    page.get_by_label("Reason").fill("The tenants of rack 7 have left, ticket 4711")
    page.get_by_role("button", name="Let these go").press("Enter")  # as the keyboard would
    expect(held).to_contain_text("“The tenants of rack 7 have left, ticket 4711”")
    picture("after-override")
    held.get_by_role("link", name=re.compile("^#")).click()  # the run that is to let them go, or has
    let_through = page.locator("#hedgehog-let-through")
    expect(let_through).to_contain_text("ticket 4711")
    expect(page.get_by_role("progressbar")).to_have_count(0)
    picture("let-through")

    page.goto(lab)
    expect(page.get_by_role("alert").filter(has_text="blocked")).to_have_count(0)
    listed = live_netbox.rest.get(f"/api/plugins/hedgehog/vpcattachments/?fabric={name}")["results"]
    assert {each["state"] for each in listed} == {"missing"}


def test_the_menu_of_the_sync_button_is_reached_by_keyboard(page, practice, picture):
    add_fabric(page, practice.kubeconfig.read_text())
    sync(page)
    page.locator("#hedgehog-sync").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#hedgehog-hard-sync")).to_be_visible()
    picture("split-button")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("progressbar")).to_have_count(0)
    expect(page.locator("#hedgehog-live")).to_contain_text("whole fabric, hard")


def test_an_object_is_read_anew_from_its_page(page, practice):
    add_fabric(page, practice.kubeconfig.read_text())
    sync(page)
    page.locator("#hedgehog-live").get_by_role("link", name="VPCs").click()  # of this fabric
    page.locator("#object_list a", has_text="vpc-").first.click()
    practice.faults.add("latency", verb="list", seconds=1)  # so that the page is there before the run has ended
    page.click("#hedgehog-sync")
    told = page.locator("#hedgehog-under-way")
    expect(told).to_contain_text("It has ended")
    told.get_by_role("link", name=re.compile("^#")).click()
    expect(page.locator("#hedgehog-live")).to_contain_text("Succeeded")
    expect(page.locator("#hedgehog-live")).to_contain_text("VPC default/vpc-")
