//! Resolving whole sites.

mod addresses;
mod cases;
mod dhcp;
mod kit;
mod lab;
mod names;
mod outside;
mod pages;
mod properties;
mod renames;
