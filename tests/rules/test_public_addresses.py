"""Which IP addresses are everybody's."""

from ipaddress import ip_address

import pytest

from bot.rules.public_addresses import is_public


@pytest.mark.parametrize(
    "written",
    ["8.8.8.8", "93.184.216.34", "2a00:1450:4001::1", "::ffff:8.8.8.8", "64:ff9b::808:808"],
)
def test_address_of_everybody_is_public(written: str) -> None:
    assert is_public(ip_address(written))


@pytest.mark.parametrize(
    "written",
    [
        # loopback, unspecified, "this network"
        "127.0.0.1", "127.255.255.254", "::1", "0.0.0.0", "0.1.2.3", "::",  # noqa: S104
        # private, link-local, shared by a carrier
        "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.0.1", "169.254.1.1", "100.64.0.1",
        "100.127.255.255", "fc00::1", "fd12:3456::1", "fe80::1", "fec0::1",
        # servers of a cloud's machines
        "169.254.169.254", "100.100.100.200", "192.0.0.192", "168.63.129.16", "fd00:ec2::254",
        # multicast, broadcast, reserved, for documents and for benchmarks
        "224.0.0.1", "239.255.255.255", "ff02::1", "255.255.255.255", "240.0.0.1", "198.18.0.1",
        "192.0.2.1", "198.51.100.1", "203.0.113.1", "2001:db8::1", "192.88.99.1",
        # IPv6 that leads to IPv4: mapped, compatible, NAT64 of both prefixes, 6to4, Teredo
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::ffff:168.63.129.16",
        "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1",
        "2002:7f00:1::1", "2002:a00:1::1", "2002:a9fe:a9fe::", "2001:0:4136:e378:8000::1",
    ],
)  # fmt: skip
def test_address_within_some_network_is_not_public(written: str) -> None:
    assert not is_public(ip_address(written))
