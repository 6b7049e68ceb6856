//! Everything at once: debtors, staff, banks and Stripe's dashboard move money at random while one kind of fault acts. Then
//! everything is healed, every debtor finishes, and our books are held against Stripe's, cent by cent.
//!
//! A run is a row of rounds, each with a seed, a portal and a database of its own. What is done follows from the seed; the
//! processes' own speed does not, so a seed that failed may need a few repetitions. The environment says how long:
//! `QUITTANCE_FAULT_SEED`, `QUITTANCE_FAULT_ROUNDS`, `QUITTANCE_FAULT_SECONDS` (`script/test --faults` sets them).

/// What debtors, staff, banks and the dashboard do.
mod acts;
/// Random numbers that can be repeated.
mod dice;
/// A disk that is full.
mod disk;
/// Stripe does not answer at all.
mod hang;
/// The one order of locks.
mod locks;
/// Events that are odd, foreign, too early or very large.
mod oddities;
/// The end of refunds and chargebacks over random orders of events.
mod orders;
/// The faults, by kind.
mod profile;
/// More events than anybody expects.
mod storm;
/// The portal and its people.
mod town;
/// What must be true when everything is healed.
mod truth;

use std::time::{Duration, Instant};

use dice::Dice;
use profile::Profile;
use town::Town;

/// The seed of the ordinary run.
const SEED: u64 = 20_261_124;
/// How long a profile may play in the ordinary run.
const SECONDS: u64 = 8;

/// How much is to be played.
#[derive(Clone, Copy, Debug)]
struct Terms {
    seed: u64,
    rounds: u64,
    seconds: u64,
    /// Whether time was asked for, so that every test may take its long form.
    long: bool,
}

impl Terms {
    fn read() -> Terms {
        #[allow(clippy::disallowed_methods, reason = "this is about the tests, not a setting of the program")]
        let number = |name: &str| std::env::var(name).ok().map(|text| text.parse::<u64>().expect(name));
        let seconds = number("QUITTANCE_FAULT_SECONDS");
        let rounds = number("QUITTANCE_FAULT_ROUNDS").unwrap_or(if seconds.is_some() { u64::MAX } else { 1 });
        Terms {
            seed: number("QUITTANCE_FAULT_SEED").unwrap_or(SEED),
            rounds,
            seconds: seconds.unwrap_or(SECONDS),
            long: seconds.is_some(),
        }
    }
}

/// Whether the faults are played for long, so that nothing is left out.
pub fn is_long_run() -> bool {
    Terms::read().long
}

/// Says at the end of a failed round how to play it again.
struct Repeat(String);

impl Drop for Repeat {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("to play this round again: {}", self.0);
        }
    }
}

/// Plays rounds of one profile until the terms are met.
async fn play(profile: Profile) {
    let terms = Terms::read();
    let end = Instant::now() + Duration::from_secs(terms.seconds);
    let (mut round, mut acts) = (0, 0);
    while round < terms.rounds && (round == 0 || Instant::now() < end) {
        let seed = terms.seed.wrapping_add(round);
        println!("{profile:?}: round {round}, seed {seed}");
        let _repeat = Repeat(format!(
            "QUITTANCE_FAULT_SEED={seed} QUITTANCE_FAULT_ROUNDS=1 cargo test --test it chaos::{}",
            profile.test()
        ));
        acts += play_round(profile, seed, end).await;
        round += 1;
    }
    println!("{profile:?}: {round} rounds, {acts} acts, nothing lost");
}

async fn play_round(profile: Profile, seed: u64, end: Instant) -> usize {
    let mut dice = Dice::new(seed);
    let town = Town::found(profile, &mut dice).await;
    let mut acts = 0;
    for half in 0..2 {
        for beat in 0..14 {
            profile.strike(&town, &mut dice, half * 14 + beat);
            acts += town.beat(&mut dice).await;
            profile.pass(&town, &mut dice).await;
            if Instant::now() > end {
                break;
            }
        }
        town.heal().await;
        truth::assert_healed(&town);
    }
    town.finish().await;
    town.heal().await;
    truth::assert_healed(&town);
    truth::assert_finished(&town);
    println!("  {}", town.tally());
    acts
}

#[actix_web::test]
async fn both_instances_lose_nothing() {
    play(Profile::TwoInstances).await;
}

#[actix_web::test]
async fn crashes_lose_nothing() {
    play(Profile::Crash).await;
}

#[actix_web::test]
async fn bad_webhooks_lose_nothing() {
    play(Profile::Webhook).await;
}

#[actix_web::test]
async fn a_failing_stripe_loses_nothing() {
    play(Profile::Stripe).await;
}

#[actix_web::test]
async fn a_failing_database_loses_nothing() {
    play(Profile::Database).await;
}
