//! Taking a file in, row by row or as a whole: read in one thread, written in another, in flat memory.
//!
//! Rows are taken in batches. Row by row, each batch is a transaction that also notes how far the file is taken, so that a run that
//! was killed goes on behind it and takes no row twice. As a whole, all batches are one transaction, and how far it has come
//! is noted through a second connection. Nobody's table is locked; debts that are there already are locked only where the
//! file adds to them, for the length of the transaction.

mod background;
pub mod listing;
mod source;
mod take;

use std::io;
use std::sync::mpsc::sync_channel;

use diesel::Connection;
use diesel::pg::PgConnection;
use diesel::result::Error as DieselError;
use thiserror::Error;
use uuid::Uuid;

use crate::clock::Clock;
use crate::domain::import::cells::Columns;
use crate::domain::import::row::Reading;
use crate::domain::import::{Counts, Kind, Mode};
use crate::domain::validation::Collector;
use crate::models::audit::Actor;
use crate::models::import::accounts::{self, Task};
use crate::models::import::fault::{self, WrongRow};
use crate::models::import::{self, Import, State, Step};

pub use background::Imports;
pub use source::{Source, Stored};

use source::{Batch, read_rows};
use take::{Taken, take};

/// Why an import could not go on. What was committed before stays, and is not taken again.
#[derive(Debug, Error)]
pub enum ImportError {
    /// The file cannot be read to its end.
    #[error("the file cannot be read: {0}")]
    File(#[from] io::Error),
    /// The database.
    #[error(transparent)]
    Query(#[from] DieselError),
}

/// How far an import has come.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    /// What came of the rows so far.
    pub counts: Counts,
    /// Of the file's bytes.
    pub bytes_read: i64,
}

/// Works on one import at a time.
pub struct Importer {
    work: PgConnection,
    side: PgConnection,
    clock: Clock,
    collector: Collector,
}

/// Why a transaction of the whole file is taken back.
enum Stop {
    Canceled,
    WrongRows(Vec<WrongRow>),
    Broken(ImportError),
}

impl From<DieselError> for Stop {
    fn from(error: DieselError) -> Stop {
        Stop::Broken(error.into())
    }
}

impl From<ImportError> for Stop {
    fn from(error: ImportError) -> Stop {
        Stop::Broken(error)
    }
}

/// What one pass over a file needs.
struct Pass<'a> {
    import: &'a Import,
    reading: Reading,
    task: Task<'a>,
}

impl<'a> Pass<'a> {
    fn new(import: &'a Import, actor: &'a Actor, step: Step, clock: &Clock, collector: &Collector) -> Pass<'a> {
        let (options, now) = (import.options(), clock.now());
        let (kind, columns, collector) = (import.kind(), Columns::new(&import.mapping()), collector.clone());
        let reading = Reading { kind, columns, options, now, collector };
        Pass { import, reading, task: Task { import_id: import.id, actor, options, step, careful: false, now } }
    }

    /// Reads the rows behind the first `skip` and hands them over batch by batch, until `each` has had enough.
    fn read<E: From<ImportError>>(
        &self,
        source: &dyn Source,
        skip: i64,
        mut each: impl FnMut(Batch) -> Result<bool, E>,
    ) -> Result<(), E> {
        let content = source.open().map_err(ImportError::from)?;
        let delimiter = self.import.delimiter.bytes().next().unwrap_or(b',');
        std::thread::scope(|scope| {
            let (to, batches) = sync_channel::<io::Result<Batch>>(1);
            let reading = &self.reading;
            scope.spawn(move || read_rows(content, delimiter, reading, skip, &to));
            // Dropping the receiver, whichever way this ends, stops the reader.
            for batch in batches {
                if !each(batch.map_err(ImportError::from)?)? {
                    break;
                }
            }
            Ok(())
        })
    }
}

impl Importer {
    /// Works through `work` and tells how far it has come through `side`; notices are the `collector`'s.
    ///
    /// # Errors
    /// When a connection cannot be set up.
    pub fn new(
        mut work: PgConnection,
        mut side: PgConnection,
        clock: Clock,
        collector: Collector,
    ) -> Result<Importer, ImportError> {
        import::prepare(&mut work)?;
        import::prepare(&mut side)?;
        Ok(Importer { work, side, clock, collector })
    }

    /// Takes the lock on an import; false when somebody else works on it.
    ///
    /// # Errors
    /// [`ImportError::Query`].
    pub fn try_lock(&mut self, id: Uuid) -> Result<bool, ImportError> {
        Ok(import::try_lock(&mut self.side, id)?)
    }

    /// Gives the lock back.
    ///
    /// # Errors
    /// [`ImportError::Query`].
    pub fn unlock(&mut self, id: Uuid) -> Result<(), ImportError> {
        Ok(import::unlock(&mut self.side, id)?)
    }

    /// Does the step that an import is in, from where an earlier run has left it, and tells where it has come to.
    ///
    /// # Errors
    /// [`ImportError`]; the import stays in its step, and can be taken up again.
    pub fn carry_out(
        &mut self,
        import: &Import,
        source: &dyn Source,
        tell: &mut dyn FnMut(Progress),
    ) -> Result<State, ImportError> {
        match (import.state(), import.options().mode) {
            // Somebody stopped it while it waited.
            _ if import.cancel_asked_at.is_some() => self.end(import, State::Canceled, None),
            (State::Checking, _) => self.check(import, source, tell, None),
            (State::Running, Mode::PerRow) => self.run_by_row(import, source, tell),
            (State::Running, Mode::AllOrNothing) => self.run_as_whole(import, source, tell),
            (state, _) => Ok(state),
        }
    }

    /// Judges every row, and keeps nothing but what is wrong.
    fn check(
        &mut self,
        import: &Import,
        source: &dyn Source,
        tell: &mut dyn FnMut(Progress),
        after: Option<Vec<WrongRow>>,
    ) -> Result<State, ImportError> {
        let actor = import::actor(&mut self.side, import)?;
        let pass = Pass::new(import, &actor, Step::Check, &self.clock, &self.collector);
        import::restart(&mut self.side, import.id, Step::Check)?;
        if pass.reading.kind == Kind::Accounts {
            accounts::prepare_check(&mut self.work)?;
        }
        let (mut counts, mut canceled) = (Counts::default(), false);
        let Importer { work, side, .. } = self;
        pass.read::<ImportError>(source, 0, |batch| {
            let Taken { counts: more, wrong } = take(work, pass.task, &batch.rows)?;
            counts.add(more);
            fault::record(side, import.id, &wrong)?;
            canceled = import::set_counts(side, import.id, Step::Check, counts, batch.bytes_read)?;
            tell(Progress { counts, bytes_read: batch.bytes_read });
            Ok(!canceled)
        })?;
        let broke_off = after.is_some();
        if let (Some(wrong), 0) = (after, counts.failed) {
            // The database refused what looked right.
            counts.failed = i64::try_from(wrong.len()).unwrap_or(i64::MAX);
            fault::record(side, import.id, &wrong)?;
            import::set_counts(side, import.id, Step::Check, counts, import.size)?;
        }
        let failure = broke_off.then_some("rows");
        self.end(import, if canceled { State::Canceled } else { State::Checked }, failure)
    }

    fn run_by_row(
        &mut self,
        import: &Import,
        source: &dyn Source,
        tell: &mut dyn FnMut(Progress),
    ) -> Result<State, ImportError> {
        let actor = import::actor(&mut self.side, import)?;
        let pass = Pass::new(import, &actor, Step::Run, &self.clock, &self.collector);
        let (mut counts, mut canceled) = (import.counts(), false);
        let work = &mut self.work;
        pass.read::<ImportError>(source, counts.rows, |batch| {
            let bytes_read = batch.bytes_read;
            take::one_by_one(work, pass.task, &batch.rows, &mut |conn, taken| {
                fault::record(conn, import.id, &taken.wrong)?;
                canceled = import::advance(conn, import.id, taken.counts, bytes_read)?;
                Ok(())
            })
            .map(|more| counts.add(more))?;
            tell(Progress { counts, bytes_read });
            Ok(!canceled)
        })?;
        let state = if canceled { State::Canceled } else { State::Finished };
        let action = if canceled { "import.canceled" } else { "import.finished" };
        let now = self.clock.now();
        self.side.transaction(|conn| {
            import::write_audit(conn, import, action, counts, now)?;
            import::end(conn, import.id, state, None, now)
        })?;
        Ok(state)
    }

    fn run_as_whole(
        &mut self,
        import: &Import,
        source: &dyn Source,
        tell: &mut dyn FnMut(Progress),
    ) -> Result<State, ImportError> {
        let actor = import::actor(&mut self.side, import)?;
        let pass = Pass::new(import, &actor, Step::Run, &self.clock, &self.collector);
        import::restart(&mut self.side, import.id, Step::Run)?;
        let Importer { work, side, clock, .. } = self;
        let done = work.transaction::<(), Stop, _>(|conn| {
            let mut counts = Counts::default();
            pass.read::<Stop>(source, 0, |batch| {
                take::one_by_one(conn, pass.task, &batch.rows, &mut |_, taken| {
                    if taken.wrong.is_empty() { Ok(()) } else { Err(take::Refusal::WrongRows(taken.wrong.clone())) }
                })
                .map(|more| counts.add(more))?;
                tell(Progress { counts, bytes_read: batch.bytes_read });
                if import::set_counts(side, import.id, Step::Run, counts, batch.bytes_read)? {
                    return Err(Stop::Canceled);
                }
                Ok(true)
            })?;
            // With the rows, so that a file is finished exactly when they are there.
            import::write_audit(conn, import, "import.finished", counts, clock.now())?;
            import::end(conn, import.id, State::Finished, None, clock.now())?;
            Ok(())
        });
        match done {
            Ok(()) => Ok(State::Finished),
            Err(Stop::Canceled) => self.end(import, State::Canceled, None),
            // Nothing was taken. A check tells everything that is wrong, not only the first of it.
            Err(Stop::WrongRows(wrong)) => self.check(import, source, tell, Some(wrong)),
            Err(Stop::Broken(error)) => Err(error),
        }
    }

    fn end(&mut self, import: &Import, state: State, failure: Option<&str>) -> Result<State, ImportError> {
        let now = self.clock.now();
        self.side.transaction(|conn| import::end(conn, import.id, state, failure, now))?;
        Ok(state)
    }

    /// Gives an import up that cannot be taken in.
    ///
    /// # Errors
    /// [`ImportError::Query`].
    pub fn fail(&mut self, import: &Import, failure: &str) -> Result<State, ImportError> {
        self.end(import, State::Failed, Some(failure))
    }
}
