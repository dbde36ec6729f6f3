"""Counts the pools of sites from their files alone, with the `ipaddress` module of Python.

Arguments: a number of compute hosts, then folders of sites. Prints one JSON object: folder to pool to its figures.
Floating IPs and ports to plan for stand in each site's `aciform.yaml`.
Knows nothing of the compiler; reads what the sites of the tests use, no more.
"""

import ipaddress
import json
import pathlib
import re
import sys

import yaml

ENDLESS = 2**32


def merged(site):
    """The intent files as one, maps merged key by key."""
    whole = {}
    files = sorted(site.glob("intent.y*ml")) + sorted(site.glob("intent/**/*.y*ml"))
    for file in files:
        merge(whole, yaml.safe_load(file.read_text()) or {})
    return whole


def merge(into, more):
    for key, value in more.items():
        if isinstance(value, dict) and isinstance(into.get(key), dict):
            merge(into[key], value)
        else:
            into[key] = value


def sections(site):
    """External networks of the ini: name to key to text."""
    found, current = {}, None
    for line in (site / "ml2_conf_cisco_apic.ini").read_text().splitlines():
        header = re.match(r"\[(?:apic_external_network:)?(.*)\]", line)
        if header:
            current = found.setdefault(header[1], {}) if "external" in line else None
        elif current is not None and " = " in line:
            key, _, value = line.partition(" = ")
            current.setdefault(key, value)
    return found


def handed_out(subnet):
    """The prefix, its gateway, and the addresses that Neutron gives out, as pairs of numbers."""
    net = ipaddress.ip_network(subnet["cidr"])
    gateway = subnet.get("gateway_ip", str(net[min(1, net.num_addresses - 1)]))
    gateway = None if gateway is None else ipaddress.ip_address(gateway)
    if subnet.get("allocation_pools") is not None:
        ends = [pool.split("-") for pool in subnet["allocation_pools"]]
        return net, gateway, [tuple(int(ipaddress.ip_address(end)) for end in pair) for pair in ends]
    # A subnet of one or two hands out all it has.
    few = net.prefixlen >= net.max_prefixlen - 1
    first = int(net[0]) if few else int(net[1])
    last = int(net[-1]) if few or net.version == 6 else int(net[-2])
    if gateway is None:
        return net, gateway, [(first, last)]
    at = int(gateway)
    return net, gateway, [(low, high) for low, high in [(first, at - 1), (at + 1, last)] if low <= high]


def longest(version, addresses):
    """The longest prefix with so many addresses for ports and gateways."""
    width, lost = (32, 2) if version == 4 else (128, 1)
    return next(length for length in range(width - 2, -1, -1) if 2 ** (width - length) - lost >= max(addresses, 1))


def quarter_more(number):
    return number + -(-number // 4)


def more(written, now):
    """How many more than now a number, `+8` or `+25%` plans for."""
    text = str(written)
    if text.endswith("%"):
        return -(-now * int(text[1:-1]) // 100)
    return int(text[1:]) if text.startswith("+") else max(int(text) - now, 0)


class Subnet:
    def __init__(self, written):
        self.net, self.gateway, self.pools = handed_out(written)
        self.dhcp = written.get("enable_dhcp", True)
        self.inside, self.beside, self.unwritten = set(), set(), 0
        self.ports, self.more, self.reserved = 0, 0, "project" in written

    def capacity(self):
        return sum(high - low + 1 for low, high in self.pools)

    def used(self):
        return len(self.inside) + self.unwritten

    def take(self, address):
        if address == self.gateway:
            return
        inside = any(low <= int(address) <= high for low, high in self.pools)
        (self.inside if inside else self.beside).add(address)

    def figures(self):
        size = self.net.num_addresses
        capacity, used = self.capacity(), self.used()
        needed = used + len(self.beside) + self.more
        return {
            "size": size,
            "reserved": size - capacity,
            "used": used,
            "planned": used + self.more,
            "free_after_growth": capacity - used - self.more,
            "smallest_prefix": self.enough(needed),
            "recommended_prefix": self.enough(quarter_more(needed)),
        }

    def enough(self, addresses):
        """The longest prefix that holds them; a /31 or /32 of two or one is enough as it is."""
        found = longest(self.net.version, addresses + (0 if self.gateway is None else 1))
        return max(found, self.net.prefixlen) if addresses <= self.capacity() else found


def holder(subnets, address):
    return next(subnet for subnet in subnets.values() if address.version == subnet.net.version and address in subnet.net)


def take(subnets, text):
    address = ipaddress.ip_address(text)
    holder(subnets, address).take(address)


def first_v4(subnets):
    return next(subnets[handle] for handle in sorted(subnets) if subnets[handle].net.version == 4)


def count(site, planned):
    intent = merged(site)
    hosts = intent.get("hosts", {})
    roles = {name: (host or {}).get("roles", ["compute"]) for name, host in hosts.items()}
    compute = {name for name in roles if "compute" in roles[name]}
    outside = {
        name: {handle: Subnet(one) for handle, one in (external.get("subnets") or {}).items()}
        for name, external in intent.get("external_networks", {}).items()
    }
    inside = {}
    for project, own in intent.get("projects", {}).items():
        for handle, network in (own.get("networks") or {}).items():
            inside[project, handle] = {key: Subnet(one) for key, one in (network.get("subnets") or {}).items()}

    # Routers: their addresses, and which subnets lead out where with translation.
    ways = {}
    for project, own in intent.get("projects", {}).items():
        for router in (own.get("routers") or {}).values():
            out = router.get("external_gateway")
            if out and out.get("fixed_ip"):
                take(outside[out["network"]], out["fixed_ip"])
            elif out and outside[out["network"]]:
                first_v4(outside[out["network"]]).unwritten += 1
            for entry in router.get("interfaces") or []:
                name = entry["subnet"] if isinstance(entry, dict) else entry
                network, _, only = name.partition("/")
                for handle, subnet in inside[project, network].items():
                    if only not in ("", handle):
                        continue
                    if isinstance(entry, dict) and entry.get("ip"):
                        subnet.take(ipaddress.ip_address(entry["ip"]))
                    if out and out.get("enable_snat", True):
                        ways.setdefault((project, network, handle), set()).add(out["network"])

    serving = {name: set() for name in outside}
    floating_ips = dict.fromkeys(outside, 0)
    for project, own in intent.get("projects", {}).items():
        for network, body in (own.get("networks") or {}).items():
            subnets = inside[project, network]
            served = {handle: subnet for handle, subnet in subnets.items() if subnet.dhcp}
            pins = body.get("dhcp_ports")
            if pins is None:
                pins = {None: {}} if served and any("dhcp" in each for each in roles.values()) else {}
            for host, pin in pins.items() if served else []:
                left = dict(served)
                for text in (pin or {}).get("fixed_ips") or []:
                    address = ipaddress.ip_address(text)
                    subnet = holder(subnets, address)
                    subnet.take(address)
                    left = {handle: one for handle, one in left.items() if one is not subnet}
                for subnet in left.values():
                    subnet.unwritten += 1
                for handle in served:
                    for external in ways.get((project, network, handle), ()):
                        serving[external].add(host)
        ports = [port for instance in (own.get("instances") or {}).values() for port in (instance.get("ports") or {}).values()]
        for port in ports + list((own.get("ports") or {}).values()):
            owner, _, network = port["network"].rpartition("/")
            subnets = inside.get((owner or project, network)) or outside[network]
            if port.get("fixed_ips") is None:
                first_v4(subnets).unwritten += 1
                first_v4(subnets).ports += 1
            for text in port.get("fixed_ips") or []:
                take(subnets, text)
                holder(subnets, ipaddress.ip_address(text)).ports += 1
        for floating in (own.get("floating_ips") or {}).values():
            floating_ips[floating["network"]] += 1
            if floating.get("address"):
                take(outside[floating["network"]], floating["address"])
            else:
                first_v4(outside[floating["network"]]).unwritten += 1

    growth = (yaml.safe_load((site / "aciform.yaml").read_text()) or {}).get("growth") or {}
    for subnets in inside.values():
        for subnet in subnets.values():
            if "ports" in growth and subnet.capacity() >= 5:
                subnet.more = more(growth["ports"], subnet.ports)
    for network, subnets in outside.items():
        plan = growth.get("floating_ips", 0)
        plan = plan.get(network, 0) if isinstance(plan, dict) else plan
        wanted = more(plan, floating_ips[network])
        order = [subnet for _, subnet in sorted(subnets.items()) if subnet.net.version == 4]
        common = [subnet for subnet in order if not subnet.reserved]
        for subnet in common + [subnet for subnet in order if subnet.reserved]:
            subnet.more = min(wanted, subnet.capacity() - subnet.used())
            wanted -= subnet.more
        if order:
            (common or order)[-1].more += wanted

    pools = {}
    for (project, network), subnets in inside.items():
        pools.update({f"subnet {project}/{network}/{handle}": subnet for handle, subnet in subnets.items()})
    for network, subnets in outside.items():
        pools.update({f"floating {network}/{handle}": subnet for handle, subnet in subnets.items()})
    figures = {name: subnet.figures() for name, subnet in pools.items() if subnet.net.num_addresses <= ENDLESS}

    lock = site / "aciform.lock"
    gone = (yaml.safe_load(lock.read_text()) or {}).get("snat_removed") or {} if lock.exists() else {}
    for name, section in sections(site).items():
        if name not in outside:
            continue
        pool = ipaddress.ip_interface(section["host_pool_cidr"])
        listed = intent["external_networks"][name].get("hosts")
        need = compute | {host for host in serving[name] if host in hosts} if listed is None else set(listed)
        removed = sum(1 for key, at in gone.items() if key.split()[0] == name and key.split()[1] not in need)
        new = max(planned - len(compute), 0) if compute <= need else 0
        used, size = len(need) + removed, pool.network.num_addresses

        def fitting(hosts, pool=pool):
            for length in range(30, -1, -1):
                net = ipaddress.ip_interface(f"{pool.ip}/{length}").network
                if pool.ip not in (net[0], net[-1]) and net.num_addresses - 3 >= max(hosts, 1):
                    return length
            return None

        figures[f"SNAT {name}"] = {
            "size": size,
            "reserved": 3,
            "used": used,
            "planned": used + new,
            "free_after_growth": size - 3 - used - new,
            "smallest_prefix": fitting(used + new),
            "recommended_prefix": fitting(quarter_more(used + new)),
        }
    return figures


planned, *folders = sys.argv[1:]
print(json.dumps({folder: count(pathlib.Path(folder), int(planned)) for folder in folders}))
