"""The plugin's metrics beside NetBox's own, served by two processes that keep their counters in files."""

import urllib.request

import pytest
from prometheus_client.parser import text_string_to_metric_families

from practice.services.ports import free_port
from practice.services.process import stop_all

pytestmark = pytest.mark.slow


def test_each_of_several_processes_serves_ours_once_and_netboxs_own_page_none(services, tmp_path, monkeypatch):
    services.clone("metrics_netbox")
    netbox = services.instance("metrics_netbox", METRICS_ENABLED=True)
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    port = free_port()
    server = netbox.server(port, netbox.root / "server.log", workers=2)
    try:
        own, ours = (f"http://127.0.0.1:{port}/{path}" for path in ("metrics", "plugins/hedgehog/metrics/"))
        server.wait_until(lambda: _answers(own), 120)
        for _ in range(4):  # whichever process answers
            found = [family.name for family in text_string_to_metric_families(_read(ours))]
            assert found.count("netbox_hedgehog_collector_success") == 1
            assert "netbox_hedgehog_queue_workers" in found
            assert not any(name.startswith("django_") for name in found)
            of_netbox = [family.name for family in text_string_to_metric_families(_read(own))]
            assert any(name.startswith("django_http_requests") for name in of_netbox)
            assert not any(name.startswith("netbox_hedgehog") for name in of_netbox)
        assert "netbox_hedgehog_collector_success 1.0" in _read(ours)
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
