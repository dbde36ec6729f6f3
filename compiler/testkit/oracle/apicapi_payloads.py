"""What the ML2 driver's own client library sends to APIC for a cloud.

Reads clouds as JSON, one a line; prints for each a list of [DN, body] in the order of the POSTs.
The calls are those of the driver (network, subnet, router, interface, external network and gateway); names, RNs,
attributes and nesting are the library's: apicapi 1.0.14 from PyPI, with nothing replaced but the transport and its pauses.
"""

import json
import logging
import re
import sys
import time
import types

import apicapi_library


class Answer:
    status_code = 200
    reason = "OK"

    def __init__(self, imdata):
        self.imdata = imdata

    def json(self):
        return {"imdata": self.imdata}


class Transport:
    """Stands in for requests.Session and keeps what is posted."""

    posts = []
    scopes = None

    def post(self, url, data=None, **_):
        if url.endswith("/aaaLogin.json"):
            return Answer([{"aaaLogin": {"attributes": {"token": "t", "refreshTimeoutSeconds": "600"}}}])
        dn = re.fullmatch(r".*?/api/mo/(.*)\.json", url).group(1)
        self.posts.append([dn, json.loads(data)])
        return Answer([])

    def get(self, url, **_):
        return Answer([])


def library():
    apicapi_library.load()
    client = sys.modules["apicapi.apic_client"]
    client.requests.Session = Transport
    client.time = types.SimpleNamespace(time=time.time, sleep=lambda _: None)


class Database:
    def update_contract_for_router(self, *_):
        pass


class Options:
    """The options of a domain, as the ini has them or by the library's own default."""

    def __init__(self, defaults, given):
        self.__dict__.update(defaults)
        self.__dict__.update(given)


def manager(cloud):
    from apicapi import apic_client, apic_domain, apic_manager, config

    system = cloud["system"]
    defaults = {option.name: option.default for option in config.apic_opts}
    names = {"apic_domain_name": system, "apic_vlan_ns_name": system + "_vlan_ns",
             "apic_multicast_ns_name": system + "_mcast_ns"}
    options = Options(defaults, {**names, **cloud["options"]})
    log = types.SimpleNamespace(getLogger=logging.getLogger)
    made = apic_manager.APICManager.__new__(apic_manager.APICManager)
    # A client without scopes takes them from the class for good.
    scopes = apic_client.ManagedObjectClass
    scopes.scope_exceptions = Transport.scopes = Transport.scopes or scopes.scope_exceptions
    made.apic = apic_client.RestClient(log, system, ["apic"], "user", "password", renew_names=False,
                                       scope_names=cloud["scope_names"])
    made.apic_system_id = made.app_profile_name = system
    made.db = Database()
    made.apic_config = options
    made.aci_routing_enabled = options.enable_aci_routing
    for name in ("default_l2_unknown_unicast", "default_arp_flooding", "default_ep_move_detect",
                 "default_enforce_subnet_check", "default_subnet_scope"):
        setattr(made, name, getattr(options, name))
    apic_manager.LOG = log.getLogger("apicapi")
    made.domains = [apic_domain.VmDomain(system, made.apic, log, options, name, {}, {}) for name in cloud["domains"]]
    return made


def replay(cloud):
    """The driver's calls, in the order of its postcommit hooks."""
    from apicapi import apic_mapper

    library_name = lambda text, existing=False: apic_mapper.ApicName(text, text, existing=existing)
    aci = manager(cloud)
    for domain in aci.domains:
        domain.create()
    # As the library's manager sets it up: a VRF that the options name is the administrator's and keeps its name.
    shared = library_name(cloud["shared_context"] or "shared", existing=cloud["shared_context"] is not None)
    for project in cloud["projects"]:
        tenant = library_name(project["name"])
        # The driver's own choice, of which the library knows nothing.
        home = tenant if cloud["per_tenant_context"] else "common"
        for network in project["networks"]:
            name = network["name"]
            with aci.apic.transaction() as together:
                aci.ensure_bd_created_on_apic(tenant, name, ctx_owner=home, ctx_name=shared, transaction=together,
                                              unicast_route=aci.aci_routing_enabled)
                aci.ensure_epg_created(tenant, name, bd_name=name, app_profile_name=aci.app_profile_name,
                                       transaction=together)
            aci.update_name_alias(aci.apic.fvBD, tenant, name, nameAlias=network["alias"])
            aci.update_name_alias(aci.apic.fvAEPg, tenant, aci.app_profile_name, name, nameAlias=network["alias"])
            aci.update_name_alias(aci.apic.fvTenant, tenant, nameAlias=project["alias"])
            for gateway in network["gateways"]:
                aci.ensure_subnet_created_on_apic(tenant, name, gateway)
    for external in cloud["externals"]:
        outside = library_name(external["name"], existing=True)
        vrf = library_name(external["vrf"], existing=True)
        group = library_name(external["epg"], existing=True)
        everything = "EXT-%s-allow-all" % external["id"]
        # The driver's own choice too: shared networks have their group in common, others in their owner's tenant.
        there = library_name(external["tenant"], existing=True)
        home = library_name(external["owner"]) if external["owner"] else "common"
        with aci.apic.transaction() as together:
            aci.create_tenant_filter(everything, owner=there, entry="allow-all", transaction=together)
            aci.manage_contract_subject_bi_filter(everything, everything, everything, owner=there,
                                                  transaction=together)
            for provided in (True, False):
                aci.set_contract_for_external_epg(outside, everything, external_epg=group, provided=provided,
                                                  owner=there, transaction=together)
        with aci.apic.transaction() as together:
            domain, epg = "EXT-bd-" + external["name"], "EXT-epg-" + external["name"]
            aci.ensure_bd_created_on_apic(home, domain, ctx_owner=there, ctx_name=vrf, transaction=together)
            aci.set_l3out_for_bd(home, domain, outside, transaction=together)
            aci.ensure_epg_created(home, epg, bd_name=domain, transaction=together)
            for gateway in [external["pool"]] + external["gateways"]:
                aci.ensure_subnet_created_on_apic(home, domain, gateway, transaction=together)
            for provider in (False, True):
                aci.set_contract_for_epg(home, epg, everything, provider=provider, transaction=together)
    externals = {external["name"]: external for external in cloud["externals"]}
    for project in cloud["projects"]:
        tenant = library_name(project["name"])
        home = tenant if cloud["per_tenant_context"] else "common"
        for router in project["routers"]:
            uid = types.SimpleNamespace(uid=router["id"])
            with aci.apic.transaction() as together:
                aci.create_router(uid, transaction=together)
                if router["up"]:
                    aci.enable_router(uid, transaction=together)
            contract = "contract-" + router["id"]
            aci.update_name_alias(aci.apic.vzBrCP, "common", contract, nameAlias=router["alias"])
            for network in router["networks"]:
                aci.add_router_interface(tenant, uid, network)
            if router["gateway"] is None:
                continue
            external = externals[router["gateway"]]
            target = library_name(external["owner"]) if external["owner"] else "common"
            shadow, group = library_name("Shd-" + external["name"]), library_name("Shd-" + external["epg"])
            with aci.apic.transaction() as together:
                aci.ensure_external_routed_network_created(shadow, owner=home, context=shared, transaction=together)
                aci.ensure_external_epg_created(shadow, external_epg=group, owner=home, transaction=together)
                aci.ensure_external_epg_consumed_contract(shadow, contract, external_epg=group, owner=home,
                                                          transaction=together)
                aci.ensure_external_epg_provided_contract(shadow, contract, external_epg=group, owner=home,
                                                          transaction=together)
                aci.associate_external_epg_to_nat_epg(home, shadow, group, "EXT-epg-" + external["name"],
                                                      target_owner=target, transaction=together)


def main():
    library()
    for line in sys.stdin:
        Transport.posts.clear()
        replay(json.loads(line))
        print(json.dumps(Transport.posts))


main()
