//! Which rows of the fabric a computation looks at.
//!
//! A part of a bundle needs to be made again only where something changed that it was made from. Nobody has to say what
//! that is, and so nobody can forget something: the tables note it themselves, on the thread that asked for it.

use std::cell::{Cell, RefCell};

use super::table::{Id, TABLES};

thread_local! {
    static NOTING: Cell<bool> = const { Cell::new(false) };
    static NOTED: RefCell<Noted> = const { RefCell::new(Noted { rows: [const { Vec::new() }; TABLES], whole: [false; TABLES] }) };
}

/// What was looked at, a bit a row.
struct Noted {
    rows: [Vec<u64>; TABLES],
    whole: [bool; TABLES],
}

/// The rows that a computation looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reads {
    /// Table and row, sorted.
    pub(crate) rows: Vec<(u8, u32)>,
    /// Tables that were walked, searched or counted.
    pub(crate) whole: Vec<u8>,
}

impl Reads {
    /// What holds for no fabric: whoever keeps something by it makes it anew each time.
    #[must_use]
    pub fn never() -> Self {
        Self { rows: vec![(u8::MAX, 0)], whole: Vec::new() }
    }
}

/// Runs a computation on this thread and says what it looked at. Threads that it starts itself are not seen.
pub fn traced<R>(run: impl FnOnce() -> R) -> (R, Reads) {
    NOTED.with_borrow_mut(|noted| {
        noted.rows.iter_mut().for_each(Vec::clear);
        noted.whole = [false; TABLES];
    });
    NOTING.set(true);
    let result = run();
    NOTING.set(false);
    (result, NOTED.with_borrow(Noted::reads))
}

/// Notes a row.
pub(super) fn row<I: Id>(id: I) {
    if NOTING.get() {
        NOTED.with_borrow_mut(|noted| noted.row(I::TABLE, id.index()));
    }
}

/// Notes a table as a whole.
pub(super) fn whole<I: Id>() {
    if NOTING.get() {
        NOTED.with_borrow_mut(|noted| noted.whole[I::TABLE] = true);
    }
}

impl Noted {
    fn row(&mut self, table: usize, row: usize) {
        let rows = &mut self.rows[table];
        let (word, bit) = (row / 64, row % 64);
        if rows.len() <= word {
            rows.resize(word + 1, 0);
        }
        rows[word] |= 1 << bit;
    }

    fn reads(&self) -> Reads {
        let mut reads = Reads::default();
        for (table, (rows, whole)) in (0u8..).zip(self.rows.iter().zip(self.whole)) {
            if whole {
                reads.whole.push(table);
                continue;
            }
            for (at, mut word) in (0u32..).zip(rows.iter().copied()) {
                while word != 0 {
                    reads.rows.push((table, at * 64 + word.trailing_zeros()));
                    word &= word - 1;
                }
            }
        }
        reads
    }
}
