//! The words of each thing that has a name: lower case, so that they stand in a sentence.

use super::Lang;
use super::columns::{capital, clean};
use crate::cost::{CostLine, Driver};
use crate::error::Table;
use crate::margin::{DataGrade, EstimatedFrom};
use crate::score::{Component, Side};
use crate::segment::{CutOn, Labels, Lever, Quadrant, Tier, TierMeasure};

impl Lang {
    /// A cell of the matrix: the model's labels decide, and English readers get the English ones in the place of the
    /// default ones.
    pub const fn quadrant(self, quadrant: Quadrant, labels: Labels) -> &'static str {
        match (self, labels) {
            (Self::En, Labels::Fr) => quadrant.label(Labels::En),
            _ => quadrant.label(labels),
        }
    }

    /// What to do with the accounts of a cell, in a few words.
    pub const fn advice(self, quadrant: Quadrant) -> &'static str {
        match quadrant {
            Quadrant::Or => {
                self.pick("à protéger, à développer, à servir en priorité", "protect, develop, serve first")
            }
            Quadrant::Strategique => self.pick(
                "revoir prix, conditions et process ; faire payer la complexité",
                "adjust price, terms and process; make complexity pay",
            ),
            Quadrant::Efficace => self.pick("standardiser, automatiser", "standardise, automate"),
            Quadrant::Toxique => self.pick("corriger vite, ou se séparer proprement", "correct fast, or part cleanly"),
        }
    }

    /// An axis.
    pub const fn side(self, side: Side) -> &'static str {
        match side {
            Side::Value => self.pick("valeur", "value"),
            Side::Complexity => self.pick("complexité", "complexity"),
        }
    }

    /// A component of a score.
    pub const fn component(self, component: Component) -> &'static str {
        match component {
            Component::GrossMargin => self.pick("marge brute", "gross margin"),
            Component::MarginRate => self.pick("taux de marge", "margin rate"),
            Component::Stability => self.pick("régularité", "stability"),
            Component::Growth => self.pick("croissance", "growth"),
            Component::Potential => self.pick("potentiel inexploité", "untapped potential"),
            Component::CostToServeRatio => self.pick("coût de service", "cost to serve"),
            Component::SmallOrderShare => self.pick("petites commandes", "small orders"),
            Component::RushShare => self.pick("commandes urgentes", "rush orders"),
            Component::ReturnRate => self.pick("retours", "returns"),
            Component::SupportIntensity => self.pick("heures d'assistance", "support hours"),
            Component::Friction => self.pick("relation", "friction"),
            Component::DisruptionRate => self.pick("demandes hors standard", "disruptions"),
            Component::ClaimRate => self.pick("réclamations et reprises", "claims and rework"),
        }
    }

    /// What to add for a component to count.
    pub const fn needs(self, component: Component) -> &'static str {
        let fr = match component {
            Component::GrossMargin | Component::MarginRate => {
                "cost_of_goods sur les commandes ou les lignes, ou default_margin_rate"
            }
            Component::Stability => "des commandes sur au moins quatre trimestres complets",
            Component::Growth => "des commandes sur au moins huit trimestres complets",
            Component::Potential => "annual_potential sur les clients",
            Component::CostToServeRatio => {
                "des tarifs sous [cost_to_serve], ou des coûts sur les événements de service"
            }
            Component::SmallOrderShare => "small_order_below sous [cost_to_serve]",
            Component::RushShare => "la colonne rush des commandes, ou des événements rush_order",
            Component::ReturnRate => "des événements return, ou des avoirs",
            Component::SupportIntensity => "les heures de technical_support, coordination ou follow_up",
            Component::Friction => "la colonne friction des clients",
            Component::DisruptionRate => "les événements special_shipment, last_minute_change ou special_request",
            Component::ClaimRate => "les événements claim ou rework",
        };
        self.pick(fr, component.needs())
    }

    /// What an absolute cut is made on.
    pub const fn cut_on(self, of: CutOn) -> &'static str {
        match of {
            CutOn::NetMargin => self.pick("marge nette", "net margin"),
            CutOn::CostToServe => self.pick("coût de service", "cost to serve"),
            CutOn::Component(component) => self.component(component),
        }
    }

    /// A setting that is an opinion or an estimate.
    pub(crate) fn lever(self, lever: &Lever) -> String {
        match (lever, self) {
            (Lever::Rate(line), Self::Fr) => format!("tarif «\u{A0}{}\u{A0}»", clean(self.cost_line(line))),
            (Lever::Rate(line), Self::En) => format!("rate of {}", clean(self.cost_line(line))),
            (Lever::Weight(component), Self::Fr) => format!("poids «\u{A0}{}\u{A0}»", self.component(*component)),
            (Lever::Weight(component), Self::En) => format!("weight of {}", self.component(*component)),
            (Lever::EstimatedMargin, _) => self.pick("marges estimées", "estimated margins").to_owned(),
        }
    }

    /// What tiers are made of.
    pub const fn tier_measure(self, measure: TierMeasure) -> &'static str {
        match measure {
            TierMeasure::GrossMargin => self.pick("marge brute", "gross margin"),
            TierMeasure::Revenue => self.pick("chiffre d'affaires", "revenue"),
            TierMeasure::NetMargin => self.pick("marge nette", "net margin"),
        }
    }

    /// A tier.
    pub const fn tier(self, tier: Tier) -> &'static str {
        match tier {
            Tier::A => self.pick("classe A", "tier A"),
            Tier::B => self.pick("classe B", "tier B"),
            Tier::C => self.pick("classe C", "tier C"),
        }
    }

    /// A driver, in the plural; a custom kind keeps the user's word.
    pub fn driver(self, driver: &Driver) -> &str {
        match driver {
            Driver::Order => self.pick("commandes", "orders"),
            Driver::OrderLine => self.pick("lignes de commande", "order lines"),
            Driver::SmallOrder => self.pick("petites commandes", "small orders"),
            Driver::RushOrder => self.pick("commandes urgentes", "rush orders"),
            Driver::SpecialShipment => self.pick("expéditions spéciales", "special shipments"),
            Driver::LastMinuteChange => self.pick("modifications tardives", "last-minute changes"),
            Driver::SpecialRequest => self.pick("demandes spéciales", "special requests"),
            Driver::Return => self.pick("retours", "returns"),
            Driver::Claim => self.pick("réclamations", "claims"),
            Driver::Rework => self.pick("reprises", "rework"),
            Driver::TechnicalSupport => self.pick("assistance technique", "technical support"),
            Driver::Coordination => self.pick("coordination", "coordination"),
            Driver::FollowUp => self.pick("suivi", "follow-up"),
            Driver::Custom(word) => word,
        }
    }

    /// A line of the cost to serve.
    pub fn cost_line(self, line: &CostLine) -> &str {
        match line {
            CostLine::Driver(driver) => self.driver(driver),
            CostLine::Freight => self.pick("transport", "freight"),
            CostLine::PaymentTerms => self.pick("délais de paiement", "payment terms"),
            CostLine::AccountManagement => self.pick("gestion du compte", "account management"),
        }
    }

    /// A line of the cost to serve at the start of a line, made harmless: a custom kind keeps the user's word.
    pub(crate) fn cost_title(self, line: &CostLine) -> String {
        let word = clean(self.cost_line(line));
        if matches!(line, CostLine::Driver(Driver::Custom(_))) { word } else { capital(&word) }
    }

    /// How far the figures rest on complete data.
    pub const fn data_grade(self, grade: DataGrade) -> &'static str {
        match grade {
            DataGrade::Good => self.pick("complètes", "complete"),
            DataGrade::Fair => self.pick("correctes", "fair"),
            DataGrade::Poor => self.pick("fragiles", "poor"),
        }
    }

    /// Where the margin rate of an estimate came from.
    pub const fn estimated_from(self, from: EstimatedFrom) -> &'static str {
        match from {
            EstimatedFrom::Family => {
                self.pick("d'après la marge de la famille de produits", "from the margin of the product family")
            }
            EstimatedFrom::Portfolio => {
                self.pick("d'après la marge du portefeuille", "from the margin of the portfolio")
            }
            EstimatedFrom::Default => {
                self.pick("d'après le taux par défaut du modèle", "from the model's default margin rate")
            }
        }
    }

    /// An input table.
    pub const fn table(self, table: Table) -> &'static str {
        match table {
            Table::Customers => self.pick("clients", "customers"),
            Table::Orders => self.pick("commandes", "orders"),
            Table::OrderLines => self.pick("lignes de commande", "order lines"),
            Table::ServiceEvents => self.pick("événements de service", "service events"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_models_labels_decide_and_english_replaces_the_default_ones() {
        assert_eq!(Lang::Fr.quadrant(Quadrant::Or, Labels::Fr), "Or");
        assert_eq!(Lang::En.quadrant(Quadrant::Or, Labels::Fr), "Gold");
        assert_eq!(Lang::Fr.quadrant(Quadrant::Or, Labels::En), "Gold");
        assert_eq!(Lang::En.quadrant(Quadrant::Toxique, Labels::Naw), "Marginal");
    }

    #[test]
    fn every_component_has_its_own_words() {
        for lang in Lang::ALL {
            let words: std::collections::BTreeSet<_> = Component::ALL.map(|c| lang.component(c)).into();
            assert_eq!(words.len(), Component::ALL.len());
        }
    }
}
