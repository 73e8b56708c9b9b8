//! The ten accounts that a sales director would recognise.

use super::Telling;
use super::calendar::Rhythm;
use super::catalogue::{INDUSTRIES, REPS};
use super::profile::{Identity, Profile, Service, Year};
use super::rng::Rng;
use crate::date::{Date, date};
use crate::records::Friction;

/// Who a storied account is, in a line.
struct Who {
    name: &'static str,
    industry: usize,
    region: &'static str,
    size: &'static str,
    reason: &'static str,
    decider: &'static str,
    certifications: &'static str,
    rep: usize,
    acquired_on: Date,
    friction: Friction,
    payment_days: u32,
    potential: i64,
}

/// The storied accounts, in the order of the stories.
pub(super) fn accounts(seed: u64) -> Vec<Profile> {
    let mut rng = Rng::stream(seed, 2);
    vec![
        loud_loser(&mut rng),
        quiet_gold(&mut rng),
        discount_drift(),
        going_silent(&mut rng),
        small_many(),
        demanding_but_worth_it(&mut rng),
        serial_returner(&mut rng),
        rising_star(),
        slow_payer(&mut rng),
        one_shot(),
    ]
}

fn profile(who: Who, name: &'static str, fr: &'static str, en: &'static str) -> Profile {
    let industry = &INDUSTRIES[who.industry];
    let identity = Identity {
        name: who.name.to_owned(),
        industry: industry.name,
        region: who.region,
        size: who.size,
        reason: who.reason,
        decider: who.decider,
        certifications: Some(who.certifications.to_owned()),
        rep: REPS[who.rep],
        acquired_on: who.acquired_on,
        friction: who.friction,
        payment_days: who.payment_days,
        accepts_terms: true,
        potential: Some(who.potential),
    };
    let mut profile = Profile::new(identity, industry.mix);
    profile.story = Some(Telling { name, fr, en });
    profile
}

/// Four years of so many orders, from purchases in whole euros at list price.
fn years(list: [i64; 4], orders: [i64; 4]) -> [Year; 4] {
    let mut years = [Year::default(); 4];
    for (year, (list, orders)) in years.iter_mut().zip(list.into_iter().zip(orders)) {
        *year = Year { list: list * 100, orders };
    }
    years
}

/// The same, each amount moved by at most `permille` thousandths, so that seeds differ.
fn about(rng: &mut Rng, permille: i64, list: [i64; 4], orders: [i64; 4]) -> [Year; 4] {
    years(list.map(|euros| euros * rng.range(1000 - permille, 1000 + permille) / 1000), orders)
}

fn loud_loser(rng: &mut Rng) -> Profile {
    let who = Who {
        name: "Équipements Tourvanne",
        industry: 1,
        region: "Grand Est",
        size: "grand groupe",
        reason: "prix",
        decider: "acheteur",
        certifications: "ISO 9001;IATF 16949",
        rep: 4,
        acquired_on: date(2014, 3, 10),
        friction: Friction::Hard,
        payment_days: 60,
        potential: 1_400_000,
    };
    let mut profile = profile(
        who,
        "loud_loser",
        "L'un des plus gros comptes, et le plus bruyant : urgences, modifications et réclamations coûtent plus que sa marge.",
        "One of the largest accounts and the loudest: rush orders, changes and claims cost more than its margin.",
    );
    profile.years = about(rng, 30, [900_000, 940_000, 930_000, 950_000], [88, 92, 94, 96]);
    profile.spread = 550;
    profile.cost = 115;
    profile.discount = [150, 155, 160, 165, 165];
    profile.negotiated = 160;
    profile.rush = 460;
    profile.freight = 26;
    profile.more_lines = 3200;
    profile.goods_back = 40;
    profile.price_back = 50;
    profile.service = Service { ratio: 310, floor: 700, weight: 290, mix: [12, 20, 20, 4, 12, 6, 14, 9, 6, 1] };
    profile.identity.accepts_terms = false;
    profile
}

fn quiet_gold(rng: &mut Rng) -> Profile {
    let who = Who {
        name: "Laboratoires Vervoise",
        industry: 2,
        region: "Auvergne-Rhône-Alpes",
        size: "ETI",
        reason: "fiabilité",
        decider: "directeur d'usine",
        certifications: "ISO 9001;ISO 13485;BPF",
        rep: 2,
        acquired_on: date(2011, 9, 5),
        friction: Friction::Easy,
        payment_days: 30,
        potential: 900_000,
    };
    let mut profile = profile(
        who,
        "quiet_gold",
        "Commande chaque mois, paie bien, ne demande rien : le compte d'or que personne ne cite.",
        "Orders every month, pays well, asks for nothing: the golden account that nobody mentions.",
    );
    profile.years = about(rng, 15, [560_000, 590_000, 625_000, 660_000], [24, 24, 24, 24]);
    profile.rhythm = Rhythm::Regular;
    profile.spread = 120;
    profile.cost = -110;
    profile.discount = [30; 5];
    profile.negotiated = 30;
    profile.rush = 10;
    profile.freight = 8;
    profile.more_lines = 3000;
    (profile.goods_back, profile.price_back) = (0, 0);
    profile.service = Service { ratio: 0, floor: 120, weight: 60, mix: [0, 0, 0, 0, 0, 0, 1, 1, 4, 0] };
    profile
}

fn discount_drift() -> Profile {
    let who = Who {
        name: "Cosmétiques Marquizet",
        industry: 3,
        region: "Normandie",
        size: "ETI",
        reason: "proximité",
        decider: "acheteur",
        certifications: "ISO 9001;ISO 22716",
        rep: 0,
        acquired_on: date(2016, 1, 18),
        friction: Friction::Moderate,
        payment_days: 45,
        potential: 520_000,
    };
    let mut profile = profile(
        who,
        "discount_drift",
        "Le chiffre d'affaires monte de 15 %, la marge fond : le même commercial accorde bien plus que la remise négociée.",
        "Revenue is up 15 %, margin melts: the same sales rep grants far more than the negotiated discount.",
    );
    // Net of a discount of 7.0 % then 12.9 % on average, that is +15 % in the last year.
    profile.years = years([300_000, 315_000, 330_000, 405_200], [46, 48, 50, 58]);
    profile.rhythm = Rhythm::Regular;
    profile.spread = 260;
    profile.discount = [60, 62, 62, 78, 180];
    profile.negotiated = 70;
    // Families of about the same cost, so that the discount alone explains the margin.
    profile.families = [0, 0, 0, 34, 4, 40, 18, 0, 0, 0];
    (profile.goods_back, profile.price_back) = (0, 0);
    profile.service.ratio = 25;
    profile.one_rep = true;
    profile
}

fn going_silent(rng: &mut Rng) -> Profile {
    let who = Who {
        name: "Biscuiterie Kermoden",
        industry: 0,
        region: "Bretagne",
        size: "PME",
        reason: "fiabilité",
        decider: "responsable maintenance",
        certifications: "ISO 9001;IFS Food",
        rep: 1,
        acquired_on: date(2017, 5, 22),
        friction: Friction::Easy,
        payment_days: 30,
        potential: 240_000,
    };
    let mut profile = profile(
        who,
        "going_silent",
        "Un bon client, une commande toutes les deux à trois semaines pendant des années, plus rien depuis cinq mois.",
        "A good customer, an order every two to three weeks for years, nothing for five months.",
    );
    profile.years = about(rng, 25, [148_000, 156_000, 161_000, 96_000], [22, 22, 22, 13]);
    profile.until = date(2025, 7, 30);
    profile.rhythm = Rhythm::Clockwork;
    profile.spread = 220;
    profile.cost = -45;
    profile.discount = [45; 5];
    profile.negotiated = 45;
    profile.service.ratio = 12;
    profile
}

fn small_many() -> Profile {
    let who = Who {
        name: "Transports Sautagne",
        industry: 5,
        region: "Hauts-de-France",
        size: "PME",
        reason: "proximité",
        decider: "responsable maintenance",
        certifications: "ISO 9001",
        rep: 1,
        acquired_on: date(2015, 11, 2),
        friction: Friction::Moderate,
        payment_days: 45,
        potential: 30_000,
    };
    let mut profile = profile(
        who,
        "small_many",
        "Des centaines de commandes de moins de 150 €, dont chacune coûte plus à traiter qu'elle ne rapporte.",
        "Hundreds of orders under 150 €, each of which costs more to handle than it earns.",
    );
    profile.years = years([14_800, 15_300, 15_900, 16_400], [172, 176, 182, 186]);
    profile.rhythm = Rhythm::Clockwork;
    profile.spread = 210;
    profile.rush = 60;
    (profile.goods_back, profile.price_back) = (4, 0);
    profile.service = Service { ratio: 0, floor: 60, weight: 60, ..profile.service };
    profile
}

fn demanding_but_worth_it(rng: &mut Rng) -> Profile {
    let who = Who {
        name: "Structures Auberzelle",
        industry: 6,
        region: "Occitanie",
        size: "grand groupe",
        reason: "expertise technique",
        decider: "bureau d'études",
        certifications: "ISO 9001;EN 9100;NADCAP",
        rep: 5,
        acquired_on: date(2018, 2, 12),
        friction: Friction::Moderate,
        payment_days: 45,
        potential: 800_000,
    };
    let mut profile = profile(
        who,
        "demanding_but_worth_it",
        "Exigeant, technique, pressé, et il le paie : une fois tout compté, la marge reste belle.",
        "Demanding, technical, in a hurry, and it pays for it: once all is counted the margin is still good.",
    );
    profile.years = about(rng, 20, [400_000, 440_000, 490_000, 545_000], [70, 74, 78, 84]);
    profile.spread = 420;
    profile.cost = -140;
    profile.discount = [35; 5];
    profile.negotiated = 40;
    profile.rush = 300;
    profile.tiny = 120;
    profile.goods_back = 55;
    profile.service = Service { ratio: 160, floor: 900, weight: 150, mix: [8, 12, 14, 5, 3, 2, 32, 16, 8, 3] };
    profile
}

fn serial_returner(rng: &mut Rng) -> Profile {
    let who = Who {
        name: "Conditionnement Dornelac",
        industry: 3,
        region: "Île-de-France",
        size: "PME",
        reason: "prix",
        decider: "acheteur",
        certifications: "ISO 9001",
        rep: 0,
        acquired_on: date(2019, 6, 3),
        friction: Friction::Hard,
        payment_days: 60,
        potential: 190_000,
    };
    let mut profile = profile(
        who,
        "serial_returner",
        "Une commande sur trois revient ou se discute : retours, réclamations et avoirs s'enchaînent.",
        "One order in three comes back or is disputed: returns, claims and credit notes follow each other.",
    );
    profile.years = about(rng, 30, [150_000, 150_000, 155_000, 150_000], [54, 54, 56, 54]);
    profile.cost = 40;
    profile.discount = [90; 5];
    profile.negotiated = 90;
    profile.rush = 120;
    profile.goods_back = 230;
    profile.price_back = 130;
    profile.more_lines = 1100;
    profile.service = Service { ratio: 110, floor: 250, weight: 110, mix: [4, 4, 4, 30, 36, 8, 6, 5, 8, 0] };
    profile
}

fn rising_star() -> Profile {
    let who = Who {
        name: "Biotechnie Lanrivel",
        industry: 2,
        region: "Pays de la Loire",
        size: "PME",
        reason: "expertise technique",
        decider: "dirigeant",
        certifications: "ISO 9001;ISO 13485",
        rep: 0,
        acquired_on: date(2023, 2, 6),
        friction: Friction::Easy,
        payment_days: 30,
        potential: 650_000,
    };
    let mut profile = profile(
        who,
        "rising_star",
        "Petit client venu en 2023, il double chaque année à bonne marge, et peut acheter cinq fois plus.",
        "A small customer won in 2023 that doubles each year at a good margin, and could buy five times more.",
    );
    profile.years = years([0, 21_000, 54_000, 124_000], [0, 16, 26, 44]);
    profile.ramp = 700;
    profile.rhythm = Rhythm::Regular;
    profile.spread = 100;
    profile.cost = -70;
    profile.discount = [40; 5];
    profile.negotiated = 40;
    (profile.goods_back, profile.price_back) = (0, 0);
    profile
}

fn slow_payer(rng: &mut Rng) -> Profile {
    let who = Who {
        name: "Entrepôts Grasambre",
        industry: 5,
        region: "Provence-Alpes-Côte d'Azur",
        size: "grand groupe",
        reason: "prix",
        decider: "acheteur",
        certifications: "ISO 14001;OEA",
        rep: 5,
        acquired_on: date(2013, 10, 14),
        friction: Friction::Hard,
        payment_days: 90,
        potential: 750_000,
    };
    let mut profile = profile(
        who,
        "slow_payer",
        "Gros chiffre d'affaires, marge moyenne, paie à 90 jours et refuse nos conditions minimales.",
        "Large revenue, mediocre margin, pays at 90 days and refuses our minimum terms.",
    );
    profile.years = about(rng, 20, [640_000, 630_000, 615_000, 600_000], [58, 56, 56, 54]);
    profile.spread = 350;
    profile.cost = 25;
    profile.discount = [135, 138, 140, 142, 145];
    profile.negotiated = 140;
    profile.rush = 140;
    profile.service = Service { ratio: 60, floor: 350, weight: 120, ..profile.service };
    profile.identity.accepts_terms = false;
    profile
}

fn one_shot() -> Profile {
    let who = Who {
        name: "Chaudronnerie Montcorvel",
        industry: 7,
        region: "Nouvelle-Aquitaine",
        size: "ETI",
        reason: "délai",
        decider: "dirigeant",
        certifications: "ISO 9001",
        rep: 5,
        acquired_on: date(2024, 3, 4),
        friction: Friction::Hard,
        payment_days: 60,
        potential: 120_000,
    };
    let mut profile = profile(
        who,
        "one_shot",
        "Une seule commande, énorme, en 2024, des centaines d'heures d'assistance, et plus rien depuis.",
        "A single huge order in 2024, hundreds of hours of support, and nothing since.",
    );
    (profile.from, profile.until) = (date(2024, 4, 15), date(2024, 4, 19));
    profile.years = years([0, 0, 480_000, 0], [0, 0, 1, 0]);
    profile.rhythm = Rhythm::Clockwork;
    profile.families = [60, 30, 0, 0, 0, 0, 5, 0, 0, 5];
    profile.more_lines = 9000;
    profile.cost = 65;
    profile.discount = [120; 5];
    profile.negotiated = 120;
    (profile.goods_back, profile.price_back) = (0, 0);
    profile.service = Service { ratio: 0, floor: 82_000, weight: 240, mix: [2, 3, 4, 0, 3, 3, 46, 26, 10, 3] };
    profile.one_rep = true;
    profile
}
