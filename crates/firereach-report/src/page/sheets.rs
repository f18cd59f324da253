//! Policy sheets on their way into the page: every value, fact, row and block said once and then called by its number.
//!
//! Sheets of one site in several scenarios are the same for the most part, and sheets of several sites share their
//! headings and many of their values.

use firereach_model::rules::Verdict;
use serde::Serialize;

use super::pool::{Numbered, Pool};
use crate::sheet::{Block, Fact, Grid, Heading, Sheet, Value};

/// A value: its text, its unit, its verdict, and whether it is unknown (1) or assumed (2).
type ValueData = (usize, usize, Option<&'static str>, u8);
/// A fact: its label, its value, how it was obtained.
type FactData = (usize, usize, usize);
/// A heading: its key, its title, its unit.
type HeadingData = (&'static str, usize, usize);
/// A block: its key, its title, its facts, its headings, its rows, what to say below.
type BlockData = (&'static str, usize, Vec<usize>, usize, Vec<usize>, usize);

/// What sheets refer to by number.
#[derive(Default)]
pub(super) struct SheetPool {
    values: Numbered<ValueData>,
    facts: Numbered<FactData>,
    headings: Numbered<Vec<HeadingData>>,
    rows: Numbered<Vec<usize>>,
    blocks: Numbered<BlockData>,
}

/// The parts of all sheets as the page reads them.
#[derive(Serialize)]
pub(super) struct SheetParts {
    values: Vec<ValueData>,
    facts: Vec<FactData>,
    headings: Vec<Vec<HeadingData>>,
    rows: Vec<Vec<usize>>,
    blocks: Vec<BlockData>,
}

impl SheetPool {
    /// The numbers of a sheet's blocks.
    pub(super) fn sheet(&mut self, sheet: &Sheet, pool: &mut Pool) -> Vec<usize> {
        sheet.blocks.iter().map(|block| self.block(block, pool)).collect()
    }

    /// The parts in the order of their numbers.
    pub(super) fn into_parts(self) -> SheetParts {
        SheetParts {
            values: self.values.into_things(),
            facts: self.facts.into_things(),
            headings: self.headings.into_things(),
            rows: self.rows.into_things(),
            blocks: self.blocks.into_things(),
        }
    }

    fn block(&mut self, block: &Block, pool: &mut Pool) -> usize {
        let Block { key, title, facts, grid: Grid { headings, rows }, note } = block;
        let facts = facts.iter().map(|fact| self.fact(fact, pool)).collect();
        let headings = headings
            .iter()
            .map(|Heading { key, title, unit, weight: _ }| (*key, pool.phrase(title), pool.text(unit)))
            .collect();
        let headings = self.headings.number(headings);
        let rows = rows
            .iter()
            .map(|row| {
                let row = row.iter().map(|value| self.value(value, pool)).collect();
                self.rows.number(row)
            })
            .collect();
        self.blocks.number((key, pool.phrase(title), facts, headings, rows, pool.phrase(note)))
    }

    fn fact(&mut self, fact: &Fact, pool: &mut Pool) -> usize {
        let Fact { key: _, label, value, basis, columns: _ } = fact;
        let fact = (pool.phrase(label), self.value(value, pool), pool.phrase(basis));
        self.facts.number(fact)
    }

    fn value(&mut self, value: &Value, pool: &mut Pool) -> usize {
        let Value { text, unit, verdict, is_unknown, is_assumed } = value;
        let doubt = u8::from(*is_unknown) | (u8::from(*is_assumed) << 1);
        self.values.number((pool.phrase(text), pool.text(unit), verdict.map(Verdict::code), doubt))
    }
}
