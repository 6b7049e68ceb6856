//! The figures of one run: medians, ratios, and how they stand to the goals.

use std::fmt::{self, Display, Write};
use std::time::Duration;

use super::load::Outcome;

/// The middle one; with an even count the lower of the two in the middle.
pub(super) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len().saturating_sub(1) / 2).copied().unwrap_or(f64::NAN)
}

/// What was measured at one number of connections, once per round.
#[derive(Clone, Debug, Default)]
pub(super) struct Level {
    /// How many connections.
    pub(super) connections: usize,
    /// The least share of `pgbench`'s throughput that the page should reach.
    pub(super) goal: f64,
    /// The debt page.
    pub(super) page: Vec<Outcome>,
    /// Transactions per second of the same statement.
    pub(super) pgbench: Vec<f64>,
    /// The constant page.
    pub(super) bare: Vec<Outcome>,
    /// Processor time of the portal's process per page, in microseconds.
    pub(super) cpu_micros: Vec<f64>,
}

impl Level {
    fn page_per_second(&self) -> f64 {
        median(self.page.iter().map(|o| o.per_second).collect())
    }

    fn p50_ms(&self) -> f64 {
        median(self.page.iter().map(|o| f64::from(o.p50_micros) / 1_000.0).collect())
    }

    fn p99_ms(&self) -> f64 {
        median(self.page.iter().map(|o| f64::from(o.p99_micros) / 1_000.0).collect())
    }

    fn bare_per_second(&self) -> f64 {
        median(self.bare.iter().map(|o| o.per_second).collect())
    }

    /// The median of each round's own ratio: what is compared was measured seconds apart, however the machine drifts.
    fn ratio(&self) -> f64 {
        median(self.page.iter().zip(&self.pgbench).map(|(page, pgbench)| page.per_second / pgbench).collect())
    }
}

/// Everything that one run has measured.
#[derive(Default)]
pub(super) struct Report {
    /// Debts in the large and in the small database.
    pub(super) debts: (u32, u32),
    /// The size of the page in bytes.
    pub(super) page_bytes: usize,
    /// By number of connections.
    pub(super) levels: Vec<Level>,
    /// The time per page over all histories against a few of them, once per round.
    pub(super) whole_to_hot: Vec<f64>,
    /// The time per page in the large database against the small one, once per round.
    pub(super) large_to_small: Vec<f64>,
    /// From start to first page.
    pub(super) first_page_after: Vec<Duration>,
    /// The portal's resident memory at its largest, in megabytes.
    pub(super) peak_memory_mb: Option<u64>,
}

impl Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (large, _) = self.debts;
        writeln!(
            f,
            "\n{large} debts, page of {:.1} kB\n",
            f64::from(u32::try_from(self.page_bytes).unwrap_or(0)) / 1_000.0
        )?;
        writeln!(
            f,
            "| connections | page/s | p50 ms | p99 ms | pgbench/s | page / pgbench | goal | constant page/s | portal CPU us/page |"
        )?;
        writeln!(f, "| --: | --: | --: | --: | --: | --: | --: | --: | --: |")?;
        for level in &self.levels {
            writeln!(
                f,
                "| {} | {:.0} | {:.2} | {:.2} | {:.0} | {:.2} | >= {:.2} {} | {:.0} | {:.0} |",
                level.connections,
                level.page_per_second(),
                level.p50_ms(),
                level.p99_ms(),
                median(level.pgbench.clone()),
                level.ratio(),
                level.goal,
                verdict(level.ratio() >= level.goal),
                level.bare_per_second(),
                median(level.cpu_micros.clone()),
            )?;
        }
        writeln!(f, "\n| what | measured | goal |\n| --- | --: | --: |")?;
        f.write_str(&self.other_goals())
    }
}

impl Report {
    fn other_goals(&self) -> String {
        let mut out = String::new();
        let mut line = |what: &str, measured: f64, decimals: usize, unit: &str, most: f64| {
            let _ = writeln!(
                out,
                "| {what} | {measured:.decimals$}{unit} | <= {most}{unit} {} |",
                verdict(measured <= most)
            );
        };
        if let Some(level) = self.levels.iter().find(|level| level.connections == 8) {
            line("p99 / p50 at 8 connections", level.p99_ms() / level.p50_ms(), 1, "", 8.0);
        }
        line("time per page: all histories / hot ones", median(self.whole_to_hot.clone()), 2, "", 1.3);
        let (large, small) = self.debts;
        let what = format!("time per page: {large} debts / {small}");
        line(&what, median(self.large_to_small.clone()), 2, "", 1.15);
        let start = self.first_page_after.iter().map(|d| d.as_secs_f64() * 1_000.0).collect();
        line("start to first page", median(start), 0, " ms", 300.0);
        match self.peak_memory_mb.and_then(|mb| u32::try_from(mb).ok()) {
            Some(mb) => line("resident memory, at its largest", f64::from(mb), 0, " MB", 60.0),
            None => out.push_str("| resident memory | not told by this system | <= 60 MB |\n"),
        }
        out
    }
}

fn verdict(met: bool) -> &'static str {
    if met { "met" } else { "MISSED" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle_one() {
        assert_eq!(median(vec![3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(vec![4.0, 1.0, 3.0, 2.0]), 2.0);
        assert!(median(Vec::new()).is_nan());
    }
}
