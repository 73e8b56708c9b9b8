//! Aligned tables and the few colours of a terminal.

use crate::lang::columns::{left, right, width};
use crate::segment::Quadrant;

/// Whether to colour, asked in one place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Paint(pub(super) bool);

/// How a text is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Style {
    #[default]
    Plain,
    Bold,
    Of(Quadrant),
}

impl Paint {
    pub(super) fn show(self, text: &str, style: Style) -> String {
        let code = match style {
            _ if !self.0 => return text.to_owned(),
            Style::Plain => return text.to_owned(),
            Style::Bold => "1",
            Style::Of(Quadrant::Or) => "33",
            Style::Of(Quadrant::Strategique) => "34",
            Style::Of(Quadrant::Efficace) => "32",
            Style::Of(Quadrant::Toxique) => "31",
        };
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }
}

/// Rows of cells: the first column to the left, the others to the right.
#[derive(Debug, Default)]
pub(super) struct Columns {
    rows: Vec<(Style, Vec<String>)>,
}

impl Columns {
    /// Adds a row; the style is that of its first cell.
    pub(super) fn row(&mut self, style: Style, cells: Vec<String>) {
        self.rows.push((style, cells));
    }

    pub(super) fn lines(&self, paint: Paint) -> Vec<String> {
        let count = self.rows.iter().map(|(_, cells)| cells.len()).max().unwrap_or(0);
        let widest = |at: usize| self.rows.iter().filter_map(|(_, cells)| cells.get(at)).map(|c| width(c)).max();
        let widths: Vec<usize> = (0..count).map(|at| widest(at).unwrap_or(0)).collect();
        let line = |(style, cells): &(Style, Vec<String>)| {
            let mut line = String::new();
            for (at, (cell, width)) in cells.iter().zip(&widths).enumerate() {
                line.push_str("  ");
                line.push_str(&match at {
                    0 => paint.show(&left(cell, *width), *style),
                    _ => right(cell, *width),
                });
            }
            line.trim_end().to_owned()
        };
        self.rows.iter().map(line).collect()
    }
}
