"""Which addresses a request may go to: looked up once, judged, and then used as they were judged."""

import ipaddress
import socket
from collections.abc import Sequence

import requests

NAT64 = ipaddress.ip_network("64:ff9b::/96")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Place = tuple[socket.AddressFamily, tuple[str | int | bytes, ...]]
"""A family, and the address as `socket.connect` takes it."""


class Refused(requests.RequestException):
    """The request was not sent, or its answer not read, because a guard forbids it."""


def judged(host: str, port: int, own_networks: Sequence[str]) -> list[Place]:
    """Look the host up; the places to connect to. Raises Refused when one of its addresses is not public.

    Who connects uses these and looks up nothing again, so a name that changes meanwhile gains nothing.
    """
    try:
        found = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Refused(f"{host} has no address") from error
    for _, _, _, _, place in found:
        if not is_allowed(str(place[0]), own_networks):
            raise Refused(f"{host} is at {place[0]}, which is not a public address")
    return [(family, place) for family, _, _, _, place in found]


def is_allowed(address: str, own_networks: Sequence[str]) -> bool:
    """Whether a request may go there: public, and not one that only looks so; or in an own network."""
    found = _plain(address)
    if is_own(address, own_networks):
        return True
    if isinstance(found, ipaddress.IPv6Address) and (found.sixtofour or found.teredo or found in NAT64):
        return False
    return found.is_global and not found.is_multicast


def is_own(address: str, own_networks: Sequence[str]) -> bool:
    """Whether the operator named a network in which this address lies."""
    found = _plain(address)
    networks = [ipaddress.ip_network(network) for network in own_networks]
    return any(found in network for network in networks if network.version == found.version)


def _plain(address: str) -> Address:
    """Without a zone, and an IPv4 address in IPv6 clothes as the IPv4 address that it is."""
    found = ipaddress.ip_address(address.partition("%")[0])
    return getattr(found, "ipv4_mapped", None) or found
