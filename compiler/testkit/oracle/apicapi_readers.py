"""The named sections of ini files, as apicapi 1.0.14 from PyPI reads them, imported and run as it is installed.

Its own are: which sections a prefix takes; external networks with their keys, domains, physical networks and vPC pairs;
the hosts of a switch by port; the links of hosts on a vPC pair with the name of the bundle; and the paths of all links.
What later releases do otherwise comes from `driver_model.py`, which is ours: no agreement with that is one with them.
"""

import builtins
import json
import types

from oslo_config import cfg

import apicapi_library
import driver_model as model

apicapi_library.load()

import apicapi.apic_manager as apic_manager
import apicapi.config as apicapi


class Parsed:
    """Stands in for the parser class that oslo.config had until 6.0: the files of a case in one, read once."""

    sections = {}

    def read(self, paths):
        self.parsed = [Parsed.sections]


class HostList(str):
    """A key of a switch, with the method of Python 2's texts that the library calls on the hosts in it."""

    def split(self, separator):
        return [Host(host) for host in super().split(separator)]


class Host(str):
    def decode(self, _):
        return model.decoded(self)


def prepare():
    apicapi.cfg = types.SimpleNamespace(
        MultiConfigParser=Parsed,
        ListOpt=cfg.ListOpt,
        CONF=types.SimpleNamespace(config_file=[], config_dir=[], _groups=cfg.CONF._groups),
    )
    # Python 2's gave a list.
    apicapi.map = lambda call, items: list(builtins.map(call, items))


class Manager(apic_manager.APICManager):
    """The library's manager without a fabric, its table of links in memory."""

    def __init__(self, pairs, provision):
        self.vpc_dict, self.provision_hostlinks, self.table = pairs, provision, model.Table()
        self.db = types.SimpleNamespace(
            get_switch_and_port_for_host=self.table.of_host,
            add_hostlink=lambda host, ifname, _, *link: self.table.put(host, ifname, *link[:3]),
        )

    def update_hostlink_port(self, *link):
        self.table.set_port(*link)

    def ensure_infra_created_for_switch(self, switch):
        pass


def external_networks():
    networks = apicapi.create_external_network_dictionary().items()
    return {name: {**model.booleans(keys), "keys": keys} for name, keys in networks}


def physical_networks():
    found = apicapi.create_physical_network_dict()
    return {
        name: {"hosts": sorted(keys["hosts"]), "segment_type": keys.get("segment_type")} for name, keys in found.items()
    }


def switches():
    """Hosts by port and the pod of every switch; the library, which knows no pods, does not see theirs."""
    collect = apicapi._get_specific_config
    pods = {}

    def without_pods(prefix):
        found = {}
        for name, items in collect(prefix).items():
            pods[name] = model.pod({key: values[0] for key, values in items})
            found[name] = [(HostList(key), values) for key, values in items if key != "pod_id"]
        return found

    apicapi._get_specific_config = without_pods
    try:
        ports = apicapi.create_switch_dictionary()
    finally:
        apicapi._get_specific_config = collect
    return {name: {"pod_id": pods[name], "ports": ports[name]} for name in ports}


def links(switches, pairs, provision):
    manager = Manager(pairs, provision)
    for switch, found in switches.items():
        for port_text, hosts in found["ports"].items():
            module, slash, port = port_text.partition("/")
            if not slash:
                raise ValueError(port_text)
            for host in hosts:
                name, interface = model.host_and_interface(host)
                if switch in pairs:
                    manager.add_vpclink(name, interface, None, switch, module, port)
                else:
                    manager.table.link(name, interface, switch, module, port)
    return [
        {
            "host": host,
            "interface": interface,
            "switch": switch,
            "module": module,
            "port": port,
            "pod_id": pod,
            "path": path(manager, pod, switch, module, port) if port else None,
        }
        for host, interface, switch, module, port in manager.table.rows()
        for pod in [switches[switch]["pod_id"] or "1"]
    ]


def path(manager, pod, *link):
    """The library's path, which is one of the first pod."""
    first, rest = "topology/pod-1/", manager.get_static_binding_pdn(*link)
    assert rest.startswith(first)
    return "topology/pod-%s/%s" % (pod, rest.removeprefix(first))


def attempt(call):
    """What a reader gives, None where it crashes or gives a text that is half a character."""
    try:
        result = call()
        json.dumps(result, ensure_ascii=False).encode("utf-8")
        return result
    except Exception:
        return None


def driver(conf, sections):
    """All readers over the sections of a case, {section: {key: [value, ...]}}."""
    Parsed.sections = sections
    first = {name: {key: values[0] for key, values in keys.items()} for name, keys in sections.items()}
    result = {
        "apic_external_network": attempt(external_networks),
        "apic_vmdom": attempt(apicapi.create_vmdom_dictionary),
        "apic_physdom": attempt(apicapi.create_physdom_dictionary),
        "apic_physical_network": attempt(physical_networks),
        "apic_switch": attempt(switches),
        "opflex_external_segment": attempt(lambda: model.segments(first)),
        "pairs": attempt(lambda: {
            name: apicapi.create_vpc_dictionary(conf[name]) for name in ("ml2_cisco_apic", "apic")
        }),
    }

    def linked():
        # The generation that is in force: a user name of the newer group, be it empty, decides.
        options = conf.apic if conf.apic.apic_username is not None else conf.ml2_cisco_apic
        pairs = apicapi.create_vpc_dictionary(options)
        return links(result["apic_switch"], pairs, options.apic_provision_hostlinks)

    result["links"] = attempt(linked)
    return result
