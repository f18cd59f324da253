//! What is wrong with a study, a rule pack or a catalogue of vehicles: everything at once, each with its place.

use std::fmt;
use std::ops::Range;

/// One fault, with its place and its repair.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// The file as the study names it, or `command line`.
    pub file: String,
    /// Line and column, counted from one; `None` where the fault has no place in a text.
    pub at: Option<(usize, usize)>,
    /// What is wrong.
    pub cause: String,
    /// How to repair it.
    pub remedy: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file)?;
        if let Some((line, column)) = self.at {
            write!(f, ":{line}:{column}")?;
        }
        write!(f, ": {}", self.cause)?;
        if !self.remedy.is_empty() {
            write!(f, "; {}", self.remedy)?;
        }
        Ok(())
    }
}

/// Why a study, a rule pack or a catalogue cannot be used. Nothing has been written when it is returned.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", list(.faults))]
pub struct StudyError {
    /// Every fault found, in the order of the text.
    pub faults: Vec<Fault>,
}

fn list(faults: &[Fault]) -> String {
    faults.iter().map(Fault::to_string).collect::<Vec<_>>().join("\n")
}

/// A text under reading, with the faults found in it so far.
pub(crate) struct Reader<'a> {
    pub(crate) file: &'a str,
    pub(crate) text: &'a str,
    pub(crate) faults: Vec<Fault>,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(file: &'a str, text: &'a str) -> Self {
        Self { file, text, faults: Vec::new() }
    }

    /// Notes a fault at a place of the text; a place beyond its end is the command line.
    pub(crate) fn fault(&mut self, span: Option<Range<usize>>, cause: impl Into<String>, remedy: impl Into<String>) {
        let is_elsewhere = span.as_ref().is_some_and(|span| span.start > self.text.len());
        let file = if is_elsewhere { "command line" } else { self.file }.to_owned();
        let at = span.filter(|_| !is_elsewhere).map(|span| line_and_column(self.text, span.start));
        self.faults.push(Fault { file, at, cause: cause.into(), remedy: remedy.into() });
    }

    /// Everything noted as an error, in the order of the text; `Ok` when nothing was.
    pub(crate) fn finish(mut self) -> Result<(), StudyError> {
        if self.faults.is_empty() {
            return Ok(());
        }
        self.faults.sort_by_key(|fault| fault.at);
        // One fault a place: what follows from it would only repeat it.
        self.faults.dedup_by(|later, first| later == first || (later.at.is_some() && later.at == first.at));
        Err(StudyError { faults: self.faults })
    }
}

/// Line and column, in characters, counted from one.
fn line_and_column(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().map_or(0, |rest| rest.chars().count()) + 1;
    (line, column)
}

/// An error about a file as a whole.
pub(crate) fn whole_file(file: &str, cause: impl Into<String>, remedy: impl Into<String>) -> StudyError {
    StudyError { faults: vec![Fault { file: file.to_owned(), at: None, cause: cause.into(), remedy: remedy.into() }] }
}

/// The candidates nearest to a word, at most three, nearest first.
pub(crate) fn nearest<'a>(word: &str, candidates: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let length = word.chars().count();
    let mut found: Vec<(usize, &str)> = candidates
        .filter(|candidate| candidate.chars().count().abs_diff(length) <= 2 + length / 3)
        .map(|candidate| (edit_distance(word, candidate), candidate))
        .filter(|(distance, _)| *distance <= 1 + length / 3)
        .collect();
    found.sort();
    found.dedup();
    let best = found.first().map_or(0, |(distance, _)| *distance);
    found.retain(|(distance, _)| *distance <= best + 1);
    found.into_iter().take(3).map(|(_, candidate)| candidate).collect()
}

/// `did you mean …?`, or nothing.
pub(crate) fn did_you_mean(nearest: &[&str]) -> Option<String> {
    let (last, others) = nearest.split_last()?;
    Some(match others {
        [] => format!("did you mean `{last}`?"),
        _ => format!("did you mean `{}` or `{last}`?", others.join("`, `")),
    })
}

/// Letters to insert, remove or replace to make one word of the other.
fn edit_distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_counts_characters_not_bytes() {
        assert_eq!(line_and_column("a\n名 = 1", 6), (2, 3));
    }

    #[test]
    fn a_slip_of_the_pen_finds_the_word_meant() {
        let words = ["way/4221", "way/4222", "relation/9"];
        assert_eq!(nearest("way/4231", words.into_iter()), ["way/4221", "way/4222"]);
        assert!(nearest("station", words.into_iter()).is_empty());
        assert_eq!(edit_distance("kitten", "sitting"), 3);
    }
}
