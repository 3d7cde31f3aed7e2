"""NetBox's own /metrics, served by two processes: in both of the modes that prometheus_client has."""

import urllib.request

import pytest
from prometheus_client.parser import text_string_to_metric_families

from practice.services.ports import free_port
from practice.services.process import stop_all

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("multiprocess", [False, True], ids=["each process alone", "multiprocess mode"])
def test_metrics_page_has_ours_beside_netboxs_own(services, tmp_path, monkeypatch, multiprocess):
    services.clone("metrics_netbox")
    netbox = services.instance("metrics_netbox", METRICS_ENABLED=True)
    if multiprocess:
        monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    port = free_port()
    server = netbox.server(port, netbox.root / "server.log", workers=2)
    try:
        url = f"http://127.0.0.1:{port}/metrics"
        server.wait_until(lambda: _answers(url), 120)
        for _ in range(4):  # whichever process answers
            found = [family.name for family in text_string_to_metric_families(_read(url))]
            assert found.count("netbox_hedgehog_collector_success") == 1
            assert "netbox_hedgehog_queue_workers" in found
            assert any(name.startswith("django_http_requests") for name in found)
        assert "netbox_hedgehog_collector_success 1.0" in _read(url)
    finally:
        stop_all([server])


def _read(url):
    with urllib.request.urlopen(url, timeout=60) as answer:
        assert answer.status == 200
        return answer.read().decode()


def _answers(url):
    try:
        return bool(_read(url))
    except OSError:
        return False
