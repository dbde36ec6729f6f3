//! The families of codes: what `--select` takes beside a code, and how pages are grouped.

use aciform_diagnostics::Code;

macro_rules! families {
    ($($variant:ident $name:literal $title:literal $from:literal..=$to:literal $digits:literal;)*) => {
        /// A group of codes about one subject; the number of a code says which.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Family {
            $(#[doc = $title] $variant,)*
        }

        impl Family {
            /// All families, in the order of their numbers.
            pub const ALL: &[Family] = &[$(Family::$variant),*];

            /// The word on the command line.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The headline on pages.
            #[must_use]
            pub fn title(self) -> &'static str {
                match self { $(Self::$variant => $title,)* }
            }

            /// The family of a code.
            #[must_use]
            pub fn of(code: &Code) -> Self {
                let digits = code.id.trim_start_matches("ACI");
                match (digits.len(), digits.parse::<u16>().unwrap_or(u16::MAX)) {
                    $(($digits, $from..=$to) => Self::$variant,)*
                    _ => Self::Other,
                }
            }
        }
    };
}

families! {
    Grammar "grammar" "The ini grammar" 0..=99 3;
    Sections "sections" "Sections and options" 100..=199 3;
    Values "values" "Values and references" 200..=299 3;
    ExternalNetworks "external-networks" "External networks and pools" 300..=399 3;
    Topology "topology" "Switches, hosts and vPC" 400..=499 3;
    Encapsulation "encapsulation" "VLAN, multicast and encapsulation" 500..=599 3;
    Names "names" "Names" 600..=699 3;
    Credentials "credentials" "Credentials and TLS" 700..=799 3;
    HostAgents "host-agents" "Agents on hosts" 800..=899 3;
    Site "site" "The site's files and YAML" 1000..=1099 4;
    References "references" "Names and references of the intent" 1100..=1199 4;
    Addressing "addressing" "Addressing" 1200..=1299 4;
    Pools "pools" "Pools and limits" 1300..=1399 4;
    Security "security" "Security" 1400..=1499 4;
    Lock "lock" "The lock and facts" 1500..=1599 4;
    Bundle "bundle" "The bundle" 1600..=1699 4;
    Other "other" "Other" 1700..=9999 4;
}
