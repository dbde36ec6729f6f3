//! The flows that the OVS agent makes of a host's other artifacts, and whether they are the host's flows.
//!
//! The agent is played once more, from the endpoint files, the payloads and the list of ports. Some numbers stand in
//! flows alone (network ids, local ids of domains, multicast addresses): they are unknowns here, which the flows
//! themselves are asked for. One number for one thing in all tables on all hosts is what must come out.

mod base;
mod compare;
mod endpoint;
mod group;
mod infer;
mod nat;
mod pattern;
mod service;
mod sheet;
mod subnet;

pub(crate) use compare::compare;
pub(crate) use infer::{Assignment, Votes, global, vote};
pub(crate) use sheet::{Scene, Sheet, Unknown};
