//! What the tests of several crates need; never shipped.

pub mod agent_files;
pub mod closed;
pub mod committed;
pub mod expect;
pub mod expect_files;
pub mod expect_payload;
pub mod expect_rules;
pub mod generate;
pub mod judge;
pub mod mutate;
pub mod netfilter;
pub mod netns;
pub mod neutron;
mod oracle;
pub mod ovs;
pub mod pages;
pub mod payload;
pub mod program;
pub mod sample;
pub mod upstream;
pub mod world;
