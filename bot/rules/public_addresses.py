"""Which IP addresses anybody can reach, and which lead to the inside of some network."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

IpAddress = IPv4Address | IPv6Address

# All other unicast space is local, reserved, or leads to an IPv4 address.
GLOBAL_UNICAST = IPv6Network("2000::/3")
NAT64 = IPv6Network("64:ff9b::/96")
NOBODYS = (
    IPv4Network("192.0.0.0/24"),  # for protocols (RFC 6890); a cloud has its metadata there
    IPv4Network("192.88.99.0/24"),  # relays of 6to4
    IPv4Network("168.63.129.16"),  # Azure's own server for its machines
)
"""Networks within which no public server stands, although Python calls them global."""


def is_public(address: IpAddress) -> bool:
    """Whether the address, and the IPv4 address to which it may lead, is everybody's.

    Not so are private, local, shared (RFC 6598), multicast, reserved and unspecified addresses,
    and the servers from which a cloud's machines read their credentials.
    """
    place = embedded(address) or address
    if isinstance(place, IPv6Address) and place not in GLOBAL_UNICAST:
        return False
    if any(place in network for network in NOBODYS):
        return False
    return place.is_global and not (place.is_multicast or place.is_reserved)


def embedded(address: IpAddress) -> IPv4Address | None:
    """The IPv4 address to which an IPv6 address leads; None for an IPv6 address of its own."""
    if isinstance(address, IPv4Address):
        return None
    if address in NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour
