"""Where a request comes from, as far as limits and the audit log can trust it."""

from __future__ import annotations

import ipaddress

from django.conf import settings
from django.http import HttpRequest

NOBODY = "0.0.0.0"  # noqa: S104 (a socket without an address, not one to listen on)


def client_ip(request: HttpRequest) -> str:
    """The client's address, in its shortest spelling.

    We read X-Forwarded-For from the right, as many entries as we have proxies
    (FLATTR_TRUSTED_PROXIES): anybody can write the entries further left.
    """
    claimed = request.META.get("REMOTE_ADDR", "")
    steps = settings.TRUSTED_PROXIES
    hops = request.headers.get("X-Forwarded-For", "").split(",")
    if steps and len(hops) >= steps:
        claimed = hops[-steps]
    try:
        return str(ipaddress.ip_address(claimed.strip()))
    except ValueError:
        return NOBODY


def neighbourhood(ip: str) -> str:
    """The part that one person can hardly change: an IPv4 address, or the /64 of IPv6.

    >>> neighbourhood("192.0.2.7"), neighbourhood("2001:db8:1:2:3:4:5:6")
    ('192.0.2.7', '2001:db8:1:2::')
    """
    address = ipaddress.ip_address(ip)
    if isinstance(address, ipaddress.IPv6Address):
        network = ipaddress.IPv6Network((address, 64), strict=False)
        return str(network.network_address)
    return ip
