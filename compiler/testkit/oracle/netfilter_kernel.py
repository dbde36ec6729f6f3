"""The tables and sets of a fresh host, as far as Neutron's agent asks for them: it runs commands, this answers them.

Prints as `iptables-save` does (chains of the kernel first, then the others by name, rules by chain), tables in the order of
our files, and sets by name with their members by number. Refuses what the kernel refuses: chains and sets that are not
there, names that are too long, chains that are still jumped to.
"""

import ipaddress
import re

BUILT_IN = {
    "raw": ["PREROUTING", "OUTPUT"],
    "nat": ["PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"],
    "filter": ["INPUT", "FORWARD", "OUTPUT"],
}
TARGETS = {"ACCEPT", "DROP", "RETURN", "CT"}


def printed(rule):
    """How the kernel's tools print a rule back where that is not how Neutron gives it.

    Prefixes lose their host bits, and are left out when they are everything; so are the protocols `ip` and `hopopt`,
    which are number 0. All else comes back as it was given; the two that would not, MACs in upper case and ICMP type 255,
    we write as Neutron does.
    """

    def prefix(match):
        network = ipaddress.ip_network(match[2], strict=False)
        return "" if network.prefixlen == 0 else f"{match[1]} {network} "

    rule = re.sub(r"(-[sd]) (\S+/\d+) ", prefix, rule)
    return re.sub(r"-p (ip|hopopt) ", "", rule)


class Kernel:
    def __init__(self):
        self.tables = {
            command: {table: {chain: [] for chain in chains} for table, chains in BUILT_IN.items()}
            for command in ("iptables", "ip6tables")
        }
        self.sets = {}

    def run(self, command, given):
        """Standard output of a command, or an exception for one that is not known."""
        command = [str(word) for word in command]
        program, *rest = command
        if program in ("iptables-save", "ip6tables-save"):
            only = rest[1] if rest else None
            assert rest == [] or rest == ["-t", only], command
            return self.save(program.removesuffix("-save"), [only] if only else list(BUILT_IN))
        if program in ("iptables-restore", "ip6tables-restore"):
            assert rest == ["-n"], command
            self.restore(self.tables[program.removesuffix("-restore")], given.decode().splitlines())
            return ""
        if program == "ipset":
            self.ipset(rest, given)
            return ""
        if program == "sysctl":
            # The host has br_netfilter, and hands bridged packets to these tables.
            return "1" if rest[0] == "-b" else "net.bridge.bridge-nf-call-iptables\n"
        raise AssertionError(f"the agent runs {command}")

    def save(self, command, tables):
        lines = []
        for table in tables:
            chains = self.tables[command][table]
            built_in = BUILT_IN[table]
            order = built_in + sorted(set(chains) - set(built_in))
            lines.append(f"*{table}")
            lines += [f":{chain} {'ACCEPT' if chain in built_in else '-'} [0:0]" for chain in order]
            lines += [f"-A {chain} {rule}" for chain in order for rule in chains[chain]]
            lines.append("COMMIT")
        return "".join(f"{line}\n" for line in lines)

    def restore(self, tables, lines):
        chains, name = None, None
        for line in lines:
            if not line or line.startswith("#"):
                continue
            if line.startswith("*"):
                name, chains = line[1:], tables[line[1:]]
            elif line == "COMMIT":
                self.check(name, chains)
            elif line.startswith(":"):
                chain = line[1:].split()[0]
                assert len(chain) <= 28, line
                chains[chain] = []
            else:
                action, chain, *rest = line.split(" ", 3)
                if action == "-I":
                    place = int(rest[0])
                    assert 1 <= place <= len(chains[chain]) + 1, line
                    chains[chain].insert(place - 1, printed(rest[1]))
                elif action == "-D":
                    del chains[chain][int(rest[0]) - 1]
                elif action == "-X":
                    assert not chains.pop(chain) and chain not in BUILT_IN[name], line
                else:
                    raise AssertionError(line)

    def check(self, table, chains):
        for rules in chains.values():
            for rule in rules:
                target = re.search(r"(?:^| )-j (\S+)", rule)[1]
                assert target in TARGETS or target in set(chains) - set(BUILT_IN[table]), rule
                named = re.search(r"--match-set (\S+)", rule)
                assert named is None or named[1] in self.sets, rule

    def ipset(self, words, given):
        words = [word for word in words if word != "-exist"]
        action, *rest = words
        if action == "restore":
            for line in given.decode().splitlines():
                self.ipset(line.split(), None)
        elif action == "create":
            name, *kind = rest
            assert len(name) <= 31, words
            kind = " ".join(kind)
            assert self.sets.setdefault(name, (kind, set()))[0] == kind, words
        elif action == "add":
            name, member = rest
            network = ipaddress.ip_network(member, strict=False)
            kind, members = self.sets[name]
            assert network.prefixlen > 0 and kind.endswith("inet6") == (network.version == 6), words
            members.add(network)
        elif action == "del":
            self.sets[rest[0]][1].discard(ipaddress.ip_network(rest[1], strict=False))
        elif action == "swap":
            one, other = rest
            self.sets[one], self.sets[other] = self.sets[other], self.sets[one]
        elif action == "destroy":
            del self.sets[rest[0]]
        else:
            raise AssertionError(f"the agent runs ipset {words}")

    def save_sets(self):
        lines = []
        for name, (kind, members) in sorted(self.sets.items()):
            lines.append(f"create {name} {kind}")
            lines += [f"add {name} {member}" for member in sorted(members)]
        return "".join(f"{line}\n" for line in lines)
