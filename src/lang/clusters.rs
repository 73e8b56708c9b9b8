//! The words of clusters: what sets one apart, and how far it can be trusted.

use super::Lang;
use crate::score::Component;
use crate::segment::cluster::{ClusterMethod, Stability};

impl Lang {
    /// What sets a cluster apart, from the components on which it lies above or below the others.
    ///
    /// ```
    /// use portefeuille::{Component, Lang};
    ///
    /// let apart = [(Component::GrossMargin, 1.4), (Component::RushShare, -0.8)];
    /// assert_eq!(Lang::Fr.cluster(&apart), "forte marge, peu d'urgences");
    /// assert_eq!(Lang::En.cluster(&apart), "large margin, few rush orders");
    /// assert_eq!(Lang::En.cluster(&[]), "close to the average");
    /// ```
    pub fn cluster(self, apart: &[(Component, f64)]) -> String {
        if apart.is_empty() {
            return self.pick("proche de la moyenne", "close to the average").to_owned();
        }
        let words: Vec<&str> = apart.iter().map(|(component, far)| self.more_or_less(*component, *far > 0.0)).collect();
        words.join(", ")
    }

    /// Much or little of a component, among the accounts of a portfolio.
    const fn more_or_less(self, component: Component, more: bool) -> &'static str {
        match (component, more) {
            (Component::GrossMargin, true) => self.pick("forte marge", "large margin"),
            (Component::GrossMargin, false) => self.pick("petite marge", "small margin"),
            (Component::MarginRate, true) => self.pick("bon taux de marge", "high margin rate"),
            (Component::MarginRate, false) => self.pick("taux de marge bas", "low margin rate"),
            (Component::Stability, true) => self.pick("achats réguliers", "steady buying"),
            (Component::Stability, false) => self.pick("achats irréguliers", "uneven buying"),
            (Component::Growth, true) => self.pick("forte croissance", "strong growth"),
            (Component::Growth, false) => self.pick("croissance à la traîne", "lagging growth"),
            (Component::Potential, true) => self.pick("gros potentiel", "large potential"),
            (Component::Potential, false) => self.pick("peu de potentiel", "little potential"),
            (Component::CostToServeRatio, true) => self.pick("service coûteux", "dear to serve"),
            (Component::CostToServeRatio, false) => self.pick("service peu coûteux", "cheap to serve"),
            (Component::SmallOrderShare, true) => self.pick("beaucoup de petites commandes", "many small orders"),
            (Component::SmallOrderShare, false) => self.pick("peu de petites commandes", "few small orders"),
            (Component::RushShare, true) => self.pick("beaucoup d'urgences", "many rush orders"),
            (Component::RushShare, false) => self.pick("peu d'urgences", "few rush orders"),
            (Component::ReturnRate, true) => self.pick("beaucoup de retours", "many returns"),
            (Component::ReturnRate, false) => self.pick("peu de retours", "few returns"),
            (Component::SupportIntensity, true) => self.pick("beaucoup d'assistance", "much support"),
            (Component::SupportIntensity, false) => self.pick("peu d'assistance", "little support"),
            (Component::Friction, true) => self.pick("relation difficile", "hard to work with"),
            (Component::Friction, false) => self.pick("relation facile", "easy to work with"),
            (Component::DisruptionRate, true) => self.pick("beaucoup de hors standard", "many disruptions"),
            (Component::DisruptionRate, false) => self.pick("peu de hors standard", "few disruptions"),
            (Component::ClaimRate, true) => self.pick("beaucoup de réclamations", "many claims"),
            (Component::ClaimRate, false) => self.pick("peu de réclamations", "few claims"),
        }
    }

    /// How far a cluster can be trusted.
    pub const fn stability(self, stability: Stability) -> &'static str {
        match stability {
            Stability::HighlyStable => self.pick("très stable", "highly stable"),
            Stability::Stable => self.pick("stable", "stable"),
            Stability::Doubtful => self.pick("contours incertains", "doubtful edges"),
            Stability::Untrusted => self.pick("à ne pas croire", "not to be trusted"),
        }
    }

    /// How accounts were grouped.
    pub const fn cluster_method(self, method: ClusterMethod) -> &'static str {
        match method {
            ClusterMethod::KMeans => "k-means",
            ClusterMethod::GaussianMixture => self.pick("mélange gaussien", "Gaussian mixture"),
            ClusterMethod::Dbscan => "DBSCAN",
        }
    }

    /// What a mean silhouette says of clusters as a whole (Kaufman & Rousseeuw 1990).
    pub(crate) fn structure(self, silhouette: f64) -> &'static str {
        match silhouette {
            s if s > 0.70 => self.pick("structure forte", "strong structure"),
            s if s > 0.50 => self.pick("structure raisonnable", "reasonable structure"),
            s if s >= 0.25 => self.pick("structure faible, à recouper", "weak structure, to be checked"),
            _ => self.pick("pas de structure", "no structure"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn much_and_little_of_every_component_have_their_own_words() {
        for lang in Lang::ALL {
            let words: std::collections::BTreeSet<_> =
                Component::ALL.iter().flat_map(|c| [true, false].map(|more| lang.more_or_less(*c, more))).collect();
            assert_eq!(words.len(), 2 * Component::ALL.len());
        }
    }
}
