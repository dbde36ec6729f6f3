//! Fixes over files that somebody's fingers slipped in: they end, and a file that the service could read stays one.

mod texts;

use texts::assert_fixed;

const SEEDS: &[&str] = &[
    "[DEFAULT]\napic_system_id = a\n[ml2]\ntype_drivers = a\nmechanism_drivers = apic_aim\n[ml2_apic_aim]\nl3_domain_dn = x\n",
    "[ml2_cisco_apic]\napic_hosts = \"https://a\",\n  \"b c\",\n  ,\n  [d]\nvrf_per_router_tenants = *a, ^b$\napic_password = x$use_vmm\n",
    "[OPFLEX]\r\nopflex_networks = [\n  “a”,\n  b\n  ]\nopflex_networks = a\n  b\nagent_mode =\n  x\n[VPP]\n\n[aim]\nagent_down_time = 7\n",
    "[apic_switch:201]\na:b:c = 1/7\n  = 3\nd: 1\n[apic_external_network:X]\nenable_nat = True\nexternal_epg = <e>\n",
];

/// What is put in, and what a mutation may turn a character into.
const PIECES: &[&str] = &[
    "\n",
    "\n  ",
    "\r\n",
    ",",
    "\"",
    "'",
    "[",
    "]",
    " ",
    "=",
    ":",
    "#",
    ";",
    "$",
    "\u{200b}",
    "\u{a0}",
    "“",
    "<",
    ">",
    "@",
    "\\",
    "/",
    "*",
    "a",
    "\n[OPFLEX]\n",
    "\nopflex_networks = ",
];

#[test]
fn fixes_end_and_break_no_file() {
    let mut state = 0x2545_f491_u64;
    let mut below = |most: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).expect("31 bits") % most
    };
    for round in 0..1200 {
        let mut text: Vec<char> = SEEDS[round % SEEDS.len()].chars().collect();
        for _ in 0..1 + below(4) {
            let at = below(text.len() + 1);
            let end = text.len().min(at + below(3));
            text.splice(at..end, PIECES[below(PIECES.len())].chars());
        }
        let text: String = text.into_iter().collect();
        assert_fixed(&[&text], &["ACI118"]);
    }
}
