//! Numbers as Python's `int()` and `float()` read them and prints them.

use aciform_syntax::ini::is_blank;

use super::{TypeError, Value};

/// Where the runs of ten decimal digits start beyond ASCII, `Nd` of Unicode 14 (Python 3.11); one run is a script's.
const ZEROS: [u32; 65] = [
    0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6, 0xe50, 0xed0, 0xf20,
    0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50, 0x1bb0, 0x1c40, 0x1c50, 0xa620, 0xa8d0,
    0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10, 0x104a0, 0x10d30, 0x11066, 0x110f0, 0x11136, 0x111d0, 0x112f0,
    0x11450, 0x114d0, 0x11650, 0x116c0, 0x11730, 0x118e0, 0x11950, 0x11c50, 0x11d50, 0x11da0, 0x16a60, 0x16ac0,
    0x16b50, 0x1d7ce, 0x1d7d8, 0x1d7e2, 0x1d7ec, 0x1d7f6, 0x1e140, 0x1e2f0, 0x1e950, 0x1fbf0,
];

/// The most digits that `int()` takes (`sys.get_int_max_str_digits()`).
const MOST_DIGITS: usize = 4300;

/// `int()`: blanks around, a sign, digits of any script, single underscores between them. Empty is null, not the
/// default.
pub(super) fn int(text: &str) -> Result<Value, TypeError> {
    let text = text.trim_matches(is_blank);
    if text.is_empty() {
        return Ok(Value::Null);
    }
    let text = in_ascii(text);
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(&text)),
    };
    let digits = without_underscores(digits).ok_or(TypeError::Int)?;
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(TypeError::Int);
    }
    if digits.len() > MOST_DIGITS {
        return Err(TypeError::IntLong);
    }
    let digits = match digits.trim_start_matches('0') {
        "" => "0",
        digits => digits,
    };
    let signed = if negative { format!("-{digits}") } else { digits.to_owned() };
    Ok(signed.parse().map_or(Value::Big(signed), Value::Int))
}

/// `float()`.
pub(super) fn float(text: &str) -> Result<Value, TypeError> {
    let text = text.trim_matches(is_blank);
    if text.is_empty() {
        return Ok(Value::Null);
    }
    let plain = without_underscores(&in_ascii(text)).ok_or(TypeError::Float)?;
    plain.parse().map(Value::Float).map_err(|_| TypeError::Float)
}

/// The text with the digits of every script as those of ASCII.
fn in_ascii(text: &str) -> String {
    let digit = |c: char| {
        let code = u32::from(c);
        let zero = ZEROS.partition_point(|zero| *zero <= code).checked_sub(1)?;
        char::from_digit(code - ZEROS[zero], 10)
    };
    text.chars().map(|c| digit(c).unwrap_or(c)).collect()
}

/// The text without its underscores; `None` where one does not stand between two digits.
fn without_underscores(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let digit = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_digit);
    let stray = (0..bytes.len()).any(|at| bytes[at] == b'_' && !(digit(at.checked_sub(1)) && digit(Some(at + 1))));
    (!stray).then(|| text.replace('_', ""))
}

/// `repr()` of a float.
pub(super) fn python_float(value: f64) -> String {
    if value.is_nan() {
        return "nan".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "inf" } else { "-inf" }.to_owned();
    }
    // Python writes an exponent below 1e-4 and from 1e16 on, with a sign and at least two digits.
    let size = value.abs();
    if size != 0.0 && !(1e-4..1e16).contains(&size) {
        let text = format!("{value:e}");
        let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let (sign, exponent) = exponent.strip_prefix('-').map_or(('+', exponent), |rest| ('-', rest));
        return format!("{digits}e{sign}{exponent:0>2}");
    }
    let text = value.to_string();
    if text.contains('.') { text } else { format!("{text}.0") }
}

#[cfg(test)]
mod tests {
    use super::{TypeError, Value, ZEROS, python_float};
    use crate::ini::value::Kind;

    #[test]
    fn whole_numbers_are_read_as_python_reads_them() {
        for (text, value) in [("5", 5), ("+5", 5), ("-1", -1), ("007", 7), (" 3 ", 3), ("1_000", 1000)] {
            assert_eq!(Kind::Int.read(text), Ok(Value::Int(value)), "{text}");
        }
        assert_eq!(Kind::Int.read(" "), Ok(Value::Null));
        for text in ["0x10", "1.0", "1e3", "10s", "1,2", "_1", "1__0", "1_", "-", "- 1"] {
            assert_eq!(Kind::Int.read(text), Err(TypeError::Int), "{text}");
        }
    }

    #[test]
    fn digits_of_every_script_are_digits() {
        assert!(ZEROS.windows(2).all(|pair| pair[0] + 10 <= pair[1]));
        for (text, value) in [("\u{663}", 3), ("-\u{661}_0\u{665}", -105), ("\u{1d7d8}\u{1d7ff}", 9), ("\u{ff17}", 7)] {
            assert_eq!(Kind::Int.read(text), Ok(Value::Int(value)), "{text}");
        }
        assert_eq!(Kind::Float.read("\u{661}.\u{665}e1"), Ok(Value::Float(15.0)));
        // Powers, fractions and numerals are none.
        for text in ["\u{b2}", "\u{bd}", "\u{2167}", "\u{4e03}", "\u{66a}"] {
            assert_eq!(Kind::Int.read(text), Err(TypeError::Int), "{text}");
            assert_eq!(Kind::Float.read(text), Err(TypeError::Float), "{text}");
        }
    }

    #[test]
    fn a_number_may_have_as_many_digits_as_python_takes() {
        let big = |text: &str| Ok(Value::Big(text.to_owned()));
        assert_eq!(Kind::Int.read("9223372036854775807"), Ok(Value::Int(i64::MAX)));
        assert_eq!(Kind::Int.read("+00_9223372036854775808"), big("9223372036854775808"));
        assert_eq!(Kind::Int.read("-99999999999999999999999"), big("-99999999999999999999999"));
        assert_eq!(Kind::Int.read(&"0".repeat(4300)), Ok(Value::Int(0)));
        assert_eq!(Kind::Int.read(&"9".repeat(4301)), Err(TypeError::IntLong));
    }

    #[test]
    fn floats_look_as_python_prints_them() {
        assert_eq!(python_float(60.0), "60.0");
        assert_eq!(python_float(0.0001), "0.0001");
        assert_eq!(python_float(0.00001), "1e-05");
        assert_eq!(python_float(1.5e16), "1.5e+16");
    }
}
