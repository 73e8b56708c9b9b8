//! What was found in the records, in words with a count.

use super::Lang;
use super::columns::capital;
use crate::error::{Class, Code};

impl Lang {
    /// What was found in the records, with how often: "Commandes répétées à l'identique, comptées une fois : 12".
    ///
    /// ```
    /// use portefeuille::{Code, Lang};
    ///
    /// assert_eq!(Lang::En.found(Code::UnknownCustomer, 3), "Set aside, customer not in customers: 3");
    /// ```
    pub fn found(self, code: Code, count: u64) -> String {
        let words = match (self, words(code)) {
            (Self::Fr, Some((fr, _))) => fr.to_owned(),
            (Self::En, Some((_, en))) => en.to_owned(),
            (_, None) => code.as_str().replace('_', " "),
        };
        let count = self.count(i64::try_from(count).unwrap_or(i64::MAX));
        let colon = self.colon();
        match code.class() {
            Class::Finding => format!("{}{colon}{count}", capital(&words)),
            _ => format!("{}, {words}{colon}{count}", self.pick("Mis de côté", "Set aside")),
        }
    }
}

/// French and English. A code without words here is shown by its name.
const fn words(code: Code) -> Option<(&'static str, &'static str)> {
    Some(match code {
        // Records that cannot be used.
        Code::FieldMissing => ("ligne trop courte", "too few fields"),
        Code::FieldExtra => ("ligne trop longue", "too many fields"),
        Code::BadQuoting => ("guillemets mal placés", "misplaced quotes"),
        Code::NewlineInField => ("saut de ligne dans une valeur", "line break inside a value"),
        Code::RecordTooLong => ("enregistrement trop long", "record too long"),
        Code::HeaderAgain => ("en-tête répété au milieu du fichier", "header again in mid-file"),
        Code::BadUtf8 => ("texte qui n'est pas en UTF-8", "not UTF-8"),
        Code::ControlCharacter => ("caractère de contrôle", "control character"),
        Code::ValueMissing => ("valeur obligatoire absente", "required value missing"),
        Code::BadMoney => ("montant illisible", "unreadable amount"),
        Code::BadDate => ("date illisible", "unreadable date"),
        Code::BadQuantity => ("quantité illisible", "unreadable quantity"),
        Code::BadRate => ("taux illisible", "unreadable rate"),
        Code::BadInteger => ("nombre entier illisible", "unreadable whole number"),
        Code::BadFlag => ("oui ou non illisible", "unreadable yes or no"),
        Code::BadChoice => ("mot inconnu", "unknown word"),
        Code::OutOfRange => ("valeur hors limites", "value out of range"),
        Code::IdTooLong => ("identifiant trop long", "id too long"),
        Code::UnknownCustomer => ("client absent de la table des clients", "customer not in customers"),
        Code::UnknownOrder => ("commande absente de la table des commandes", "order not in orders"),
        Code::CustomerConflict => ("client donné deux fois, différemment", "customer given twice, differently"),
        Code::OrderConflict => ("commande donnée deux fois, différemment", "order given twice, differently"),
        Code::EventConflict => ("événement donné deux fois, différemment", "event given twice, differently"),
        Code::CostSign => ("coût des ventes de signe opposé à la vente", "cost of goods with the opposite sign"),
        Code::OrderSetAside => ("ligne d'une commande mise de côté", "line of an order set aside"),
        Code::EmptyAside => ("colonne vide, comme le veut le mapping", "empty column, as the mapping asks"),
        // Findings: the record is used.
        Code::CrLineEnds => ("fins de ligne anciennes (CR)", "old line ends (CR)"),
        Code::MixedLineEnds => ("fins de ligne mélangées", "mixed line ends"),
        Code::BlankLines => ("lignes vides ignorées", "blank lines skipped"),
        Code::NoFinalNewline => ("fichiers sans fin de ligne finale, peut-être coupés", "files that may be cut"),
        Code::HeaderFolded => ("en-têtes reconnus à la casse près", "headers recognised after folding case"),
        Code::ColumnUnknown => ("colonnes inconnues, non lues", "unknown columns, not read"),
        Code::ColumnNear => {
            ("colonnes au nom presque connu, gardées comme attributs", "columns with nearly known names")
        }
        Code::Trimmed => ("espaces autour des valeurs, retirés", "spaces around values, trimmed"),
        Code::MoneyRounded => ("montants arrondis à quatre décimales", "amounts rounded to four decimals"),
        Code::IdNear => ("identifiants presque identiques, comptés à part", "nearly equal ids, counted apart"),
        Code::InvisibleCharacter => ("textes avec des caractères invisibles", "texts with invisible characters"),
        Code::CustomerRepeated => {
            ("clients répétés à l'identique, comptés une fois", "repeated customers, counted once")
        }
        Code::OrderRepeated => ("commandes répétées à l'identique, comptées une fois", "repeated orders, counted once"),
        Code::EventRepeated => ("événements répétés à l'identique, comptés une fois", "repeated events, counted once"),
        Code::EventOrderUnknown => ("événements dont la commande est inconnue", "events of an unknown order"),
        Code::EventBeforeOrder => ("événements antérieurs à leur commande", "events before their order"),
        Code::KindCustom => ("événements d'un type propre à l'entreprise", "events of a kind of your own"),
        Code::KindUnpriced => ("événements sans tarif ni coût", "events without rate or cost"),
        Code::LinesDiffer => (
            "commandes dont les lignes ne font pas le total, la commande fait foi",
            "orders whose lines do not add up, the order holds",
        ),
        Code::CostNegative => ("ventes au coût négatif", "sales with a negative cost"),
        Code::OutsideWindow => ("enregistrements hors de la période", "records outside the window"),
        Code::OrderBeforeCustomer => ("commandes antérieures à l'acquisition du client", "orders before acquisition"),
        Code::CreditedOrderUnknown => ("avoirs sur une commande inconnue", "credit notes of an unknown order"),
        Code::GroupDates => ("commandes aux lignes de dates différentes", "orders whose lines differ in date"),
        Code::GroupValues => ("clients aux valeurs contradictoires", "customers with contradicting values"),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_record_code_has_words_in_both_languages() {
        for code in Code::ALL.iter().filter(|c| c.class() == Class::Record) {
            assert!(words(*code).is_some(), "{code}");
        }
        assert_eq!(
            Lang::Fr.found(Code::OrderRepeated, 1200),
            "Commandes répétées à l'identique, comptées une fois : 1\u{202F}200"
        );
    }
}
