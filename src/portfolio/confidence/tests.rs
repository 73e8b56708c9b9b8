use super::*;
use crate::sample::Sample;
use crate::segment::{Cut, CutOn};
use crate::{Component, Ledger, Model, Money};

fn ledger() -> Ledger {
    Sample::new(0).into_ledger().unwrap()
}

fn models() -> Vec<Model> {
    let model = Sample::model;
    let mut expected = model();
    expected.cost_measure = crate::score::CostMeasure::Expected;
    let mut winsorised = model();
    winsorised.normalisation = crate::score::Normalisation::Winsorised { low: 0.05, high: 0.95 };
    let on = |of| Cut::Money { money: Money::ZERO, of };
    vec![
        model(),
        expected,
        winsorised,
        model().thresholds(Cut::Median, Cut::Quantile(0.7)),
        model().thresholds(on(CutOn::NetMargin), on(CutOn::CostToServe)),
        Model::new(),
    ]
}

/// Would break with a cost, a margin or a quarter that a study works out otherwise than the analysis.
#[test]
fn settings_as_they_are_give_every_account_its_label() {
    let ledger = ledger();
    for model in models() {
        for bootstrap in [false, true] {
            let portfolio = model.analyze(&ledger).unwrap();
            let rules = ConfidenceRules { bootstrap, ..ConfidenceRules::default() };
            let study = Study::new(&portfolio, &rules).unwrap();
            let mut room = Room::default();
            study.place(Settings::new(&study, &rules, 0).neutral(), &mut room);
            assert_eq!(room.cells, study.cells());
            assert!(room.cells.iter().any(Option::is_some));
        }
    }
}

/// Would break with a spread of 0 that still spreads.
#[test]
fn without_doubt_every_label_is_certain() {
    let rules = ConfidenceRules {
        draws: 5,
        concentration: 1e9,
        rate_spread: 0.0,
        grade_spread: [0.0; 3],
        margin_spread: 0.0,
        ..ConfidenceRules::default()
    };
    let portfolio = Sample::model().analyze(&ledger()).unwrap().with_confidence(rules).unwrap();
    for account in portfolio.accounts() {
        let Some(quadrant) = account.quadrant() else { continue };
        let near = account.score(crate::Side::Value).unwrap() - 0.5;
        let near = near.abs().min((account.score(crate::Side::Complexity).unwrap() - 0.5).abs());
        // Weights of a concentration of a billion still move in the fifth decimal.
        if near > 1e-3 {
            assert_eq!(account.odds().unwrap().count(quadrant), 5, "{}", account.id());
        }
    }
}

/// The deviation is that of Beta(7, 3), by scipy (`scripts/reference_confidence.py`).
#[test]
fn a_weight_moves_by_the_deviation_of_its_distribution_and_the_others_share_it() {
    let model = Sample::model().weight(Component::GrossMargin, 1.4).weight(Component::MarginRate, 0.6);
    let portfolio = model.analyze(&ledger()).unwrap();
    let rules = ConfidenceRules { concentration: 10.0, ..ConfidenceRules::default() };
    let study = Study::new(&portfolio, &rules).unwrap();
    let settings = Settings::new(&study, &rules, 0);
    let moved = settings.moved(&Lever::Weight(Component::GrossMargin));
    for (scenario, margin) in moved.iter().zip([0.7 - 0.138_170, 0.7 + 0.138_170]) {
        assert!((scenario.weights[0] - margin).abs() < 1e-6, "{:?}", scenario.weights);
        assert!((scenario.weights[1] - (1.0 - margin)).abs() < 1e-6, "{:?}", scenario.weights);
        // The other axis keeps its own.
        assert_eq!(scenario.weights[2..], settings.neutral().weights[2..]);
    }
}
