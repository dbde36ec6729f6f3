"""What oslo.config and the driver's own readers make of ini files.

Reads a job from standard input: the table of registered options, and cases, each a list of files in --config-file
order and whether the whole table is asked for; a file's bytes are characters from U+0000 to U+00FF. Writes one JSON
object a case to standard output:

    files      what the parser made of each file alone: {"sections": [[section, [[key, [value, ...]], ...]], ...]}, or
               {"refused": line, "why": message} where it stops, or {"undecodable": offset of the first bad byte}
    error      the exception that stopped the start, or null
    values     {"group": {"option": {"value": ...} or {"refused": exception}}}; where the whole table
               is not asked for, only the options that the files could have changed: what has a constant default, and a
               name that stands in no section, reads as from an empty file
    driver     the named sections, read by the driver's library and by the agent's code; null where that reader crashes

Needs the packages oslo.config and apicapi; run it with Python's UTF-8 mode.
"""

import json
import logging
import math
import os
import sys
import tempfile
import types
import warnings

from oslo_config import cfg

import apicapi.config as apicapi
import upstream_excerpts as excerpts

KINDS = {
    "string": cfg.StrOpt,
    "boolean": cfg.BoolOpt,
    "integer": cfg.IntOpt,
    "float": cfg.FloatOpt,
    "list": cfg.ListOpt,
    "dict": cfg.DictOpt,
}


def registered(groups):
    """A fresh ConfigOpts with the whole table, reading no environment variables."""
    conf = cfg.ConfigOpts()
    for group in groups:
        name = None if group["name"] == "DEFAULT" else group["name"]
        for option in group["options"]:
            deprecated = [cfg.DeprecatedOpt(old, group=name) for old in option["deprecated"]]
            kind = KINDS[option["type"]]
            opt = kind(option["name"], default=option["default"], deprecated_opts=deprecated)
            conf.register_opt(opt, group=name)
    return conf


def plain(value):
    """A value as JSON can say it; numbers it does not have as Python prints them."""
    if isinstance(value, float) and not math.isfinite(value):
        return repr(value)
    return value


def read(path):
    """The parser's own reading of one file, in order, or where it stops."""
    sections = {}
    try:
        cfg.ConfigParser(path, sections).parse()
    except cfg.ParseError as error:
        return {"refused": error.lineno, "why": error.msg}
    except UnicodeDecodeError:
        with open(path, "rb") as file:
            try:
                file.read().decode("utf-8")
            except UnicodeDecodeError as error:
                return {"undecodable": error.start}
    return {"sections": [[name, list(keys.items())] for name, keys in sections.items()]}


class MultiConfigParser:
    """What oslo.config had until 6.0, as apicapi itself replaced it later (`_parse_files` of its release 1.12)."""

    # All readers of a case read the same files.
    known = None

    def read(self, paths):
        if MultiConfigParser.known is None:
            MultiConfigParser.known = {}
            for path in paths:
                cfg.ConfigParser(path, MultiConfigParser.known).parse()
        self.parsed = [MultiConfigParser.known]


class Database:
    """The table of host links as the driver declares it: the primary key is host and interface."""

    def __init__(self):
        self.rows = {}

    def add_hostlink(self, host, ifname, ifmac, swid, module, port, path, pod_id, from_config):
        self.rows[(host, ifname)] = [swid, module, port, pod_id]

    def get_switch_and_port_for_host(self, host):
        found = [tuple(row[:3]) for key, row in sorted(self.rows.items()) if key[0] == host]
        return list(dict.fromkeys(found))


class Links(excerpts.Links):
    def __init__(self, switches, pairs, provision):
        self.switch_dict, self.vpc_dict, self.provision_hostlinks = switches, pairs, provision
        self.db = Database()

    def update_hostlink_port(self, host, switch, module, port):
        for key, row in self.db.rows.items():
            if key[0] == host and row[0] == switch and row[1] == module:
                row[2] = port

    def ensure_infra_created_for_switch(self, switch):
        pass

    def table(self):
        return [
            {
                "host": host,
                "interface": ifname,
                "switch": switch,
                "module": module,
                "port": port,
                "pod_id": pod,
                "path": self.get_static_binding_pdn(switch, module, port, pod) if port else None,
            }
            for (host, ifname), (switch, module, port, pod) in sorted(self.db.rows.items())
        ]


def attempt(call):
    """What a reader gives, None where it crashes or gives a text that is half a character."""
    try:
        result = call()
        json.dumps(result, ensure_ascii=False).encode("utf-8")
        return result
    except Exception:
        return None


def segments():
    hops = excerpts.NextHops()
    parser = MultiConfigParser()
    parser.read(apicapi.cfg.CONF.config_file)
    hops._load_es_next_hop_info(excerpts.external_segments(parser.parsed))
    names = ("ip_start", "ip_end", "ip_gateway", "ip6_start", "ip6_end", "ip6_gateway")
    return {name: {key: getattr(hop, key) for key in names} for name, hop in hops.ext_seg_next_hop.items()}


def external_networks():
    driver = excerpts.ExternalNetworks()
    return {
        name: {
            "preexisting": driver._is_pre_existing(keys),
            "enable_nat": driver.nat_enabled(keys),
            "edge_nat": driver._is_edge_nat(keys),
            "keys": keys,
        }
        for name, keys in apicapi.create_external_network_dictionary().items()
    }


def physical_networks():
    found = apicapi.create_physical_network_dict()
    return {
        name: {"hosts": sorted(keys["hosts"]), "segment_type": keys.get("segment_type")} for name, keys in found.items()
    }


def links(conf, switches):
    # As `APICManager._build_config` chooses.
    options = conf.apic if conf.apic.apic_username is not None else conf.ml2_cisco_apic
    made = Links(switches, apicapi.create_vpc_dictionary(options), options.apic_provision_hostlinks)
    made.add_staticlinks()
    return made.table()


def driver(conf, paths):
    apicapi.cfg.CONF.config_file = paths
    MultiConfigParser.known = None
    result = {
        "apic_external_network": attempt(external_networks),
        "apic_vmdom": attempt(apicapi.create_vmdom_dictionary),
        "apic_physdom": attempt(apicapi.create_physdom_dictionary),
        "apic_physical_network": attempt(physical_networks),
        "apic_switch": attempt(excerpts.create_switch_dictionary),
        "opflex_external_segment": attempt(segments),
        "pairs": attempt(lambda: {
            name: apicapi.create_vpc_dictionary(conf[name]) for name in ("ml2_cisco_apic", "apic")
        }),
    }
    result["links"] = attempt(lambda: links(conf, result["apic_switch"]))
    return result


def values(conf, groups, written):
    """The values of all options, or of those that the names written in the files could have changed."""
    found = {}
    for group in groups:
        scope = conf if group["name"] == "DEFAULT" else conf[group["name"]]
        for option in group["options"]:
            name = option["name"]
            if written is not None and not option["refers"] and written.isdisjoint([name, *option["deprecated"]]):
                continue
            try:
                value = {"value": plain(scope[name])}
            except Exception as error:
                value = {"refused": type(error).__name__}
            found.setdefault(group["name"], {})[name] = value
    return found


def run(case, conf, groups, folder):
    paths = []
    for number, text in enumerate(case["files"]):
        path = os.path.join(folder, "%d.ini" % number)
        with open(path, "wb") as file:
            file.write(text.encode("latin-1"))
        paths.append(path)
    files = [read(path) for path in paths]
    result = {"files": files, "error": None}
    conf.clear()
    try:
        conf(args=[], project="oracle", default_config_files=paths, default_config_dirs=[], use_env=False)
    except Exception as error:
        result["error"] = type(error).__name__
        return result
    written = {key for file in files for _, keys in file["sections"] for key, _ in keys}
    result["values"] = values(conf, groups, None if case["whole"] else written)
    result["driver"] = driver(conf, paths)
    return result


def main():
    # Deprecated names are announced on standard error otherwise, and odd escapes.
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    apicapi.cfg = types.SimpleNamespace(
        MultiConfigParser=MultiConfigParser,
        ListOpt=cfg.ListOpt,
        CONF=types.SimpleNamespace(config_file=[], config_dir=[], _groups=cfg.CONF._groups),
    )
    excerpts._get_specific_config = apicapi._get_specific_config
    job = json.load(sys.stdin)
    for group in job["groups"]:
        for option in group["options"]:
            option["refers"] = "$" in (option["default"] or "")
    conf = registered(job["groups"])
    # Files that are written over thousands of times are kept off the disk.
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        for number, case in enumerate(job["cases"]):
            print(json.dumps(run(case, conf, job["groups"], folder)), flush=number % 50 == 0)


main()
