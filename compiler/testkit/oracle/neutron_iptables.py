"""What Neutron's own agent code puts into the tables and sets of each host of a site.

Reads sites as JSON, one a line; prints for each an object of host to `iptables.v4`, `iptables.v6` and `ipset`.
Of a site without hosts it prints for each group what the API says to its rules: taken, `repeated` or another refusal.
The code is that of Neutron 29.0.0 from PyPI: the API's converters and checks of rules, the server's answer to the agent
(provider rules, members, statefulness), the agent's handling of devices, the hybrid iptables driver, its managers of
tables, sets and zones. Only running a command is replaced, by `netfilter_kernel.py`.

Said here in other words, for it lies in queries of a database and in what is around the driver: which rules a new group
and the project's default group have, what a pair without MAC means, who is a member of a group, and what the server knows
of a port. Neutron's queries have no order; here rules and groups stand as listed, and devices are given to the agent by id.
"""

import collections
import copy
import json
import logging
import os
import sys
import tempfile
import traceback
import types
import warnings

warnings.simplefilter("ignore")
# The beginning of the agent's chains is that of its program's name.
sys.argv[0] = "/usr/bin/neutron-opflex-agent"

import netaddr  # noqa: E402
from neutron.agent import securitygroups_rpc as agent_rpc  # noqa: E402
from neutron.agent.linux import ip_conntrack  # noqa: E402
from neutron.api.rpc.handlers import securitygroups_rpc as server_rpc  # noqa: E402
from neutron.conf.agent import common as agent_conf  # noqa: E402
from neutron.conf.agent import securitygroups_rpc as groups_conf  # noqa: E402
from neutron.conf.agent.database import agents_db  # noqa: E402
from neutron.db import securitygroups_db  # noqa: E402
from neutron.db import securitygroups_rpc_base  # noqa: E402
from neutron.extensions import securitygroup as api  # noqa: E402
from neutron.privileged.agent.linux import utils as commands  # noqa: E402
from neutron_lib import exceptions as lib_exceptions  # noqa: E402
from neutron_lib.plugins import directory  # noqa: E402
from oslo_config import cfg  # noqa: E402
from oslo_utils import netutils  # noqa: E402

from netfilter_kernel import Kernel  # noqa: E402

RULE = api.RESOURCE_ATTRIBUTE_MAP["security_group_rules"]
# Made without its constructor, which wants a database; the checks of single rules do not.
CHECKS = object.__new__(securitygroups_db.SecurityGroupDbMixin)


def family(written):
    """The family of a rule as people write it: said, or that of its prefix or of its protocol."""
    if "ethertype" in written:
        return written["ethertype"]
    if "remote_ip_prefix" in written:
        return f"IPv{netaddr.IPNetwork(written['remote_ip_prefix']).version}"
    return "IPv6" if str(written.get("protocol")).lower() in ("icmpv6", "ipv6-icmp", "58") else "IPv4"


def asked(written, project, ids):
    """A written rule as it is sent to the API."""
    rule = {
        "direction": written.get("direction", "ingress"),
        "ethertype": family(written),
        "protocol": written.get("protocol"),
        "remote_ip_prefix": written.get("remote_ip_prefix"),
    }
    if "port" in written:
        first, _, last = str(written["port"]).partition("-")
        rule["port_range_min"], rule["port_range_max"] = first.strip(), (last or first).strip()
    if "icmp" in written:
        rule["port_range_min"], rule["port_range_max"] = written["icmp"]["type"], written["icmp"].get("code")
    if "remote_group" in written:
        named = written["remote_group"]
        rule["remote_group_id"] = ids[named if "/" in named else f"{project}/{named}"]
    return rule


def stored(rule, group):
    """What the API makes of a rule, or an exception where it refuses it."""
    defaults = {key: attribute["default"] for key, attribute in RULE.items() if "default" in attribute}
    rule = {**defaults, "remote_address_group_id": None, **rule}
    for key, value in rule.items():
        convert = RULE.get(key, {}).get("convert_to")
        rule[key] = convert(value) if convert else value
    rule |= {"security_group_id": group["id"], "project_id": "", "standard_attr_id": None}
    CHECKS._validate_base_security_group_rule_attributes(rule)
    rule["protocol"] = rule["protocol"] and str(rule["protocol"])
    rule["normalized_cidr"] = CHECKS._get_normalized_cidr_from_rule(types.SimpleNamespace(**rule))
    return rule


def born(handle, group):
    """The rules that a new group has."""
    rules = []
    if group["default_egress"]:
        rules += [{"direction": "egress", "ethertype": ethertype} for ethertype in ("IPv4", "IPv6")]
    if handle == "default":
        own = {"direction": "ingress", "remote_group_id": group["id"]}
        rules += [{**own, "ethertype": ethertype} for ethertype in ("IPv4", "IPv6")]
    return rules


def groups_of(site):
    ids = {name: group["id"] for name, group in site["groups"].items()}
    groups = {}
    for name, group in site["groups"].items():
        project, handle = name.split("/", 1)
        rules = {}
        for rule in born(handle, group) + [asked(written, project, ids) for written in group["rules"]]:
            rule = stored(rule, group)
            key = CHECKS._rule_to_key(rule)
            assert key not in rules, f"{name}: the API takes {rule} for {rules[key]}"
            rules[key] = rule
        rules = list(rules.values())
        groups[group["id"]] = types.SimpleNamespace(id=group["id"], stateful=group["stateful"], rules=rules)
    return ids, groups


def verdicts(site):
    """What the API says to each written rule of each group, one after the other."""
    ids = {name: group["id"] for name, group in site["groups"].items()}
    said = {}
    for name, group in site["groups"].items():
        project, handle = name.split("/", 1)
        known = {CHECKS._rule_to_key(stored(rule, group)) for rule in born(handle, group)}
        said[name] = []
        for written in group["rules"]:
            try:
                key = CHECKS._rule_to_key(stored(asked(written, project, ids), group))
            except lib_exceptions.NeutronException as refusal:
                said[name].append(type(refusal).__name__)
                continue
            said[name].append("repeated" if key in known else "taken")
            known.add(key)
    return said


class Server(securitygroups_rpc_base.SecurityGroupInfoAPIMixin):
    """The plugin behind the server's answers: its queries, over lists."""

    def __init__(self, site):
        ids, self.groups = groups_of(site)
        self.ports = {}
        for port in site["ports"]:
            held = [ids[name] for name in port["groups"]] if port["port_security"] else []
            CHECKS._validate_sgs_for_port([self.groups[group] for group in held])
            pairs = port["pairs"] if port["port_security"] else []
            self.ports[port["id"]] = {
                "id": port["id"],
                "device": port["id"],
                "device_owner": port["owner"],
                "mac_address": port["mac"],
                "fixed_ips": port["fixed_ips"],
                "allowed_address_pairs": [
                    {"ip_address": address, "mac_address": mac or port["mac"]} for address, mac in pairs
                ],
                "port_security_enabled": port["port_security"],
                "security_groups": held,
                "security_group_rules": [],
                "security_group_source_groups": [],
                "security_group_remote_address_groups": [],
            }

    def get_ports_from_devices(self, _context, devices):
        return [copy.deepcopy(self.ports[device]) for device in devices]

    def _select_rules_for_ports(self, _context, ports):
        held = ((port, group) for port in ports for group in self.ports[port]["security_groups"])
        return [(port, rule) for port, group in held for rule in self.groups[group].rules]

    def _select_sg_ids_for_ports(self, _context, ports):
        return [(group,) for port in ports for group in self.ports[port]["security_groups"]]

    def _get_sgs_stateful_flag(self, _context, groups):
        return {group: self.groups[group].stateful for group in groups}

    def _select_ips_for_remote_group(self, _context, groups):
        members = {group: set() for group in groups}
        # Pairs hang on addresses: a port without one is nobody's member.
        for port in self.ports.values():
            for group in set(port["security_groups"]) & set(members) if port["fixed_ips"] else ():
                members[group] |= {(address, None) for address in port["fixed_ips"]}
                members[group] |= {(it["ip_address"], it["mac_address"]) for it in port["allowed_address_pairs"]}
        return members

    def _select_ips_for_remote_address_group(self, _context, _groups):
        return {}


class Rpc:
    """The way from the agent to the server: answers come as JSON, sets as lists."""

    def security_group_info_for_devices(self, context, devices):
        answer = server_rpc.SecurityGroupServerRpcCallback().security_group_info_for_devices(
            context, devices=devices, call_version="1.3"
        )
        return json.loads(json.dumps(answer, default=sorted_members))


def sorted_members(members):
    return sorted(members, key=str)


def start_agent(kernel, devices):
    """Starts the agent on a host with these ports on its switch."""
    commands.execute_process = lambda command, given, _env: (kernel.run(command, given), "", 0)
    ip_conntrack.CONTRACK_MGRS.clear()
    agent = agent_rpc.SecurityGroupAgentRpc(None, Rpc())
    if devices:
        agent.prepare_devices_filter(devices)
    else:
        # Before its first port the agent writes nothing; this is how its last one leaves a host.
        with agent.firewall.defer_apply():
            pass


def once(text):
    """Without lines that are equal only as they are printed, such as a pair `0.0.0.0/0` of a port without addresses.

    Neutron has both and finds neither again; one is enough. Which one stays is as where it sees two equal lines: the last
    of a chain of sources, the first of a port's own rules.
    """
    lines = text.splitlines(keepends=True)
    sources = [line.startswith("-A neutron-opflex-a-s") for line in lines]
    first = {line: at for at, line in reversed(list(enumerate(lines)))}
    last = {line: at for at, line in enumerate(lines)}
    stays = ((last if is_source else first)[line] for line, is_source in zip(lines, sources))
    return "".join(line for at, (line, place) in enumerate(zip(lines, stays)) if place == at or line[:3] != "-A ")


def files(kernel):
    texts = {"ipset": kernel.save_sets()}
    for version, command in ((4, "iptables-save"), (6, "ip6tables-save")):
        tables = kernel.run([command], None).split("COMMIT\n")
        texts[f"iptables.v{version}"] = "COMMIT\n".join(once(table) for table in tables)
    return texts


def hosts(site):
    directory.add_plugin("CORE", Server(site))
    here = collections.defaultdict(list)
    for port in site["ports"]:
        here[port["host"]].append(port["id"])
    found = {}
    for host in site["hosts"]:
        kernel = Kernel()
        start_agent(kernel, sorted(here[host]))
        found[host] = files(kernel)
        # An agent that comes back finds its zones in the table and has nothing to change.
        start_agent(kernel, sorted(here[host]))
        assert files(kernel) == found[host], f"{host}: a second start changes the rules"
    return found


def main():
    # It warns of every rule that people repeat.
    logging.disable(logging.CRITICAL)
    agent_conf.register_iptables_opts(cfg.CONF)
    groups_conf.register_securitygroups_opts(cfg.CONF)
    agents_db.register_db_agents_opts(cfg.CONF)
    cfg.CONF([], default_config_files=[], default_config_dirs=[])
    cfg.CONF.set_override("firewall_driver", "iptables_hybrid", "SECURITYGROUP")
    # In batches of 20 ports the answer to the next batch takes the place of what was known of a remote group, also when it
    # is about one family and the former was about the other: then a set and its rules are missing, by chance.
    cfg.CONF.set_override("rpc_resources_processing_step", 1_000_000)
    # The host has IPv6, whatever the machine of the tests has.
    netutils._IS_IPV6_ENABLED = True
    with tempfile.TemporaryDirectory() as locks:
        cfg.CONF.set_override("lock_path", locks, "oslo_concurrency")
        for line in sys.stdin:
            site = json.loads(line)
            print(json.dumps(hosts(site) if site["hosts"] else verdicts(site)), flush=True)


failed = 1
try:
    main()
    failed = 0
except Exception:
    traceback.print_exc()
finally:
    # Each agent has a thread that never ends.
    sys.stderr.flush()
    os._exit(failed)
