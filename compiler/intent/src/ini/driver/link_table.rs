//! The driver's table of host links in memory, with the two look-ups that its insertions make.

use std::collections::{BTreeMap, BTreeSet};

use aciform_diagnostics::Span;

/// What is stored for a host and an interface.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) switch: String,
    pub(super) module: String,
    pub(super) port: String,
    pub(super) pod_id: String,
    pub(super) span: Span,
}

/// The table. Links of one host are met in order of their interfaces, as its primary key sorts them.
#[derive(Debug, Default)]
pub(super) struct Table {
    rows: BTreeMap<(String, String), Row>,
    hosts: BTreeMap<String, Index>,
}

/// Where the links of one host go.
#[derive(Debug, Default)]
struct Index {
    /// Interfaces by switch.
    switches: BTreeMap<String, BTreeSet<String>>,
    /// Interfaces by switch and module.
    modules: BTreeMap<(String, String), BTreeSet<String>>,
    /// How many links by switch, module and port.
    ports: BTreeMap<(String, String, String), usize>,
}

impl Table {
    pub(super) fn rows(&self) -> impl Iterator<Item = (&(String, String), &Row)> {
        self.rows.iter()
    }

    pub(super) fn get(&self, host: &str, interface: &str) -> Option<&Row> {
        self.rows.get(&(host.to_owned(), interface.to_owned()))
    }

    /// Whether a host has a link to this very port, by any interface.
    pub(super) fn has(&self, host: &str, row: &Row) -> bool {
        self.hosts.get(host).is_some_and(|index| index.ports.contains_key(&port_key(row)))
    }

    /// The first interface of a host on a switch.
    pub(super) fn first_of_switch(&self, host: &str, switch: &str) -> Option<&str> {
        self.hosts.get(host)?.switches.get(switch)?.first().map(String::as_str)
    }

    /// The first interface of a host on a module of a switch.
    pub(super) fn first_of_module(&self, host: &str, switch: &str, module: &str) -> Option<&str> {
        let key = (switch.to_owned(), module.to_owned());
        self.hosts.get(host)?.modules.get(&key)?.first().map(String::as_str)
    }

    /// Stores a row in place of what the host and the interface have.
    pub(super) fn put(&mut self, host: &str, interface: &str, row: Row) {
        let index = self.hosts.entry(host.to_owned()).or_default();
        index.add(interface, &row);
        if let Some(old) = self.rows.insert((host.to_owned(), interface.to_owned()), row.clone()) {
            index.remove(interface, &old, &row);
        }
    }

    /// Gives all links of a host on a module of a switch another port.
    pub(super) fn set_ports(&mut self, host: &str, switch: &str, module: &str, port: &str) {
        let key = (switch.to_owned(), module.to_owned());
        let found = self.hosts.get(host).and_then(|index| index.modules.get(&key)).cloned().unwrap_or_default();
        for interface in found {
            if let Some(row) = self.get(host, &interface).cloned() {
                self.put(host, &interface, Row { port: port.to_owned(), ..row });
            }
        }
    }
}

impl Index {
    fn add(&mut self, interface: &str, row: &Row) {
        self.switches.entry(row.switch.clone()).or_default().insert(interface.to_owned());
        self.modules.entry(module_key(row)).or_default().insert(interface.to_owned());
        *self.ports.entry(port_key(row)).or_default() += 1;
    }

    /// Forgets a row that another one replaced.
    fn remove(&mut self, interface: &str, old: &Row, new: &Row) {
        if old.switch != new.switch {
            drop_from(&mut self.switches, &old.switch, interface);
        }
        if module_key(old) != module_key(new) {
            drop_from(&mut self.modules, &module_key(old), interface);
        }
        if let Some(count) = self.ports.get_mut(&port_key(old)) {
            *count -= 1;
            if *count == 0 {
                self.ports.remove(&port_key(old));
            }
        }
    }
}

fn drop_from<K: Ord>(sets: &mut BTreeMap<K, BTreeSet<String>>, key: &K, interface: &str) {
    if let Some(set) = sets.get_mut(key) {
        set.remove(interface);
    }
}

fn module_key(row: &Row) -> (String, String) {
    (row.switch.clone(), row.module.clone())
}

fn port_key(row: &Row) -> (String, String, String) {
    (row.switch.clone(), row.module.clone(), row.port.clone())
}
