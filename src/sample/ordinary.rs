//! The accounts without a story: sizes as unequal as in a real portfolio, and tempers that do not follow size.

use super::calendar::{FIRST, FIRST_YEAR, LAST, Rhythm, share_of_year, span};
use super::catalogue::{DECIDERS, INDUSTRIES, Industry, REASONS, REGIONS, REPS, ROOTS_LEN, Rep, SIZES, root};
use super::profile::{Identity, OldCredit, Profile, Service, Temper, USUAL_MIX, Year};
use super::rng::Rng;
use crate::date::Date;
use crate::records::Friction;

const BUYERS: usize = 222;
const NET_CREDITS: usize = 2;
const DORMANT: usize = 6;

/// The tempers of each run of accounts that follow each other by size, so that none is a matter of size.
const TEMPERS: [Temper; 6] =
    [Temper::Ordinary, Temper::Draining, Temper::Easy, Temper::Demanding, Temper::Easy, Temper::Ordinary];

/// All accounts without a story.
pub(super) fn accounts(seed: u64) -> Vec<Profile> {
    let mut rng = Rng::stream(seed, 1);
    let mut roots: Vec<usize> = (0..ROOTS_LEN).collect();
    rng.shuffle(&mut roots);
    let mut tempers = Vec::new();
    while tempers.len() < BUYERS {
        let mut run = TEMPERS;
        // Among the largest, chance would decide of the whole portfolio.
        if tempers.len() + run.len() < BUYERS {
            rng.shuffle(&mut run);
        }
        tempers.extend(run);
    }
    let mut profiles = Vec::new();
    for (at, root_at) in roots.into_iter().enumerate().take(BUYERS + NET_CREDITS + DORMANT) {
        let mut rng = Rng::stream(seed, 1000 + at as u64);
        let size = size_at(at.min(BUYERS - 1));
        let temper = tempers.get(at).copied().unwrap_or(Temper::Ordinary);
        let mut profile = if at < BUYERS {
            buyer(&mut rng, root(root_at), size, at, temper)
        } else {
            plain(&mut rng, root(root_at), 1_500_000, Temper::Ordinary)
        };
        if at >= BUYERS + NET_CREDITS {
            profile.until = FIRST.previous_day();
            profile.loose_events = rng.range(0, 5);
            profile.identity.acquired_on = long_ago(&mut rng);
        } else if at >= BUYERS {
            net_credit(&mut rng, &mut profile);
        }
        profiles.push(profile);
    }
    profiles
}

/// A year's purchases at list price, in cents, of the buyer at a rank from small to large: a bounded Pareto law, taken
/// at even quantiles so that every seed gives a portfolio of the same shape.
fn size_at(rank: usize) -> i64 {
    let (least, most, tail) = (7_900.0, 1_180_000.0, 0.94);
    let quantile = (rank as f64 + 0.5) / BUYERS as f64;
    let bound = libm::pow(least / most, tail);
    let euros = least * libm::pow(1.0 - quantile * (1.0 - bound), -1.0 / tail);
    euros as i64 * 100
}

fn long_ago(rng: &mut Rng) -> Date {
    Date::from_days(FIRST.days() - rng.range(40, 5200) as i32).unwrap_or(FIRST)
}

/// A buyer: a plain account with a life, a growth and a service of its own.
fn buyer(rng: &mut Rng, root: String, size: i64, rank: usize, temper: Temper) -> Profile {
    let mut profile = plain(rng, root, size, temper);
    // The very largest stay throughout: one more or less would be a tenth of a year's revenue.
    if rank + 12 < BUYERS {
        live(rng, &mut profile);
    }
    let growth = match temper {
        Temper::Draining => rng.range(-230, 110),
        _ => rng.range(-190, 230),
    };
    // Some accounts order seldom and much, others often and little.
    let typical = 4.6 * libm::pow(size as f64 / 700_000.0, 0.53);
    let orders = (typical * rng.factor(380) as f64 / 1000.0) as i64;
    profile.years = years(rng, &profile, size, orders.max(2), growth);
    profile.ramp = growth;
    profile.rhythm = [Rhythm::Regular, Rhythm::Usual, Rhythm::Bursts][rng.weighted(&[42, 38, 20])];
    profile.spread = rng.range(180, 900);
    profile.tiny = [0, rng.range(20, 120), rng.range(150, 480)][rng.weighted(&[40, 40, 20])];
    profile.more_lines = rng.range(900, 2700);
    profile.freight = rng.range(6, 28);
    // Large accounts negotiate: their margin is a little thinner.
    profile.cost += (rank as i64 * 1000 / BUYERS as i64 - 500) / 10;
    temperament(rng, &mut profile, temper);
    if temper == Temper::Draining {
        // The larger such an account, the more it has been allowed.
        profile.service.ratio += (290 * rank * rank / (BUYERS * BUYERS)) as i64;
    }
    profile
}

/// When the account came, and whether it left.
fn live(rng: &mut Rng, profile: &mut Profile) {
    if rng.chance(170) {
        let day = Date::from_days(FIRST.days() + rng.range(60, 1150) as i32).unwrap_or(FIRST);
        profile.identity.acquired_on = day;
        profile.from = day;
    } else if rng.chance(130) {
        profile.until = Date::from_days(FIRST.days() + rng.range(500, 1300) as i32).unwrap_or(LAST);
    }
}

/// The four years of an account that buys `size` a year in the middle of them, and grows by `growth` thousandths.
fn years(rng: &mut Rng, profile: &Profile, size: i64, orders: i64, growth: i64) -> [Year; 4] {
    let mut years = [Year::default(); 4];
    for (at, year) in years.iter_mut().enumerate() {
        if let Some(span) = span(at, profile.from, profile.until) {
            let share = share_of_year(span);
            // Half-years away from the middle of the four.
            let level = 1000 + growth * (2 * at as i64 - 3) / 2;
            let noise = rng.factor(90);
            year.list = size * share / 1000 * level / 1000 * noise / 1000;
            year.orders = (orders * share * (2000 + level) / 3000 / 1000).max(1);
        }
    }
    years
}

/// How the account behaves, and what it obtains.
fn temperament(rng: &mut Rng, profile: &mut Profile, temper: Temper) {
    let (cost, discount, rush, ratio) = match temper {
        Temper::Easy => ((-95, 85), (5, 95), (10, 90), (1, 10)),
        Temper::Ordinary => ((-75, 95), (25, 120), (50, 170), (8, 28)),
        Temper::Demanding => ((-165, -35), (10, 85), (120, 270), (50, 125)),
        Temper::Draining => ((75, 150), (100, 170), (130, 290), (105, 185)),
    };
    profile.cost += rng.range(cost.0, cost.1);
    profile.negotiated = rng.range(discount.0, discount.1) / 5 * 5;
    profile.discount = [0; 5].map(|_| (profile.negotiated + rng.range(-12, 14)).clamp(0, 180));
    profile.rush = rng.range(rush.0, rush.1);
    let (goods_back, price_back, floor, weight) = match temper {
        Temper::Easy => (rng.range(0, 10), rng.range(0, 10), 30, 90),
        Temper::Ordinary => (rng.range(0, 30), rng.range(0, 20), 110, 100),
        Temper::Demanding => (rng.range(5, 45), rng.range(5, 30), 330, 165),
        Temper::Draining => (rng.range(20, 80), rng.range(15, 60), 380, 200),
    };
    profile.goods_back = goods_back;
    profile.price_back = price_back;
    let mix = USUAL_MIX.map(|weight| (weight * rng.factor(600) / 100).max(1));
    profile.service = Service { ratio: rng.range(ratio.0, ratio.1), floor, weight, mix };
    profile.loose_events = rng.range(0, 3);
}

/// A company of that size and temper, with what it buys.
fn plain(rng: &mut Rng, root: String, size: i64, temper: Temper) -> Profile {
    let favourites: [i64; 8] = match temper {
        // The industries differ in temper, so that there is an ideal customer to find.
        Temper::Easy => [24, 6, 20, 14, 10, 10, 6, 10],
        Temper::Ordinary => [12, 12, 10, 12, 14, 14, 10, 16],
        Temper::Demanding => [8, 8, 26, 8, 8, 4, 32, 6],
        Temper::Draining => [6, 32, 2, 10, 8, 26, 6, 10],
    };
    let industry = &INDUSTRIES[rng.weighted(&favourites)];
    let identity = identity(rng, root, industry, size, temper);
    let mut families = industry.mix;
    for weight in &mut families {
        // Nobody buys everything.
        *weight = if rng.chance(430) { 0 } else { *weight * rng.factor(500) };
    }
    families[8] += 2000;
    let mut profile = Profile::new(identity, families.map(|w| w / 100));
    profile.from = FIRST;
    profile
}

fn identity(rng: &mut Rng, root: String, industry: &Industry, size: i64, temper: Temper) -> Identity {
    let region = rng.range(0, REGIONS.len() as i64 - 1) as usize;
    let (reasons, deciders): ([i64; 5], [i64; 5]) = match temper {
        Temper::Easy => ([40, 18, 14, 22, 6], [34, 26, 10, 22, 8]),
        Temper::Ordinary => ([22, 18, 22, 20, 18], [24, 22, 14, 20, 20]),
        Temper::Demanding => ([20, 46, 22, 6, 6], [18, 12, 48, 12, 10]),
        Temper::Draining => ([6, 6, 24, 8, 56], [10, 8, 8, 18, 56]),
    };
    let friction = match temper {
        Temper::Easy => [80, 18, 2],
        Temper::Ordinary => [38, 50, 12],
        Temper::Demanding => [15, 55, 30],
        Temper::Draining => [5, 35, 60],
    };
    let step = [0, 1_500_000, 6_000_000, 25_000_000].iter().filter(|least| size >= **least).count();
    let size_at = (step as i64 - 1 + rng.range(-1, 1)).clamp(0, 3) as usize;
    Identity {
        name: format!("{} {root}", rng.pick(&industry.trades)),
        industry: industry.name,
        region: REGIONS[region],
        size: SIZES[size_at],
        reason: REASONS[rng.weighted(&reasons)],
        decider: DECIDERS[rng.weighted(&deciders)],
        certifications: certifications(rng, industry, temper),
        rep: rep(rng, size, region),
        acquired_on: long_ago(rng),
        friction: [Friction::Easy, Friction::Moderate, Friction::Hard][rng.weighted(&friction)],
        payment_days: rng.pick(match temper {
            Temper::Easy => &[30, 30, 30, 45, 45, 60],
            Temper::Draining => &[45, 60, 60, 90],
            _ => &[30, 45, 45, 60],
        }),
        accepts_terms: !rng.chance(if temper == Temper::Draining { 450 } else { 50 }),
        potential: rng.chance(700).then(|| size / 100 * rng.range(1050, 2600) / 1_000_000 * 1000),
    }
}

/// Key accounts have their own reps; the others have those of their region.
fn rep(rng: &mut Rng, size: i64, region: usize) -> Rep {
    let team = if size >= 18_000_000 {
        4
    } else if region < 5 {
        0
    } else {
        2
    };
    rng.pick(&REPS[team..team + 2])
}

fn certifications(rng: &mut Rng, industry: &Industry, temper: Temper) -> Option<String> {
    let likely = if temper == Temper::Draining { 350 } else { 650 };
    let own = industry.certifications.into_iter();
    let held: Vec<&str> = std::iter::once("ISO 9001").chain(own).filter(|_| rng.chance(likely)).collect();
    (!held.is_empty()).then(|| held.join(";"))
}

/// A few orders early on, then large goods sold before the sample come back.
fn net_credit(rng: &mut Rng, profile: &mut Profile) {
    profile.until = Date::new(FIRST_YEAR + 1, 6, 30).unwrap_or(LAST);
    profile.years[0] = Year { list: rng.range(900_000, 1_500_000), orders: 4 };
    profile.years[1] = Year { list: rng.range(300_000, 500_000), orders: 2 };
    profile.loose_events = 6;
    profile.identity.friction = Friction::Hard;
    for day in [190, 610] {
        let on = Date::from_days(FIRST.days() + day + rng.range(0, 40) as i32).unwrap_or(LAST);
        let revenue = rng.range(1_400_000, 2_100_000);
        profile.old_credits.push(OldCredit { on, revenue, cost: revenue / 2 });
    }
}
