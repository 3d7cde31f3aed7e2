"""Where an API server is, whom to trust there and as whom to speak to it: kubeconfigs, credentials, TLS, proxies."""
