use crate::lang::columns::width;
use crate::segment::{Cut, CutOn};
use crate::{
    Component, Customer, Driver, EventKind, Friction, Lang, Ledger, Model, Order, Portfolio, Quantity, ServiceEvent,
    Side, date, money,
};

fn quickstart() -> Ledger {
    let mut ledger = Ledger::new();
    ledger.add_customers([Customer::new("ayala").friction(Friction::Easy), Customer::new("brunel")]).unwrap();
    ledger
        .add_orders([
            Order::new("o-1", "ayala", date(2025, 1, 31), money("9000")).cost_of_goods(money("5400")),
            Order::new("o-2", "brunel", date(2025, 2, 3), money("2500")).cost_of_goods(money("1900")).rush(),
        ])
        .unwrap();
    ledger.add_events([ServiceEvent::new("brunel", date(2025, 2, 9), EventKind::Return)]).unwrap();
    ledger
}

fn model() -> Model {
    Model::new().as_of(date(2025, 3, 31)).rate(Driver::Order, money("12.50")).rate(Driver::Return, money("38"))
}

fn why(portfolio: &Portfolio, id: &str, lang: Lang) -> String {
    portfolio.account(id).unwrap().why().lang(lang).to_string()
}

/// The text with plain spaces, to compare with what a keyboard can write.
fn plain(text: &str) -> String {
    text.replace(['\u{A0}', '\u{202F}'], " ")
}

const BRUNEL_FR: &str = "\
brunel : Toxique, classe B
  Corriger vite, ou se séparer proprement
  Gagne de l'argent : marge nette de 549,50 €

Résultat du 01/01/2025 au 31/03/2025
  Chiffre d'affaires net                2 500,00 €
  Coût des ventes                      -1 900,00 €
  Marge brute                             600,00 €  24,0 % du chiffre d'affaires
  Coût de service                         -50,50 €  2,0 % du chiffre d'affaires
  Marge nette                             549,50 €  22,0 % du chiffre d'affaires

Coût de service : 50,50 €, soit 2,0 % du chiffre d'affaires
  Retours                    1 × 38,00 €                                        =            38,00 €
  Commandes                  1 × 12,50 €                                        =            12,50 €
  Commandes urgentes         1 × sans tarif                                     =             0,00 €

Valeur : 0,250, sous le seuil de 0,500 (écart -0,250)
                                                    mesure    place  × poids  = apport
  Marge brute                                     600,00 €    0,250   71,4 %     0,179
  Taux de marge                                     24,0 %    0,250   28,6 %     0,071
  Score                                                              100,0 %     0,250
  Sans mesure dans les données : régularité, croissance

Complexité : 0,750, au-dessus du seuil de 0,500 (écart +0,250)
                                                    mesure    place  × poids  = apport
  Coût de service                              2,0 % du CA    0,750   71,4 %     0,536
  Commandes urgentes                       1 / 1 = 100,0 %    0,750   14,3 %     0,107
  Retours                                  1 / 1 = 100,0 %    0,750   14,3 %     0,107
  Score                                                              100,0 %     0,750
  Sans mesure dans les données : petites commandes
  Identique pour tous, ne compte pas : heures d'assistance, relation

Données correctes : 1 valeur absente d'une colonne donnée";

const BRUNEL_EN: &str = "\
brunel: Toxic, tier B
  Correct fast, or part cleanly
  Makes money: net margin of €549.50

Result from 1 Jan 2025 to 31 Mar 2025
  Net revenue                            €2,500.00
  Cost of goods                         -€1,900.00
  Gross margin                             €600.00  24.0% of revenue
  Cost to serve                            -€50.50  2.0% of revenue
  Net margin                               €549.50  22.0% of revenue

Cost to serve: €50.50, 2.0% of revenue
  Returns                    1 × €38.00                                         =             €38.00
  Orders                     1 × €12.50                                         =             €12.50
  Rush orders                1 × no rate                                        =              €0.00

Value: 0.250, below the cut of 0.500 (distance -0.250)
                                                   measure    place × weight    = adds
  Gross margin                                     €600.00    0.250    71.4%     0.179
  Margin rate                                        24.0%    0.250    28.6%     0.071
  Score                                                               100.0%     0.250
  Not in the data: stability, growth

Complexity: 0.750, at or above the cut of 0.500 (distance +0.250)
                                                   measure    place × weight    = adds
  Cost to serve                            2.0% of revenue    0.750    71.4%     0.536
  Rush orders                               1 / 1 = 100.0%    0.750    14.3%     0.107
  Returns                                   1 / 1 = 100.0%    0.750    14.3%     0.107
  Score                                                               100.0%     0.750
  Not in the data: small orders
  The same for all, does not count: support hours, friction

Data: fair, 1 value missing in a given column";

#[test]
fn brunel_in_french() {
    let portfolio = model().analyze(&quickstart()).unwrap();
    let text = portfolio.account("brunel").unwrap().why().to_string();
    assert_eq!(plain(&text), BRUNEL_FR);
}

#[test]
fn brunel_in_english() {
    let portfolio = model().analyze(&quickstart()).unwrap();
    assert_eq!(plain(&why(&portfolio, "brunel", Lang::En)), BRUNEL_EN);
}

/// The numbers of the last column of the table of an axis: the contributions, then the score.
fn contributions(text: &str, axis: &str) -> Vec<i64> {
    let table =
        text.lines().skip_while(|line| !line.starts_with(axis)).skip(2).take_while(|line| line.starts_with("  "));
    let last = table.filter_map(|line| line.rsplit(' ').next()?.replace('.', "").parse().ok());
    last.collect()
}

#[test]
fn contributions_shown_sum_to_the_score_shown() {
    let ledger = crate::sample::Sample::new(3).into_ledger().unwrap();
    let portfolio = crate::sample::Sample::model().analyze(&ledger).unwrap();
    for account in portfolio.accounts().filter(|a| a.quadrant().is_some()) {
        let text = account.why().lang(Lang::En).to_string();
        for axis in ["Value", "Complexity"] {
            let shown = contributions(&text, axis);
            let (score, parts) = shown.split_last().unwrap();
            assert_eq!(parts.iter().sum::<i64>(), *score, "{text}");
        }
        assert!(text.lines().all(|line| width(line) <= 100), "{text}");
    }
}

#[test]
fn costs_shown_sum_to_the_cost_shown() {
    let mut ledger = quickstart();
    let sent_back = ServiceEvent::new("brunel", date(2025, 2, 10), EventKind::Return).cost(money("7.3333"));
    let hours =
        ServiceEvent::new("brunel", date(2025, 2, 11), EventKind::FollowUp).quantity(Quantity::from_units(13_333));
    ledger.add_events([sent_back, hours]).unwrap();
    let portfolio = model().rate(Driver::FollowUp, money("0.3333")).analyze(&ledger).unwrap();
    let text = why(&portfolio, "brunel", Lang::En);
    // 38 + 7.3333 + 12.50 + 0.4444 = 58.2777.
    assert!(text.contains("Cost to serve: €58.28"), "{text}");
    assert!(text.contains("1 × €38.00 + €7.33 of actual costs"), "{text}");
    let cents =
        |line: &str| line.rsplit_once("= ").map(|(_, amount)| amount.trim().replace(['€', '.'], "").parse::<i64>());
    let sum: i64 = text.lines().filter(|l| l.contains(" = ")).filter_map(|l| cents(l)?.ok()).sum();
    assert_eq!(sum, 5828, "{text}");
}

#[test]
fn dormant_and_net_credit_accounts_say_why_they_have_no_score() {
    let mut ledger = quickstart();
    ledger.add_customers([Customer::new("carto"), Customer::new("dumas")]).unwrap();
    let goods = |id: &str, amount| Order::new(id, "dumas", date(2025, 2, 3), money(amount)).cost_of_goods(money("0"));
    ledger.add_orders([goods("o-3", "100"), goods("o-4", "-150")]).unwrap();
    ledger.add_events([ServiceEvent::new("carto", date(2025, 2, 9), EventKind::Return)]).unwrap();
    let portfolio = model().analyze(&ledger).unwrap();
    let dormant = plain(&why(&portfolio, "carto", Lang::Fr));
    assert!(dormant.starts_with("carto : dormant\n  Perd de l'argent : marge nette de -38,00 €\n"), "{dormant}");
    assert!(
        dormant.contains("Aucune commande du 01/01/2025 au 31/03/2025 : ni score, ni case, ni classe ; coûte encore")
    );
    assert!(!dormant.contains("Valeur"), "{dormant}");
    let credited = why(&portfolio, "dumas", Lang::En);
    assert!(credited.contains("€150.00 of credits for €100.00 invoiced: no score, no cell, no tier"), "{credited}");
}

#[test]
fn a_cut_on_a_measure_is_said_in_its_unit() {
    let of = CutOn::Component(Component::GrossMargin);
    let model = model().thresholds(Cut::Money { money: money("1000"), of }, Cut::default());
    let portfolio = model.analyze(&quickstart()).unwrap();
    let text = why(&portfolio, "brunel", Lang::En);
    assert!(
        text.contains("Value: 0.250; the cut is on a measure, gross margin: €1,000.00, missed by €400.00"),
        "{text}"
    );
    let text = plain(&why(&portfolio, "ayala", Lang::Fr));
    assert!(text.contains("le seuil porte sur une mesure, marge brute : 1 000,00 €, dépassé de 2 600,00 €"), "{text}");
}

#[test]
fn a_score_close_to_its_cut_is_shown_apart_from_it() {
    let portfolio = model().thresholds(Cut::Fixed(0.250004), Cut::default()).analyze(&quickstart()).unwrap();
    let text = why(&portfolio, "brunel", Lang::En);
    assert!(text.contains("Value: 0.250000, below the cut of 0.250004 (distance -0.000004)"), "{text}");
}

#[test]
fn an_account_without_margin_says_so() {
    let mut ledger = Ledger::new();
    ledger.add_customers([Customer::new("ayala")]).unwrap();
    ledger.add_orders([Order::new("o-1", "ayala", date(2025, 1, 31), money("9000"))]).unwrap();
    let portfolio = Model::new().analyze(&ledger).unwrap();
    let text = why(&portfolio, "ayala", Lang::En);
    assert!(text.contains("No cell: a score is missing"), "{text}");
    assert!(text.contains("Value: no score without gross margin"), "{text}");
    assert!(text.contains("The model has no rate: the cost to serve is not known"), "{text}");
    assert_eq!(portfolio.account("ayala").unwrap().score(Side::Value), None);
}

#[test]
fn hostile_names_do_not_break_lines() {
    let mut ledger = Ledger::new();
    ledger.add_customers([Customer::new("a").name("Élan\n\u{202E}& Cie")]).unwrap();
    ledger.add_orders([Order::new("o-1", "a", date(2025, 1, 31), money("9000")).cost_of_goods(money("1"))]).unwrap();
    ledger.add_events([ServiceEvent::new("a", date(2025, 1, 31), "audit\u{202E}x")]).unwrap();
    let text = why(&Model::new().analyze(&ledger).unwrap(), "a", Lang::Fr);
    assert!(text.starts_with("Élan & Cie (a)"), "{text}");
    assert!(!text.contains('\u{202E}'), "{text}");
}
