//! The parser's refusals in the user's words.

use aciform_diagnostics::{Diagnostic, Span};
use granit_parser::ErrorKind;

use super::{MAX_DEPTH, NESTED_TOO_DEEP, UNREADABLE_YAML};

/// What is wrong, and what to write instead.
type Words = (String, &'static str);

/// Makes the finding of a refusal. `at` is the place the parser names; `bracket` the innermost one that is open there.
pub(super) fn describe(kind: &ErrorKind, at: Span, text: &str, bracket: Option<Span>) -> Diagnostic {
    if matches!(kind, ErrorKind::RecursionLimitExceeded) {
        return too_deep(at);
    }
    let ends = at.range().start >= text.trim_end().len();
    let (message, help) = words(kind, ends, bracket.is_some());
    let finding = match bracket {
        // Where the text ends there is nothing to edit: the bracket is the place.
        Some(open) if ends => Diagnostic::at(&UNREADABLE_YAML, open, message),
        Some(open) if open != at && in_brackets(kind) => {
            Diagnostic::at(&UNREADABLE_YAML, at, message).label(open, "opened here")
        }
        Some(_) | None => Diagnostic::at(&UNREADABLE_YAML, at, message),
    };
    finding.help(help)
}

/// The finding of a collection beyond [`MAX_DEPTH`].
pub(super) fn too_deep(at: Span) -> Diagnostic {
    let message = format!("collections are nested more than {MAX_DEPTH} levels deep");
    Diagnostic::at(&NESTED_TOO_DEEP, at, message).help("check what made this file; no site needs that")
}

/// The byte to show for a refusal at `at`, which the parser names less exactly than it could in a few cases.
pub(super) fn place(kind: &ErrorKind, text: &str, at: usize) -> usize {
    let at = at.min(text.len());
    let line_start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    let before = &text[line_start..at];
    if matches!(kind, ErrorKind::TabNotAllowed | ErrorKind::TabInBlockIndentation | ErrorKind::TabInIndentation) {
        // The parser names the character behind the tab.
        return before.find('\t').map_or(at, |tab| line_start + tab);
    }
    if matches!(kind, ErrorKind::ExpectedBlockMappingKey) && before.trim_start().starts_with("- ") {
        // The parser names the value behind a dash that is in the wrong column.
        return line_start + (before.len() - before.trim_start().len());
    }
    // The parser names the opening quote.
    if is_escape(kind) { refused_escape(text, at).unwrap_or(at) } else { at }
}

fn is_escape(kind: &ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::UnknownQuotedScalarEscape
            | ErrorKind::InvalidQuotedScalarHexEscape
            | ErrorKind::InvalidUnicodeEscape
            | ErrorKind::InvalidLowSurrogateHexEscape
            | ErrorKind::InvalidLowSurrogate
            | ErrorKind::MissingLowSurrogate
            | ErrorKind::UnpairedLowSurrogate
    )
}

/// The backslash of the first escape that YAML does not know, in the double-quoted text that begins at `quote`.
fn refused_escape(text: &str, quote: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let digits = |at: usize, count: usize| {
        let digits = text.get(at..at + count).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
        u32::from_str_radix(digits, 16).ok()
    };
    let mut at = quote + 1;
    while let Some(found) = bytes.get(at..)?.iter().position(|byte| matches!(byte, b'\\' | b'"')) {
        at += found;
        if bytes[at] == b'"' {
            return None;
        }
        let known = match bytes.get(at + 1)? {
            b'x' => digits(at + 2, 2).is_some(),
            b'u' => match digits(at + 2, 4) {
                Some(0xd800..=0xdbff) if text.get(at + 6..at + 8) == Some("\\u") => {
                    let low = matches!(digits(at + 8, 4), Some(0xdc00..=0xdfff));
                    at += 6;
                    low
                }
                Some(0xd800..=0xdfff) | None => false,
                Some(_) => true,
            },
            b'U' => digits(at + 2, 8).and_then(char::from_u32).is_some(),
            letter => b"0abt\tnvfre \"/\\N_LP\n\r".contains(letter),
        };
        if !known {
            return Some(at);
        }
        at += 2;
    }
    None
}

const CLOSE: &str = "close it, or quote the text if it begins with a bracket that belongs to it";
const COLON: &str =
    "quote text that holds a `:`; keys of one mapping start in the same column, with a space behind their `:`";
const COLUMN: &str = "indent it exactly as its neighbours, with spaces";
const ESCAPE: &str = "write a backslash as `\\\\` between double quotes, or use single quotes, where it has no meaning";
const QUOTE: &str = "put the text between quotes";
const DIRECTIVE: &str = "remove the line, or quote the text if it begins with `%`";
const TAG: &str = "quote the text if it begins with `!`";

fn words(kind: &ErrorKind, ends: bool, bracketed: bool) -> Words {
    use ErrorKind as E;
    if ends && bracketed {
        return ("a bracket is never closed".into(), CLOSE);
    }
    match kind {
        E::UnexpectedEofFlowSequence | E::UnexpectedEofFlowMapping | E::UnexpectedEofImplicitFlowMapping => {
            ("the text ends inside brackets".into(), CLOSE)
        }
        E::UnclosedFlowCollection { open } => (format!("`{open}` is never closed"), CLOSE),
        E::MismatchedFlowCollectionEnd { open, close } => {
            (format!("`{open}` is closed by `{close}`"), "close each bracket with its own kind")
        }
        E::MisplacedFlowCollectionEnd => {
            ("a bracket closes that was never opened".into(), "remove it, or quote the text it belongs to")
        }
        E::ExpectedFlowMappingSeparator => ("`,` or `}` is missing here".into(), "separate the entries with `,`"),
        E::ExpectedFlowSequenceSeparator => ("`,` or `]` is missing here".into(), "separate the entries with `,`"),
        E::InvalidColonPlacement | E::FlowMappingValueAdjacentCollection => (
            "`:` stands where no key can be, inside brackets".into(),
            "close the bracket, or separate entries with `,`",
        ),
        E::InvalidFlowScalarIndent => ("text inside brackets is indented too little".into(), COLUMN),
        E::MappingValueNotAllowed
        | E::SimpleKeyExpected
        | E::InvalidSimpleKey
        | E::MappingKeyNotAllowed
        | E::InvalidMappingValueWhitespace => ("no key and value can stand here".into(), COLON),
        E::ExpectedBlockMappingKey | E::UnexpectedEofBlockMapping => {
            ("this does not line up with the keys above".into(), COLUMN)
        }
        E::ExpectedBlockSequenceEntry | E::UnexpectedEofBlockSequence => {
            ("this does not line up with the list above".into(), "begin it with `- ` in the column of the dashes above")
        }
        E::InvalidIndentation => ("the indentation matches nothing above".into(), COLUMN),
        E::BlockSequenceEntryNotAllowed | E::BlockEntryInFlowCollection => {
            ("no `-` entry can stand here".into(), "put each `- ` on a line of its own, or write the list as `[a, b]`")
        }
        E::InvalidBlockEntryWhitespace | E::ExpectedWhitespace => {
            ("a space is missing here".into(), "write a space behind `-`, `:` and `,`")
        }
        E::TabNotAllowed
        | E::TabInBlockIndentation
        | E::TabInIndentation
        | E::TabAtBlockScalarStart
        | E::TabInPlainScalar => ("a tab stands where only spaces can".into(), "replace the tab with spaces"),
        E::UnclosedQuotedScalar => {
            ("a quote is never closed".into(), "close it, and write `''` for a quote in the text")
        }
        E::DocumentIndicatorInQuotedScalar => (
            "a quote is not closed before the document ends".into(),
            "close it, or indent the `---` or `...` inside it",
        ),
        E::InvalidTrailingSingleQuotedScalar | E::InvalidTrailingDoubleQuotedScalar => {
            ("text follows a closing quote".into(), "put all of the text between the quotes")
        }
        E::InvalidQuotedScalarIndent => ("quoted text goes on with too little indentation".into(), COLUMN),
        E::UnknownQuotedScalarEscape | E::InvalidQuotedScalarHexEscape | E::InvalidUnicodeEscape => {
            ("text between double quotes holds an escape that does not exist".into(), ESCAPE)
        }
        E::InvalidLowSurrogateHexEscape | E::InvalidLowSurrogate | E::MissingLowSurrogate | E::UnpairedLowSurrogate => {
            ("text between double quotes holds half of a surrogate pair".into(), "write both halves, or the character")
        }
        E::UnexpectedCharacter { character } => {
            (format!("text cannot begin with `{}`", character.escape_default()), QUOTE)
        }
        E::PlainScalarStartsWithDashFlowIndicator | E::UnexpectedEndOfPlainScalar => {
            ("text without quotes cannot begin like this".into(), QUOTE)
        }
        E::ExpectedNodeContent => ("a value is missing here".into(), "write the value, or `null`"),
        E::ZeroBlockScalarIndent | E::InvalidBlockScalarHeader | E::InvalidBlockScalarIndent => {
            ("a block of text (`|` or `>`) is not written as one".into(), "begin the text on the next line, indented")
        }
        E::CommentInterceptedScalar => ("a comment stands inside text".into(), "quote the text, or move the comment"),
        E::CommentNotSeparated => {
            ("a comment begins without a space".into(), "write a space before `#`, or quote the text")
        }
        E::UnknownAnchor | E::MissingAnchorOrAliasName | E::AnchorCountOverflow => {
            ("`&` or `*` is not followed by a name".into(), "quote the text if it begins with `&` or `*`")
        }
        E::ExpectedDocumentStart | E::InvalidDocumentEnd | E::MissingDocumentEndBeforeDirective => {
            ("something stands between two documents".into(), "begin a document with a line `---`")
        }
        E::BomInsideDocument => ("a byte order mark stands inside the text".into(), "remove the invisible character"),
        E::DuplicateVersionDirective
        | E::UnsupportedYamlMajorVersion
        | E::DuplicateTagDirective
        | E::ExpectedTagDirectiveBang
        | E::InvalidDirectiveTerminator
        | E::DirectiveDisallowed
        | E::MissingYamlVersionSeparator
        | E::MissingDirectiveName
        | E::InvalidDirectiveName
        | E::DirectiveByteLimitExceeded { .. }
        | E::TooManyReservedDirectiveParams { .. }
        | E::YamlVersionTooLong
        | E::MissingYamlVersion
        | E::InvalidTagDirectiveTerminator => ("a line that begins with `%` is not a YAML directive".into(), DIRECTIVE),
        E::UndeclaredTagHandle
        | E::ExpectedTagBang
        | E::InvalidGlobalTagCharacter
        | E::InvalidTagTerminator
        | E::MissingTagUri
        | E::UnclosedVerbatimTag
        | E::InvalidTagEscape
        | E::InvalidTagUtf8LeadingByte
        | E::InvalidTagUtf8TrailingByte
        | E::InvalidTagUtf8 => ("a word that begins with `!` is not a tag".into(), TAG),
        // Neither can come from a text in memory read with our options.
        E::TooManyComments
        | E::InputIo { .. }
        | E::InputDecoding { .. }
        | E::InputByteLimitExceeded { .. }
        | E::InputOffsetsWithoutSlice
        | E::InputSlicingUnavailable
        | E::MissingIncludeResolver
        | E::MultipleDocumentsUnsupported
        | E::ExpectedStreamStart
        | E::RecursionLimitExceeded
        | E::UnexpectedEof
        | E::Custom(_) => ("the text cannot be read from here on".into(), "compare it with the lines above"),
        // The parser's list may grow with a new version of it.
        _ => ("the text cannot be read from here on".into(), "compare it with the lines above"),
    }
}

/// Whether knowing the bracket around the place helps to see what is wrong.
fn in_brackets(kind: &ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::ExpectedFlowMappingSeparator
            | ErrorKind::ExpectedFlowSequenceSeparator
            | ErrorKind::InvalidColonPlacement
            | ErrorKind::FlowMappingValueAdjacentCollection
            | ErrorKind::InvalidFlowScalarIndent
            | ErrorKind::UnexpectedEofFlowSequence
            | ErrorKind::UnexpectedEofFlowMapping
            | ErrorKind::UnexpectedEofImplicitFlowMapping
            | ErrorKind::MappingValueNotAllowed
            | ErrorKind::BlockEntryInFlowCollection
    )
}
