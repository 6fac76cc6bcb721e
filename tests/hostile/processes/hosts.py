"""Machines of their own, as Linux has them without any: network namespaces on a bridge.
What stands on this machine is reached at the bridge's address, by TCP and a password."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass

import pytest

from tests.programs import program

PORT = 8_000


@dataclass(frozen=True)
class Host:
    """One machine: what runs on it has no other network than its link."""

    name: str
    address: str
    link: str

    def command(self, words: list[str]) -> list[str]:
        return [program("ip", "iproute2"), "netns", "exec", self.name, *words]

    def cut_off(self) -> None:
        """Nothing reaches it any more, and nobody is told."""
        ip("link", "set", self.link, "down")

    def come_back(self) -> None:
        ip("link", "set", self.link, "up")


class Network:
    def __init__(self) -> None:
        if os.geteuid() != 0:
            pytest.skip("Only root makes networks.")
        # Others may be testing on this machine.
        self._number = os.getpid() % 50_000
        self._bridge = f"fl{self._number}"
        self.prefix = f"10.{20 + self._number // 250}.{self._number % 250}"
        self.address = f"{self.prefix}.1"
        self._hosts: list[Host] = []

    def start(self) -> None:
        ip("link", "add", self._bridge, "type", "bridge")
        ip("addr", "add", f"{self.address}/24", "dev", self._bridge)
        ip("link", "set", self._bridge, "up")

    def host(self, name: str) -> Host:
        n = 10 + len(self._hosts)
        host = Host(
            f"fl{self._number}-{name}", f"{self.prefix}.{n}", f"fl{self._number}v{n}"
        )
        ip("netns", "add", host.name)
        self._hosts.append(host)
        ip(
            *("link", "add", host.link, "type", "veth"),
            *("peer", "name", "eth0", "netns", host.name),
        )
        ip("link", "set", host.link, "master", self._bridge, "up")
        ip("-n", host.name, "addr", "add", f"{host.address}/24", "dev", "eth0")
        for device in ("lo", "eth0"):
            ip("-n", host.name, "link", "set", device, "up")
        return host

    def end(self) -> None:
        for host in self._hosts:
            ip("netns", "del", host.name)
        ip("link", "del", self._bridge)


def ip(*words: str) -> None:
    subprocess.run([program("ip", "iproute2"), *words], check=True)
