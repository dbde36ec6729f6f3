//! Values of one line: what their text may look like.

use std::borrow::Cow;
use std::marker::PhantomData;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Value, json};

use crate::decode::protocol;

/// A handle, without anchors: at least one character is no dot.
macro_rules! handle {
    () => {
        "[A-Za-z0-9._-]*[A-Za-z0-9_-][A-Za-z0-9._-]*"
    };
}

/// Describes a type by hand: name, description, schema.
macro_rules! described {
    ($($(#[doc = $doc:literal])+ $name:ident = $schema:expr;)*) => {
        $($(#[doc = $doc])+
        pub(super) struct $name;

        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                let description = [$($doc.trim()),+].join("\n");
                let mut schema: Value = $schema;
                schema["description"] = description.into();
                Schema::try_from(schema).unwrap_or_default()
            }
        })*
    };
}

fn pattern(pattern: &str) -> Value {
    json!({"type": "string", "pattern": pattern})
}

described! {
    /// Text that is not empty.
    Text = json!({"type": "string", "pattern": "\\S"});
    /// The name of an object in its project, or its id.
    Name = pattern(concat!("^", handle!(), "$"));
    /// `NAME`, `PROJECT/NAME` or an id.
    QualifiedName = pattern(concat!("^", handle!(), "(/", handle!(), ")?$"));
    /// `NETWORK/SUBNET`, with `PROJECT/` in front for another project's, or an id.
    SubnetName = pattern(concat!("^", handle!(), "(/", handle!(), "){0,2}$"));
    /// `INSTANCE/PORT`, `PORT` or an id.
    PortName = pattern(concat!("^", handle!(), "(/", handle!(), "){0,2}$"));
    /// A UUID, with or without hyphens.
    Id = pattern("^([0-9A-Fa-f]{32}|[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})$");
    /// A prefix as `10.0.0.0/24` or `2001:db8::/64`, without bits behind its length.
    Cidr = pattern("^[0-9A-Fa-f.:]+/(0|[1-9][0-9]{0,2})$");
    /// An address or a prefix; bits behind the length are masked.
    AddressOrCidr = pattern("^[0-9A-Fa-f.:]+(/(0|[1-9][0-9]{0,2}))?$");
    /// An IPv4 or IPv6 address.
    Address = pattern("^[0-9A-Fa-f.:]*[.:][0-9A-Fa-f.:]*$");
    /// An IPv4 address.
    Ipv4 = pattern("^[0-9]{1,3}(\\.[0-9]{1,3}){3}$");
    /// First and last address: `10.0.0.2-10.0.0.99`.
    Range = pattern("^[0-9A-Fa-f.:]+ *- *[0-9A-Fa-f.:]+$");
    /// The MAC of an interface: `"fa:16:3e:10:00:17"`.
    Mac = pattern("^[0-9A-Fa-f][02468ACEace](:[0-9A-Fa-f]{2}){5}$");
    /// A VXLAN network id, 1 to 0xffffff; in quotes where the format has no hex.
    Vnid = json!({"anyOf": [
        {"type": "integer", "minimum": 1, "maximum": 0x00ff_ffff},
        {"type": "string", "pattern": "^(0[xX][0-9A-Fa-f]+|[1-9][0-9]*)$"},
    ]});
    /// A code as `ACI706`.
    FindingCode = pattern("^ACI[0-9]{3,4}$");
    /// The name of an environment variable.
    Variable = pattern("^[A-Za-z_][A-Za-z0-9_]*$");
    /// The total as `40`, or growth as `"+8"` or `"+25%"`.
    Increase = increase();
    /// One number for every external network that has subnets for floating IPs, or a map of numbers by external network.
    FloatingGrowth = json!({"anyOf": [increase(), {
        "type": "object",
        "patternProperties": {concat!("^", handle!(), "$"): increase()},
        "additionalProperties": false,
    }]});
    /// A share of what there is: `"+25%"`.
    Share = pattern("^\\+(0|[1-9][0-9]*)%$");
    /// The family of a rule, in any case.
    EtherType = json!({"anyOf": [{"enum": ["IPv4", "IPv6"]}, pattern("^[Ii][Pp][Vv][46]$")]});
    /// A protocol's name in any case, or its number.
    ProtocolName = protocols();
    /// A port from 1 to 65535, or a range as `8000-8100`.
    Ports = json!({"anyOf": [
        {"type": "integer", "minimum": 1, "maximum": 65535},
        {"type": "string", "pattern": "^[1-9][0-9]{0,4}( *- *[1-9][0-9]{0,4})?$"},
    ]});
    /// A number from 0 to 255.
    Octet = json!({"anyOf": [
        {"type": "integer", "minimum": 0, "maximum": 255},
        {"type": "string", "pattern": "^(0|[1-9][0-9]{0,2})$"},
    ]});
    /// An address, or null for no gateway.
    GatewayIp = json!({"anyOf": [pattern("^[0-9A-Fa-f.:]*[.:][0-9A-Fa-f.:]*$"), {"type": "null"}]});
    /// The projects that may attach, or `"*"` for every one.
    SharedWith = json!({"anyOf": [
        {"const": "*"},
        {"type": "array", "items": pattern(concat!("^", handle!(), "$"))},
    ]});
}

fn increase() -> Value {
    json!({"anyOf": [
        {"type": "integer", "minimum": 0, "maximum": u32::MAX},
        {"type": "string", "pattern": "^(0|[1-9][0-9]*|\\+(0|[1-9][0-9]*)%?)$"},
    ]})
}

/// Lower-case names for completion, then any case, then numbers.
fn protocols() -> Value {
    let names: Vec<&str> = protocol::names().collect();
    let any_case = |c: char| {
        if c.is_ascii_alphabetic() { format!("[{}{}]", c.to_ascii_uppercase(), c) } else { c.to_string() }
    };
    let any_case: Vec<String> = names.iter().map(|name| name.chars().map(any_case).collect()).collect();
    json!({"anyOf": [
        {"enum": names},
        {"type": "string", "pattern": format!("^({}|0|[1-9][0-9]{{0,2}})$", any_case.join("|"))},
        {"type": "integer", "minimum": 0, "maximum": 255},
    ]})
}

/// A map keyed by handle.
pub(super) struct Handles<T>(PhantomData<T>);

impl<T: JsonSchema> JsonSchema for Handles<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("Handles_of_{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        keyed(concat!("^", handle!(), "$"), generator.subschema_for::<T>())
    }
}

/// A map keyed by the name of an interface, a port or a path of handles.
pub(super) struct Named<T>(PhantomData<T>);

impl<T: JsonSchema> JsonSchema for Named<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("Named_of_{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        keyed("", generator.subschema_for::<T>())
    }
}

/// Paths of handles with so many parts: the old to the new one.
pub(super) struct Renames<const LEAST: usize, const MOST: usize>;

impl<const LEAST: usize, const MOST: usize> JsonSchema for Renames<LEAST, MOST> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("Renames_{LEAST}_to_{MOST}").into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let path = format!("^{}(/{}){{{},{}}}$", handle!(), handle!(), LEAST - 1, MOST - 1);
        keyed(&path, json_schema!({"type": "string", "pattern": path}))
    }
}

/// A closed map whose keys fit a pattern; nothing stands for an empty one.
fn keyed(keys: &str, values: Schema) -> Schema {
    json_schema!({
        "type": ["object", "null"],
        "patternProperties": {keys: values},
        "additionalProperties": false,
    })
}
