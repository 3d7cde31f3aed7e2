"""What a person sees of a fabric: first steps, a bar that moves, badges that change, the truth when it fails."""

from playwright.sync_api import expect

from tests.browser.given import add_fabric, fact, sync


def test_from_a_kubeconfig_to_a_synced_fabric(page, practice, picture):
    add_fabric(page, practice.kubeconfig.read_text(), "dc-east")
    expect(page.locator("#hedgehog-new")).to_be_visible()
    expect(fact(page, "connection")).to_have_text("never tried")
    picture("new")

    page.click("#hedgehog-test")
    expect(page.locator("#hedgehog-test-result")).to_contain_text("passed")
    expect(page.locator("#hedgehog-test-result")).to_contain_text("List objects")
    expect(fact(page, "connection")).to_contain_text("connected")

    practice.faults.add("latency", verb="list", seconds=0.3)
    page.click("#hedgehog-sync")
    bar = page.get_by_role("progressbar")
    expect(bar).to_be_visible()
    page.evaluate("window.sameDocument = true")
    seen = set()
    for _ in range(60):
        if not bar.count():
            break
        seen.add(int(bar.get_attribute("aria-valuenow") or 0))
        if len(seen) == 4:
            picture("during")
        page.wait_for_timeout(250)
    practice.faults.clear()
    assert len(seen) > 3, "the bar did not move"
    assert max(seen) > 50

    expect(bar).to_have_count(0)
    expect(fact(page, "freshness")).to_contain_text("fresh")
    expect(fact(page, "health")).to_contain_text("healthy")
    expect(fact(page, "drift")).to_have_text("unknown")
    expect(page.locator("#hedgehog-live")).to_contain_text("Switches")
    assert page.evaluate("window.sameDocument"), "the page was loaded anew"
    picture("fabric")
    picture("dark", dark=True)
    picture("narrow", width=390, height=844)

    page.goto("/plugins/hedgehog/vpcs/")
    expect(page.locator("#object_list")).to_contain_text("vpc-")
    picture("vpcs")
    page.goto("/plugins/hedgehog/connections/")
    page.locator("#object_list a", has_text="eslag").first.click()
    expect(page.locator("#hedgehog-sentence")).to_contain_text("leaf")
    picture("connection")
    page.get_by_text("Manifest as the cluster serves it").click()
    expect(page.locator("#hedgehog-yaml")).to_contain_text("kind: Connection")


def test_a_failed_test_says_what_happened_and_what_to_do(page, practice, picture):
    kubeconfig = practice.kubeconfig.read_text()
    practice.stop()
    add_fabric(page, kubeconfig)
    page.click("#hedgehog-test")
    result = page.locator("#hedgehog-test-result")
    expect(result).to_contain_text("failed")
    expect(result).to_contain_text("connection_refused")
    expect(result).to_contain_text("Check the port")
    expect(fact(page, "connection")).to_contain_text("unreachable")
    picture("unreachable")


def test_a_failed_sync_says_so_on_both_pages(page, practice, picture):
    add_fabric(page, practice.kubeconfig.read_text())
    sync(page)
    practice.faults.add("unauthorized")
    sync(page)
    banner = page.get_by_role("alert").filter(has_text="failed")
    expect(banner).to_contain_text("does not accept the credential")
    expect(banner).to_contain_text("unauthorized")
    expect(fact(page, "connection")).to_contain_text("access denied")
    expect(page.locator("#hedgehog-live")).to_contain_text("Switches")
    picture("failed-fabric")
    banner.get_by_role("link").first.click()
    expect(page.get_by_role("alert")).to_contain_text("unauthorized")
    picture("failed-run")


def test_a_refused_kind_is_told_and_keeps_its_objects(page, practice):
    add_fabric(page, practice.kubeconfig.read_text())
    sync(page)
    practice.faults.add("forbid", kind="vpcs")
    sync(page)
    expect(page.get_by_role("alert").filter(has_text="partial")).to_be_visible()
    expect(fact(page, "connection")).to_contain_text("degraded")
    expect(page.locator("#hedgehog-live")).to_contain_text("VPC:")
    page.get_by_role("link", name="VPCs", exact=False).last.click()
    expect(page.locator("#object_list")).to_contain_text("present")


def test_without_a_worker_the_page_says_so_and_goes_on_once_there_is_one(page, practice, live_netbox, picture):
    add_fabric(page, practice.kubeconfig.read_text())
    live_netbox.worker.stop()
    try:
        page.click("#hedgehog-sync")
        said = page.locator("#hedgehog-live")
        expect(said).to_contain_text("netbox rqworker netbox_hedgehog.hedgehog_sync", timeout=5000)
        expect(said).to_contain_text("Queued")
        page.evaluate("window.sameDocument = true")
        picture("no-worker")
    finally:
        live_netbox.worker.start()
    expect(page.get_by_role("progressbar")).to_have_count(0)
    expect(fact(page, "freshness")).to_contain_text("fresh")
    expect(said).not_to_contain_text("rqworker")
    assert page.evaluate("window.sameDocument")


def test_a_running_sync_is_cancelled_from_its_page(page, practice):
    add_fabric(page, practice.kubeconfig.read_text())
    practice.faults.add("latency", verb="list", seconds=0.5)
    page.click("#hedgehog-sync")
    page.locator("#hedgehog-progress a").first.click()
    page.click("#hedgehog-cancel")
    expect(page.locator("#hedgehog-live")).to_contain_text("Cancelled")
    expect(page.get_by_role("progressbar")).to_have_count(0)


def test_choosing_a_credential_shows_its_fields_and_sends_no_secret_in_an_address(page):
    addresses: list[str] = []
    page.on("request", lambda request: addresses.append(request.url))
    page.goto("/plugins/hedgehog/fabrics/add/")
    page.fill("[name=name]", "kept")
    page.fill("[name=kubeconfig]", "secret-kubeconfig")
    page.evaluate("""
        const select = document.querySelector("[name=credential_kind]");
        select.value = "token";
        select.dispatchEvent(new Event("change", {bubbles: true}));
    """)
    expect(page.locator("[name=token]")).to_be_visible()
    expect(page.locator("[name=api_url]")).to_be_visible()
    expect(page.locator("[name=kubeconfig]")).to_have_count(0)
    expect(page.locator("[name=name]")).to_have_value("kept")
    assert not any("secret-kubeconfig" in address for address in addresses)


def test_pages_work_on_a_narrow_screen(page, practice):
    add_fabric(page, practice.kubeconfig.read_text())
    sync(page)
    page.set_viewport_size({"width": 390, "height": 844})
    for path in (page.url, "/plugins/hedgehog/connections/", "/plugins/hedgehog/runs/"):
        page.goto(path)
        too_wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert too_wide <= 0, path
