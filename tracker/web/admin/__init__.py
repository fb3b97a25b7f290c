"""What the administrator looks after; no figures."""
