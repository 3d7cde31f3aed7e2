"""Which cluster a demo shows."""

from practice.demo.cluster import chosen_cluster


def test_a_terminal_that_looked_at_the_practice_fabric_starts_the_same_demo_again(tmp_path, monkeypatch):
    monkeypatch.delenv("KUBECONFIG", raising=False)
    unnamed = chosen_cluster(tmp_path)
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "fabric" / "kubeconfig"))  # as the README exports it
    assert chosen_cluster(tmp_path) == unnamed
    assert unnamed.practice


def test_another_kubeconfig_names_another_cluster(tmp_path, monkeypatch):
    other = tmp_path / "config"
    other.write_text("clusters: [{name: c, cluster: {server: https://192.0.2.1:6443}}]")
    monkeypatch.setenv("KUBECONFIG", str(other))
    chosen = chosen_cluster(tmp_path)
    assert (chosen.practice, chosen.kubeconfig) == (False, other)
