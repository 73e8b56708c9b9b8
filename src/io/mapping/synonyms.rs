//! The names under which exports carry the columns that matter here, in English and French.

use unicode_normalization::UnicodeNormalization;

/// What a column of an export is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Meaning {
    OrderId,
    CustomerId,
    CustomerName,
    Date,
    Revenue,
    Quantity,
    UnitPrice,
    CostOfGoods,
    UnitCost,
    Discount,
    Freight,
    Rush,
    Channel,
    Owner,
    Currency,
    Family,
    PaymentDays,
    CreditsOrderId,
    /// Something about the customer that is kept as an attribute of this name.
    Attribute(&'static str),
    /// Of no use here: product codes, tax, addresses.
    Unused,
}

/// Names as [`fold`] writes them.
const NAMES: &[(Meaning, &[&str])] = &[
    (
        Meaning::OrderId,
        &[
            "orderid",
            "orderno",
            "ordernumber",
            "ordernr",
            "order",
            "salesorder",
            "salesordernumber",
            "invoiceno",
            "invoiceid",
            "invoicenumber",
            "invoice",
            "documentno",
            "documentnumber",
            "docno",
            "numerodecommande",
            "numerocommande",
            "ncommande",
            "nocommande",
            "numcommande",
            "commande",
            "idcommande",
            "codecommande",
            "numerodefacture",
            "numerofacture",
            "nfacture",
            "nofacture",
            "numfacture",
            "facture",
            "idfacture",
            "piece",
            "numerodepiece",
            "npiece",
            "nopiece",
            "numpiece",
            "dopiece",
            "ndocument",
            "nodocument",
            "numerodocument",
        ],
    ),
    (
        Meaning::CustomerId,
        &[
            "customerid",
            "customerno",
            "customernumber",
            "customercode",
            "customer",
            "custid",
            "clientid",
            "clientno",
            "clientnumber",
            "accountid",
            "accountno",
            "accountnumber",
            "account",
            "soldto",
            "soldtoparty",
            "codeclient",
            "client",
            "idclient",
            "nclient",
            "noclient",
            "numclient",
            "numeroclient",
            "numerodeclient",
            "clientcode",
            "comptetiers",
            "codetiers",
            "tiers",
            "dotiers",
            "refclient",
            "referenceclient",
        ],
    ),
    (
        Meaning::CustomerName,
        &[
            "customername",
            "clientname",
            "accountname",
            "companyname",
            "company",
            "nomclient",
            "nomduclient",
            "raisonsociale",
            "intituleclient",
            "intitule",
            "societe",
            "libelleclient",
        ],
    ),
    (
        Meaning::Date,
        &[
            "date",
            "orderdate",
            "orderedon",
            "invoicedate",
            "documentdate",
            "postingdate",
            "datecommande",
            "datedecommande",
            "datefacture",
            "datedefacture",
            "datefacturation",
            "datepiece",
            "datedepiece",
            "dodate",
            "datedocument",
        ],
    ),
    (
        Meaning::Revenue,
        &[
            "revenue",
            "netrevenue",
            "sales",
            "netsales",
            "salesamount",
            "amount",
            "netamount",
            "lineamount",
            "linetotal",
            "total",
            "totalht",
            "montant",
            "montantht",
            "montantnet",
            "montantnetht",
            "montantligne",
            "montantligneht",
            "ca",
            "caht",
            "canet",
            "chiffredaffaires",
            "chiffredaffairesht",
            "chiffreaffaires",
            "dlmontantht",
            "ttlht",
        ],
    ),
    (
        Meaning::Quantity,
        &[
            "quantity",
            "qty",
            "quantityordered",
            "orderqty",
            "units",
            "quantite",
            "qte",
            "qtecommandee",
            "qtefacturee",
            "dlqte",
        ],
    ),
    (
        Meaning::UnitPrice,
        &[
            "unitprice",
            "price",
            "priceeach",
            "netprice",
            "salesprice",
            "prixunitaire",
            "prixunitaireht",
            "pu",
            "puht",
            "punet",
            "prixnet",
            "prixventeht",
            "prixdevente",
            "prix",
            "dlprixunitaire",
        ],
    ),
    (
        Meaning::CostOfGoods,
        &[
            "cost",
            "costofgoods",
            "cogs",
            "costofsales",
            "totalcost",
            "cout",
            "couttotal",
            "coutdesventes",
            "coutderevient",
            "prixderevient",
            "montantachat",
            "coutachat",
            "montantpr",
        ],
    ),
    (
        Meaning::UnitCost,
        &[
            "unitcost",
            "standardcost",
            "buyprice",
            "coutunitaire",
            "prmp",
            "cump",
            "prixachat",
            "prixdachat",
            "pa",
            "dlprixru",
        ],
    ),
    (
        Meaning::Discount,
        &["discount", "discountamount", "rebate", "remise", "montantremise", "remiseht", "rabais", "ristourne"],
    ),
    (
        Meaning::Freight,
        &[
            "freight",
            "freightcost",
            "shipping",
            "shippingcost",
            "carriage",
            "transport",
            "frais",
            "fraisdeport",
            "port",
            "fraistransport",
        ],
    ),
    (Meaning::Rush, &["rush", "urgent", "express", "urgence", "commandeurgente"]),
    (Meaning::Channel, &["channel", "saleschannel", "canal", "canaldevente", "canalvente"]),
    (
        Meaning::Owner,
        &[
            "owner",
            "salesrep",
            "salesperson",
            "rep",
            "accountmanager",
            "commercial",
            "representant",
            "vendeur",
            "responsable",
            "chargedaffaires",
            "nomcommercial",
        ],
    ),
    (Meaning::Currency, &["currency", "currencycode", "devise", "codedevise", "monnaie"]),
    (
        Meaning::Family,
        &[
            "productfamily",
            "family",
            "productcategory",
            "category",
            "productline",
            "productgroup",
            "famille",
            "famillearticle",
            "familleproduit",
            "codefamille",
            "categorie",
            "gamme",
        ],
    ),
    (
        Meaning::PaymentDays,
        &["paymentdays", "paymentterms", "paymentterm", "delaidepaiement", "delaipaiement", "echeancejours"],
    ),
    (
        Meaning::CreditsOrderId,
        &["creditsorderid", "originalorder", "originalinvoice", "factureorigine", "commandeorigine"],
    ),
    (Meaning::Attribute("country"), &["country", "pays"]),
    (Meaning::Attribute("region"), &["region", "territory", "zone", "secteurgeographique", "departement"]),
    (Meaning::Attribute("city"), &["city", "town", "ville"]),
    (
        Meaning::Attribute("industry"),
        &["industry", "sector", "secteur", "secteuractivite", "secteurdactivite", "activite", "naf", "codenaf"],
    ),
    (
        Meaning::Attribute("segment"),
        &["segment", "customergroup", "customertype", "typeclient", "categorieclient", "groupeclient"],
    ),
    (
        Meaning::Unused,
        &[
            "stockcode",
            "sku",
            "productid",
            "productcode",
            "product",
            "item",
            "itemno",
            "itemnumber",
            "description",
            "designation",
            "libelle",
            "article",
            "codearticle",
            "refarticle",
            "reference",
            "referencearticle",
            "arref",
            "tva",
            "vat",
            "tax",
            "montantttc",
            "ttc",
            "montanttva",
            "line",
            "lineno",
            "linenumber",
            "ligne",
            "nligne",
        ],
    ),
];

/// A name without case, accents, spaces and signs: `N° facture` is `nfacture`.
pub(super) fn fold(name: &str) -> String {
    name.nfd()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .filter(|c| c.is_ascii() || c.is_alphabetic())
        .collect()
}

/// What a column of this name is.
pub(super) fn meaning(name: &str) -> Option<Meaning> {
    let folded = fold(name);
    NAMES.iter().find(|(_, names)| names.contains(&folded.as_str())).map(|(meaning, _)| *meaning)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_known_in_english_and_french() {
        for (name, expected) in [
            ("InvoiceNo", Meaning::OrderId),
            ("Numéro de commande", Meaning::OrderId),
            ("N° facture", Meaning::OrderId),
            ("Code Client", Meaning::CustomerId),
            ("CLIENT", Meaning::CustomerId),
            ("Montant HT", Meaning::Revenue),
            ("Chiffre d'affaires", Meaning::Revenue),
            ("PRMP", Meaning::UnitCost),
            ("Quantité", Meaning::Quantity),
            ("Désignation", Meaning::Unused),
            ("Pays", Meaning::Attribute("country")),
        ] {
            assert_eq!(meaning(name), Some(expected), "{name}");
        }
        assert_eq!(meaning("Blue"), None);
    }

    #[test]
    fn no_name_stands_twice_and_all_are_folded() {
        let mut seen = std::collections::BTreeSet::new();
        for name in NAMES.iter().flat_map(|(_, names)| *names) {
            assert_eq!(fold(name), *name);
            assert!(seen.insert(name), "{name}");
        }
    }
}
