"""An HTTP client for the servers that tests start: one for all, as making one reads all certificates of the machine."""

from __future__ import annotations

import httpx

WEB = httpx.Client(limits=httpx.Limits(max_keepalive_connections=0), trust_env=False)  # each request connects anew
