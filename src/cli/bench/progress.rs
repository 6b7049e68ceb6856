//! Shows how far a long step has come.

use std::io::{IsTerminal, Write};
use std::time::Instant;

/// One line that is written over while the step goes on; where nobody watches, only its end.
pub(super) struct Progress {
    what: String,
    begun: Instant,
    watched: bool,
}

impl Progress {
    /// Begins a step.
    pub(super) fn begin(what: &str) -> Progress {
        let progress =
            Progress { what: what.to_owned(), begun: Instant::now(), watched: std::io::stdout().is_terminal() };
        progress.show("...");
        progress
    }

    /// Tells that `done` of `all` is done.
    pub(super) fn tell(&mut self, done: u32, all: u32) {
        self.show(&format!("{} %", u64::from(done) * 100 / u64::from(all.max(1))));
    }

    /// Ends the step.
    pub(super) fn end(self) {
        let tenths = self.begun.elapsed().as_millis() / 100;
        let over = if self.watched { "\r" } else { "" };
        println!("{over}{} ... {}.{} s", self.what, tenths / 10, tenths % 10);
    }

    fn show(&self, state: &str) {
        if self.watched {
            print!("\r{} {state}  ", self.what);
            // A terminal that has gone away is no reason to stop.
            let _ = std::io::stdout().flush();
        }
    }
}
