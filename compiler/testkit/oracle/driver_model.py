"""A model of ours for what the driver and the agent do with some sections and apicapi from PyPI does not do yet.

The ini files are those of later releases, which are in no package. What they read differently is stated by the reference
of options that this project works from, and was found by trying files; the model says these statements once more, in
Python, and independently of the compiler:

    [apic_switch:ID]            `pod_id` in lower case is the pod of the switch, 1 without it, every other key hosts; hosts
                                are decoded from unicode escapes byte by byte, and a broken escape stops the reader; what
                                stands behind the first bar of a host is its interface, `static` without one
    host links                  one row for each host and interface, the last one counts; off a vPC pair a host that is
                                linked to the same switch, module and port already gets no second row by any interface
    [apic_external_network:]    three words are true in any case, everything else that is written is false
    [opflex_external_segment:]  the name is all behind the first colon; a range is split at its first comma, parts without
                                blanks around them; a gateway without a slash is none

An agreement with it proves that two readings of these statements agree over many inputs, and that neither crashes. It
cannot prove that the statements are true of any release, nor say anything of what they leave out: a port called
`pod_id`, for one, or in which order a database gives the links of a host (here by interface). What the driver's library
from PyPI answers itself is not modelled but asked, in `apicapi_readers.py`.
"""

import codecs

TRUE = {"true", "yes", "1"}

# The booleans of an external network, and what they are when they are not written.
BOOLEANS = {"preexisting": False, "enable_nat": True, "edge_nat": False}

SEGMENT = "opflex_external_segment:"


def decoded(host):
    """A host without its escapes; raises where one is broken."""
    return codecs.decode(host.encode(), "unicode_escape")


def pod(keys):
    """What is written for the pod of a switch, None where nothing is."""
    return keys.get("pod_id")


def host_and_interface(host):
    name, bar, interface = host.partition("|")
    return (name, interface) if bar else (name, "static")


def booleans(keys):
    return {name: keys[name].lower() in TRUE if name in keys else default for name, default in BOOLEANS.items()}


class Table:
    """The host links in memory: switch, module and port by host and interface."""

    def __init__(self):
        self.hosts = {}

    def put(self, host, interface, switch, module, port):
        self.hosts.setdefault(host, {})[interface] = (switch, module, port)

    def link(self, host, interface, switch, module, port):
        """A link of a switch that is in no vPC pair."""
        if (switch, module, port) not in self.hosts.get(host, {}).values():
            self.put(host, interface, switch, module, port)

    def of_host(self, host):
        return [link for _, link in sorted(self.hosts.get(host, {}).items())]

    def set_port(self, host, switch, module, port):
        links = self.hosts.get(host, {})
        for interface, link in links.items():
            if link[:2] == (switch, module):
                links[interface] = (switch, module, port)

    def rows(self):
        for host, links in sorted(self.hosts.items()):
            for interface, link in sorted(links.items()):
                yield host, interface, *link


def segments(sections):
    """The next hops of external segments, from sections with the first value of each key."""
    found = {}
    for section, keys in sections.items():
        name = section.removeprefix(SEGMENT)
        if name not in ("", section):
            found[name] = {**next_hop(keys, "ip"), **next_hop(keys, "ip6")}
    return found


def next_hop(keys, family):
    start, _, end = keys.get(family + "_address_range", "").partition(",")
    gateway = keys.get(family + "_gateway", "")
    return {
        family + "_start": start.strip() or None,
        family + "_end": end.strip() or None,
        family + "_gateway": gateway if "/" in gateway else None,
    }
