//! What the company sells, and who sells it.

/// A product family.
pub(super) struct Family {
    pub(super) name: &'static str,
    /// Cost of the goods, in thousandths of the list price.
    pub(super) cost: i64,
    /// A typical unit price, in cents.
    pub(super) unit: i64,
    /// Capital goods, absent from small orders.
    pub(super) heavy: bool,
}

const fn family(name: &'static str, cost: i64, unit: i64, heavy: bool) -> Family {
    Family { name, cost, unit, heavy }
}

/// The number of product families.
pub(super) const FAMILIES_LEN: usize = 10;

/// The product families.
pub(super) const FAMILIES: [Family; FAMILIES_LEN] = [
    family("Machines d'emballage", 690, 1_850_000, true),
    family("Convoyeurs", 660, 620_000, true),
    family("Pièces usinées", 620, 4_800, false),
    family("Pièces plastiques techniques", 600, 1_250, false),
    family("Films et étuis", 640, 3_400, false),
    family("Adhésifs et étiquettes", 585, 2_100, false),
    family("Outillage", 595, 18_500, false),
    family("Joints et étanchéité", 560, 900, false),
    family("Pièces de rechange", 480, 7_600, false),
    family("Maintenance et services", 530, 42_000, false),
];

/// A sales rep and the team.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Rep {
    pub(super) name: &'static str,
    pub(super) team: &'static str,
}

const NORTH_WEST: &str = "Nord et Ouest";
const SOUTH_EAST: &str = "Sud et Est";
const KEY_ACCOUNTS: &str = "Grands comptes";

/// The sales reps, two a team: north and west, south and east, key accounts.
pub(super) const REPS: [Rep; 6] = [
    Rep { name: "Claire Montagnier", team: NORTH_WEST },
    Rep { name: "Yann Kerdoncuff", team: NORTH_WEST },
    Rep { name: "Nadia Belkheir", team: SOUTH_EAST },
    Rep { name: "Julien Sarrazac", team: SOUTH_EAST },
    Rep { name: "Sophie Estrade", team: KEY_ACCOUNTS },
    Rep { name: "Marc Duvivier", team: KEY_ACCOUNTS },
];

/// An industry that buys from the company.
pub(super) struct Industry {
    pub(super) name: &'static str,
    /// What its companies call themselves.
    pub(super) trades: [&'static str; 4],
    /// How much it buys of each product family.
    pub(super) mix: [i64; FAMILIES_LEN],
    /// Certifications found in it, besides ISO 9001.
    pub(super) certifications: [&'static str; 2],
}

/// The industries, in the order of [`Industry::name`].
pub(super) const INDUSTRIES: [Industry; 8] = [
    Industry {
        name: "agroalimentaire",
        trades: ["Conserverie", "Laiterie", "Biscuiterie", "Salaisons"],
        mix: [14, 10, 2, 4, 26, 18, 3, 6, 12, 8],
        certifications: ["ISO 22000", "IFS Food"],
    },
    Industry {
        name: "automobile",
        trades: ["Équipements", "Mécanique", "Emboutissage", "Fonderie"],
        mix: [2, 8, 30, 22, 3, 4, 14, 12, 6, 3],
        certifications: ["IATF 16949", "ISO 14001"],
    },
    Industry {
        name: "pharmacie",
        trades: ["Laboratoires", "Galénique", "Façonnage", "Biotechnie"],
        mix: [16, 8, 4, 12, 16, 16, 4, 10, 12, 10],
        certifications: ["ISO 13485", "BPF"],
    },
    Industry {
        name: "cosmétique",
        trades: ["Parfumerie", "Cosmétiques", "Conditionnement", "Savonnerie"],
        mix: [12, 6, 2, 14, 24, 22, 3, 5, 8, 5],
        certifications: ["ISO 22716", "Ecocert"],
    },
    Industry {
        name: "chimie",
        trades: ["Résines", "Peintures", "Solvants", "Chimie"],
        mix: [8, 10, 6, 14, 12, 12, 4, 20, 10, 6],
        certifications: ["ISO 14001", "ISO 45001"],
    },
    Industry {
        name: "logistique",
        trades: ["Transports", "Entrepôts", "Messagerie", "Logistique"],
        mix: [8, 26, 3, 4, 22, 18, 3, 2, 10, 8],
        certifications: ["OEA", "ISO 14001"],
    },
    Industry {
        name: "aéronautique",
        trades: ["Usinage", "Composites", "Ateliers", "Structures"],
        mix: [1, 2, 40, 18, 2, 3, 18, 12, 4, 4],
        certifications: ["EN 9100", "NADCAP"],
    },
    Industry {
        name: "machines agricoles",
        trades: ["Établissements", "Constructions", "Machines", "Chaudronnerie"],
        mix: [2, 8, 28, 14, 3, 5, 12, 14, 14, 4],
        certifications: ["ISO 14001", "ISO 45001"],
    },
];

/// The regions; the first five are the north and west.
pub(super) const REGIONS: [&str; 10] = [
    "Bretagne",
    "Pays de la Loire",
    "Normandie",
    "Hauts-de-France",
    "Île-de-France",
    "Grand Est",
    "Auvergne-Rhône-Alpes",
    "Occitanie",
    "Nouvelle-Aquitaine",
    "Provence-Alpes-Côte d'Azur",
];

/// Sizes of company, from small to large.
pub(super) const SIZES: [&str; 4] = ["TPE", "PME", "ETI", "grand groupe"];

/// Why customers buy here.
pub(super) const REASONS: [&str; 5] = ["fiabilité", "expertise technique", "délai", "proximité", "prix"];

/// Who decides.
pub(super) const DECIDERS: [&str; 5] =
    ["directeur d'usine", "responsable maintenance", "bureau d'études", "dirigeant", "acheteur"];

const HEADS: [&str; 20] = [
    "Val", "Mont", "Cor", "Bel", "Ker", "Lan", "Gra", "Ros", "Tou", "Ver", "Bri", "Cha", "Dor", "Fon", "Mar", "Per",
    "Sau", "Tre", "Vil", "Aube",
];

const TAILS: [&str; 14] = [
    "brac", "drelle", "vagnol", "lieux", "mandre", "nesse", "mariez", "rieux", "sagnac", "tauze", "vigne", "zelle",
    "courtil", "moisan",
];

/// The number of different invented names.
pub(super) const ROOTS_LEN: usize = HEADS.len() * TAILS.len();

/// One of the invented names, each different.
pub(super) fn root(at: usize) -> String {
    format!("{}{}", HEADS[at % HEADS.len()], TAILS[(at / HEADS.len()) % TAILS.len()])
}
