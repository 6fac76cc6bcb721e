"""Which addresses anybody on the internet could reach (promise T30)."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

Address = IPv4Address | IPv6Address

# What Python calls global although it leads, or may lead, somewhere else: relays and
# translators to IPv4, addresses of protocols.
REFUSED = [
    ip_network(network)
    for network in (
        *("192.0.0.0/24", "192.88.99.0/24", "100.64.0.0/10"),
        *("2001::/23", "2002::/16", "3fff::/20"),
    )
]
# Of IPv6 only this is in use worldwide. NAT64, site-local and IPv4 in disguise are
# outside it.
IN_USE = ip_network("2000::/3")


def is_public(address: Address) -> bool:
    """Whether anybody on the internet could reach it, and only there."""
    if isinstance(address, IPv6Address) and address not in IN_USE:
        return False
    return (
        address.is_global
        and not address.is_multicast
        and not any(address in network for network in REFUSED)
    )


def is_public_text(text: str) -> bool:
    try:
        return is_public(ip_address(text))
    except ValueError:
        return False
