//! How sure the labels are: the portfolio placed again and again, with its opinions and estimates drawn afresh.

mod scenario;
mod study;
#[cfg(test)]
mod tests;

use super::{Account, Portfolio};
use crate::error::Result;
use crate::parallel;
use crate::segment::{Confidence, ConfidenceRules, Lever, Odds, Turn, TurnAt};
use scenario::Settings;
use study::{Room, Study};

/// What draws add up to: how often each active account fell into each cell.
struct Tally {
    counts: Vec<[u32; 4]>,
    room: Room,
}

impl Portfolio {
    /// The same portfolio with how sure each label is; see [`ConfidenceRules`] for what is drawn, with the seed of the
    /// portfolio's model, which then holds the rules. An error when they cannot be used.
    ///
    /// ```
    /// use portefeuille::sample::Sample;
    /// use portefeuille::segment::ConfidenceRules;
    /// use portefeuille::Quadrant;
    ///
    /// let portfolio = Sample::model().analyze(&Sample::new(0).into_ledger()?)?.with_confidence(ConfidenceRules::default())?;
    ///
    /// let account = portfolio.account("C213")?;
    /// let odds = account.odds().expect("an active account");
    /// println!("P({}) = {:.2}", odds.most_likely(), odds.probability(odds.most_likely()));
    /// assert_eq!(odds.most_likely(), Quadrant::Strategique);
    /// # Ok::<(), portefeuille::Error>(())
    /// ```
    pub fn with_confidence(mut self, rules: ConfidenceRules) -> Result<Self> {
        self.model.confidence = Some(rules);
        self.model.check()?;
        self.find_confidence()?;
        Ok(self)
    }

    /// Finds how sure the labels are, when the model asks for it.
    pub(crate) fn find_confidence(&mut self) -> Result<()> {
        let Some(rules) = self.model.confidence.clone() else { return Ok(()) };
        let study = Study::new(self, &rules)?;
        let settings = Settings::new(&study, &rules, self.model.seed);
        debug_assert!(as_it_is(&study, &settings), "settings as they are give every account its label");
        let counts = draw(&study, &settings, &rules);
        let turns = turns(&study, &settings);
        self.confidence = Some(Confidence::new(rules, self.model.seed, counts, turns));
        Ok(())
    }

    /// How sure the labels are, where the model asks for it.
    pub fn confidence(&self) -> Option<&Confidence> {
        self.confidence.as_ref()
    }

    /// How many placed accounts are undecided, where the model asks how sure the labels are.
    pub fn undecided(&self) -> Option<usize> {
        self.confidence.as_ref()?;
        Some(self.accounts().filter(|account| account.is_undecided() == Some(true)).count())
    }
}

impl<'a> Account<'a> {
    /// Where the draws placed it, where the model asks how sure the labels are; `None` for accounts that no draw placed, such
    /// as dormant and net-credit ones.
    pub fn odds(self) -> Option<Odds> {
        self.portfolio.confidence.as_ref()?.odds(self.row().active()?)
    }

    /// The settings that, moved alone by one standard deviation, give it another cell: those that move most accounts first.
    /// Nothing where the model does not ask how sure the labels are.
    pub fn turns(self) -> Vec<Turn<'a>> {
        let found = self.portfolio.confidence.as_ref().zip(self.row().active());
        found.map(|(confidence, active)| confidence.turns(active).collect()).unwrap_or_default()
    }

    /// Whether no cell is likely enough, for accounts with a cell, where the model asks how sure the labels are.
    pub fn is_undecided(self) -> Option<bool> {
        self.quadrant()?;
        let below = self.portfolio.confidence.as_ref()?.rules.undecided_below;
        Some(self.odds()?.is_undecided(below))
    }
}

/// Whether settings as they are place every account where it is.
fn as_it_is(study: &Study<'_>, settings: &Settings<'_>) -> bool {
    let mut room = Room::default();
    study.place(settings.neutral(), &mut room);
    room.cells == study.cells()
}

/// Places all accounts in each draw, and counts.
fn draw(study: &Study<'_>, settings: &Settings<'_>, rules: &ConfidenceRules) -> Vec<[u32; 4]> {
    let none = || Tally { counts: vec![[0; 4]; study.accounts()], room: Room::default() };
    let add = |tally: &mut Tally, at: usize| {
        study.place(&settings.draw(at as u64), &mut tally.room);
        for (counts, cell) in tally.counts.iter_mut().zip(&tally.room.cells) {
            if let Some(cell) = cell {
                counts[*cell as usize] += 1;
            }
        }
    };
    let merge = |mut tally: Tally, other: Tally| {
        let counts = tally.counts.iter_mut().flatten().zip(other.counts.iter().flatten());
        counts.for_each(|(sum, more)| *sum += more);
        tally
    };
    parallel::sum_up(rules.draws as usize, none, add, merge).counts
}

/// Moves each setting alone, both ways, and finds the accounts whose cell changes.
fn turns(study: &Study<'_>, settings: &Settings<'_>) -> Vec<(Lever, Vec<TurnAt>)> {
    parallel::map_items(settings.levers(), |lever| {
        let mut room = Room::default();
        let mut found = Vec::new();
        for (scenario, higher) in settings.moved(&lever).iter().zip([false, true]) {
            study.place(scenario, &mut room);
            let cells = room.cells.iter().zip(study.cells()).zip(0u32..);
            let moved = cells.filter(|((cell, was), _)| cell != was);
            found.extend(moved.map(|((cell, _), account)| TurnAt { account, lever: 0, higher, cell: *cell }));
        }
        (lever, found)
    })
}
