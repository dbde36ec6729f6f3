//! A host's switch with the packets that are traced through it, before and after a mutation.

use std::collections::{BTreeMap, BTreeSet};

use super::Judgement;
use super::probe::{Probes, of_flow};
use crate::mutate::Bundle;
use crate::ovs::{Failure, HostFiles, Ingress, Packet, Result, Switch, To, is_step};

/// How many packets of one way through the tables stay among those that are always asked about.
const ALIKE: usize = 2;

/// How many packets a host is asked about at first, and how many more for a mutation of a flow.
const FIRST: usize = 6_000;
const MORE: usize = 1_500;

/// A switch that holds the flows as they were compiled, between two questions.
pub(super) struct Trial {
    switch: Switch,
    files: HostFiles,
    ports: BTreeMap<u32, String>,
    /// One or two packets of each way through the tables, with what becomes of them.
    known: Vec<(Packet, Vec<String>)>,
}

impl Trial {
    pub(super) fn new(bundle: &Bundle, folder: &str) -> Result<Self> {
        let files = files(bundle, folder).unwrap_or_else(|| HostFiles {
            flows: String::new(),
            groups: String::new(),
            ports: String::new(),
        });
        let mut switch = Switch::start()?;
        switch.load(&files)?;
        let mut trial = Self { switch, ports: ports(&files.ports), files, known: Vec::new() };
        let probes = Probes::new(&trial.files.flows, &trial.ports);
        let mut ways: BTreeMap<Vec<String>, usize> = BTreeMap::new();
        for packet in thinned(probes.all(), FIRST) {
            let (way, fate) = trial.fate(&packet);
            let alike = ways.entry(way).or_default();
            *alike += 1;
            if *alike <= ALIKE {
                trial.known.push((packet, fate));
            }
        }
        Ok(trial)
    }

    /// Compares with a mutant of the same host.
    pub(super) fn compare(&mut self, mutant: &Bundle, folder: &str) -> Result<Judgement> {
        let Some(files) = files(mutant, folder) else {
            return Ok(Judgement::Changes("a file of the switch is missing".to_owned()));
        };
        if files.groups == self.files.groups && files.ports == self.files.ports {
            return self.compare_flows(&files.flows);
        }
        let loaded = self.switch.load(&files);
        let judged = match loaded {
            Err(failure) => changes(&failure),
            Ok(()) => {
                // A host is known by the names of its ports: what comes in by one of them and leaves by another.
                let numbers: BTreeMap<String, u32> =
                    ports(&files.ports).into_iter().map(|(number, name)| (name, number)).collect();
                self.first_difference(&numbers)
            }
        };
        self.switch.load(&self.files)?;
        Ok(judged)
    }

    fn compare_flows(&mut self, flows: &str) -> Result<Judgement> {
        let probes = Probes::new(&format!("{}\n{flows}", self.files.flows), &self.ports);
        let (before, after): (BTreeSet<&str>, BTreeSet<&str>) =
            (self.files.flows.lines().collect(), flows.lines().collect());
        let differ = before.symmetric_difference(&after);
        let aimed = thinned(differ.flat_map(|flow| of_flow(&probes, flow)).collect(), MORE);
        let aimed: Vec<(Packet, Vec<String>)> = aimed
            .into_iter()
            .map(|packet| {
                let fate = self.fate(&packet).1;
                (packet, fate)
            })
            .collect();
        if let Err(failure) = self.switch.replace_flows(flows) {
            return Ok(changes(&failure));
        }
        let count = self.known.len();
        self.known.splice(0..0, aimed);
        let numbers = self.ports.iter().map(|(number, name)| (name.clone(), *number)).collect();
        let judged = self.first_difference(&numbers);
        let aimed = self.known.len() - count;
        drop(self.known.drain(..aimed));
        self.switch.replace_flows(&self.files.flows)?;
        Ok(judged)
    }

    fn first_difference(&mut self, numbers: &BTreeMap<String, u32>) -> Judgement {
        for at in 0..self.known.len() {
            let mut packet = self.known[at].0.clone();
            if let Ingress::Port(number) = packet.ingress {
                let Some(now) = self.ports.get(&number).and_then(|name| numbers.get(name)) else {
                    return Judgement::Changes(format!("port {number} is not there"));
                };
                packet.ingress = Ingress::Port(*now);
            }
            if self.fate(&packet).1 != self.known[at].1 {
                return Judgement::Changes(format!("another fate for {packet:?}"));
            }
        }
        Judgement::Harmless(format!("{} packets fare as before", self.known.len()))
    }

    /// The way of a packet through the tables, and what becomes of it; copies in no order.
    fn fate(&mut self, packet: &Packet) -> (Vec<String>, Vec<String>) {
        let (trace, mut fate) = match self.switch.trace(packet) {
            Ok(verdict) => {
                let copies = verdict.deliveries.iter().map(|delivery| {
                    let to = match &delivery.to {
                        // By name: a number is only what a name stands for.
                        To::Port { name, .. } => name.clone(),
                        // The agent reads what a flow put into the metadata for it.
                        To::Controller { cookie } => format!("agent {cookie:#x} {}", metadata(&verdict.trace)),
                        To::InPort | To::Tunnel { .. } => format!("{:?}", delivery.to),
                    };
                    format!("{to} {:?}", delivery.headers)
                });
                (verdict.trace.clone(), copies.collect::<Vec<_>>())
            }
            Err(Failure::Trace { what, trace }) => (trace, vec![what]),
            Err(failure) => (String::new(), vec![failure.to_string()]),
        };
        fate.sort();
        let steps = trace.lines().map(str::trim_start).filter(|line| is_step(line));
        (steps.map(str::to_owned).collect(), fate)
    }
}

fn changes(failure: &Failure) -> Judgement {
    Judgement::Changes(format!("does not load: {}", failure.to_string().lines().take(2).collect::<Vec<_>>().join(" ")))
}

fn metadata(trace: &str) -> &str {
    let flow = trace.lines().find_map(|line| line.strip_prefix("Final flow: ")).unwrap_or_default();
    flow.split(',').find(|field| field.starts_with("metadata=")).unwrap_or_default()
}

/// So many of them, spread over all.
fn thinned(all: Vec<Packet>, most: usize) -> Vec<Packet> {
    let step = all.len().div_ceil(most).max(1);
    // Neighbours are of one source and one kind; every residue in turn mixes them.
    let count = all.len();
    let mut packets: Vec<Option<Packet>> = all.into_iter().map(Some).collect();
    let order = (0..step).flat_map(|first| (first..count).step_by(step)).take(most);
    order.filter_map(|at| packets[at].take()).collect()
}

fn files(bundle: &Bundle, folder: &str) -> Option<HostFiles> {
    let text = |name: &str| bundle.files.get(&format!("{folder}{name}")).cloned();
    Some(HostFiles { flows: text("br-int.flows")?, groups: text("br-int.groups")?, ports: text("br-int.ports")? })
}

fn ports(text: &str) -> BTreeMap<u32, String> {
    let lines = text.lines().filter_map(|line| line.split_once(' '));
    lines.filter_map(|(number, name)| Some((number.parse().ok()?, name.to_owned()))).collect()
}
