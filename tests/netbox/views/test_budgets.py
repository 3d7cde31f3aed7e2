"""How many statements a page may cost: a fixed number, whatever it shows. The numbers are in query_budgets.json.

A page that needs fewer is welcome: lower its number. One that needs more has to say why in the change that raises it.
"""

import json
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from netbox_hedgehog.models import (
    VPC,
    Agent,
    Connection,
    Fabric,
    ResourceChange,
    RunIssue,
    Server,
    Switch,
    SyncRun,
    VPCAttachment,
)
from tests.builders import fabric, grant, reference, run, thing, user
from tests.netbox.held import hold_of
from tests.netbox.views.given import address, browser, look, root

pytestmark = pytest.mark.django_db

BUDGETS = json.loads((Path(__file__).parents[1] / "query_budgets.json").read_text())


def fill(lab, numbers):
    """Give LAB objects of each sort for every number, that refer to one another, and a run that made them."""
    ended = run(lab, state="partial", counts={"VPC": {"listed": 1, "complete": True}})
    for number in numbers:
        vpc = thing(VPC, lab, f"vpc-{number}", live={"ipv4Namespace": f"ns-{number}", "vlanNamespace": "default"})
        thing(Switch, lab, f"leaf-{number}", live={"profile": f"profile-{number}"})
        thing(Server, lab, f"server-{number}")
        thing(Agent, lab, f"leaf-{number}", status={"state": {"interfaces": {"E1/1": {}}}}, generation=1)
        wire = thing(Connection, lab, f"wire-{number}", live={"unbundled": {"link": {"switch": {"port": "a/b"}}}})
        reference(wire, "Switch", f"leaf-{number}")
        reference(wire, "Server", f"server-{number}")
        attachment = thing(VPCAttachment, lab, f"attachment-{number}", live={"subnet": "vpc-0/default"})
        reference(attachment, "VPC", "vpc-0")
        about = {"run": ended, "kind": "VPC", "namespace": "default", "name": vpc.name}
        ResourceChange.objects.create(action="created", fabric=lab, object_id=vpc.pk, **about)
        RunIssue.objects.create(code="invalid", **about)
    held = hold_of(lab, *VPC.objects.filter(fabric=lab), *Server.objects.filter(fabric=lab), digest=f"d{ended.pk}")
    run(lab, state="blocked", held=held, scope={"kind": "VPC"})
    run(lab, state="blocked", held=held)
    return ended


def lists(lab, ended):
    """Lists with a filter and with a sort, and the same in REST: a filter or a sort may not cost by the row either."""
    rest = "/api/plugins/hedgehog"
    return {
        "connections, filtered": f"{address(Connection)}?type=unbundled&switch=leaf-0&q=wire",
        "connections, sorted": f"{address(Connection)}?sort=-name",
        "connections, sorted by what is computed": f"{address(Connection)}?sort=col_type",
        "connections, last page": f"{address(Connection)}?page=2",
        "resources, filtered": f"{address(lab, 'resources')}?kind=connection&q=wire",
        "resources, sorted": f"{address(lab, 'resources')}?sort=-name",
        "runs, filtered": f"{address(SyncRun)}?state=partial",
        "runs, sorted": f"{address(SyncRun)}?sort=started",
        "run, last page": f"{address(ended)}?changes-page=2",
        "REST connections": f"{rest}/connections/",
        "REST connections, filtered": f"{rest}/connections/?type=unbundled&switch=leaf-0&q=wire",
        "REST connections, sorted": f"{rest}/connections/?ordering=-name",
        "REST resources": f"{rest}/resources/",
        "REST resources, filtered": f"{rest}/resources/?kind=Connection&q=wire",
        "REST runs": f"{rest}/runs/",
        "REST changes of a run": f"{rest}/runs/{ended.pk}/changes/",
    }


def pages(lab, ended):
    """The pages that have a budget, by name."""
    return {
        "fabric list": address(Fabric),
        "fabric": address(lab),
        "fabric, polled": address(lab, "live"),
        "resources": address(lab, "resources"),
        "runs": address(SyncRun),
        "runs of a fabric": address(lab, "runs"),
        "run": address(ended),
        "blocked run": address(SyncRun.objects.filter(fabric=lab, state="blocked").first()),
        "connections": address(Connection),
        "vpcs": address(VPC),
        "attachments": address(VPCAttachment),
        "switches": address(Switch),
        "agents": address(Agent),
        **lists(lab, ended),
        "vpc": address(VPC.objects.get(fabric=lab, name="vpc-0")),
        "connection": address(Connection.objects.get(fabric=lab, name="wire-0")),
        "agent": address(Agent.objects.get(fabric=lab, name="leaf-0")),
    }


def costs(client, of):
    found = {}
    for page in of.values():
        client.get(page)  # what NetBox keeps in its caches is not the page's
    for name, page in of.items():
        client.get(page)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page).status_code == 200, name
        found[name] = len(queries)
    return found


def test_no_page_costs_more_for_more_rows_or_more_than_its_budget():
    lab = fabric()
    look(lab, VPC)
    ended = fill(lab, range(1))
    admin = root()
    few = costs(admin, pages(lab, ended))
    fill(lab, range(1, 30))
    for number in range(12):
        look(fabric(f"more-{number}"), VPC)
    ended = fill(fabric("second"), range(30))
    many = costs(admin, pages(lab, ended))
    assert {name: cost for name, cost in many.items() if cost > few[name]} == {}
    assert {name: cost for name, cost in few.items() if cost > BUDGETS[name]} == {}
    assert few.keys() == BUDGETS.keys()


def test_constraints_cost_nothing_extra_by_the_row():
    lab = fabric()
    ended = fill(lab, range(1))
    ann = user()
    grant(
        ann, ["view"], VPC, VPCAttachment, Connection, Switch, Server, Agent, constraints={"fabric__name": "fabric-a"}
    )
    grant(ann, ["view"], Fabric, SyncRun)
    her = browser(ann)
    few = costs(her, pages(lab, ended))
    fill(lab, range(1, 30))
    assert costs(her, pages(lab, ended)) == few
