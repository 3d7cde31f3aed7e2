"""Lists and objects as a person sees them: no table is cut off, and what a filter refers to is picked."""

from playwright.sync_api import expect

from tests.browser.given import add_fabric, sync

# Cards that hide a part of a table: cut at the card's edge, or to be scrolled to.
HIDDEN = """scrolled => [...document.querySelectorAll(".card table")].filter(table => {
    const card = table.closest(".card");
    for (let box = table.parentElement; box !== card.parentElement; box = box.parentElement)
        if (["auto", "scroll"].includes(getComputedStyle(box).overflowX))
            return scrolled && box.scrollWidth > box.clientWidth + 1;
    return table.getBoundingClientRect().right > card.getBoundingClientRect().right + 1;
}).map(table => table.closest(".card").innerText.slice(0, 40))"""
# Those with the widest tables. The views' tests look at the markup of all.
WIDE = ("agents", "connections", "dhcpsubnets", "externalattachments", "gatewayagents", "gatewaypeerings", "gateways")
TOO_WIDE = "document.documentElement.scrollWidth - window.innerWidth"
WIDTHS = (1440, 390)


def test_no_table_is_cut_off_at_its_cards_edge(page, practice, live_netbox, picture):
    name = add_fabric(page, practice.kubeconfig.read_text())
    fabric = page.url
    sync(page)
    page.click("#hedgehog-test")
    expect(page.locator("#hedgehog-test-result")).to_contain_text("List objects")
    run = live_netbox.rest.get(f"/api/plugins/hedgehog/runs/?fabric={name}")["results"][0]
    pages = [fabric, run["display_url"]]
    pages += [f"/plugins/hedgehog/{plural}/?fabric={name}" for plural in ("agents", "vpcs")]
    for plural in (*WIDE, "switches", "vpcs"):
        found = live_netbox.rest.get(f"/api/plugins/hedgehog/{plural}/?fabric={name}&limit=0")["results"]
        pages.append(max(found, key=lambda each: len(str(each["live"])) + len(str(each["status"])))["display_url"])
    cut = []
    for path in pages:
        page.goto(path)
        for summary in page.locator(".card summary").all():
            summary.click()
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            cut += [(path, width, each) for each in page.evaluate(HIDDEN, width == 1440)]
            if page.evaluate(TOO_WIDE) > 0:
                cut.append((path, width, "the page itself"))
        page.set_viewport_size({"width": 1440, "height": 900})
        picture("list-" + path.partition("hedgehog/")[2].replace("/", "-").replace("?", "-"))
    assert cut == []


def test_what_a_filter_refers_to_is_picked_from_the_chosen_fabric(page, practice, picture):
    add_fabric(page, practice.kubeconfig.read_text())
    number = page.url.rstrip("/").rpartition("/")[2]
    sync(page)
    page.goto(f"/plugins/hedgehog/connections/?fabric_id={number}")
    page.get_by_role("tab", name="Filters").click()
    picker = page.locator("#id_switch-ts-control")
    picker.click()
    picker.type("leaf-0")
    offered = page.locator("#id_switch-ts-dropdown .option")
    expect(offered.filter(has_text="leaf-01")).to_have_count(1)  # though other fabrics have one too
    picture("picker")
    offered.filter(has_text="leaf-01").click()
    page.get_by_role("button", name="Search").last.click()
    expect(page.locator("#object_list")).to_contain_text("leaf-01")
    assert "switch=leaf-01" in page.url
    expect(page.locator("body")).to_contain_text("Switch: leaf-01")
