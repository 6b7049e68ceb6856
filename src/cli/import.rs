//! `quittance import`

use std::fs::File;
use std::io::{self, IsTerminal, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use diesel::pg::PgConnection;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::cli::migrate::connect;
use crate::clock::Clock;
use crate::config::DatabaseSettings;
use crate::domain::import::field::Field;
use crate::domain::import::head::{self, Head};
use crate::domain::import::header::Mapping;
use crate::domain::import::{Counts, Kind, Mode, Options};
use crate::domain::validation::Collector;
use crate::jobs::import::{Importer, Progress, Source, Stored, listing};
use crate::locale::Lang;
use crate::models::import::{self, Begun, Choice, Content, Import, NewImport, Origin, State, Step, file};

/// The file was taken in before.
const REPEATED: u8 = 3;
/// Some rows are wrong.
const WRONG_ROWS: u8 = 4;

/// What `import` is told.
#[derive(clap::Args)]
#[command(
    after_help = "Exit codes: 0 every row is taken (or right, with --dry-run), 1 an error, 3 the same file was taken in before, \
    4 some rows are wrong. A run that was killed goes on where it stopped when the same command is given again."
)]
pub struct Args {
    /// What the rows are
    #[arg(value_parser = ["accounts", "payments", "emails", "calls", "sms", "validation"])]
    kind: String,
    /// The CSV file, or - for the standard input
    file: PathBuf,
    /// What columns mean, where their names do not tell: "Acct #=account_number,Notes="
    #[arg(long, value_delimiter = ',', value_name = "COLUMN=FIELD,...")]
    map: Vec<String>,
    /// Only judge the rows; nothing is taken
    #[arg(long)]
    dry_run: bool,
    /// Take every row or none
    #[arg(long, conflicts_with = "per_row")]
    all_or_nothing: bool,
    /// Take the rows that are right; this is what happens anyway
    #[arg(long)]
    per_row: bool,
    /// Write the rows that are wrong to this file, each with its reason
    #[arg(long, value_name = "FILE")]
    errors: Option<PathBuf>,
    /// Take the file in though the same one was taken in before
    #[arg(long)]
    again: bool,
    /// Take every row of accounts for a new person and a new debt: faster, for the first file of all
    #[arg(long, conflicts_with = "update_balances")]
    new_people: bool,
    /// Give debts that are there already the file's amount owed
    #[arg(long)]
    update_balances: bool,
    /// Take messages for checked where the file has no column for that; unchecked ones are withheld from the debtor
    #[arg(long)]
    checked: bool,
    /// The zone of times that name none
    #[arg(long, env = "COMPANY_TIME_ZONE", default_value = "America/New_York", value_name = "ZONE")]
    time_zone: chrono_tz::Tz,
    /// Who has sent the notices of a file of validation information
    #[arg(long, env)]
    company_name: Option<String>,
    /// Where disputes are sent, lines separated by "|"; also for validation information
    #[arg(long, env)]
    company_address: Option<String>,
    #[command(flatten)]
    database: DatabaseSettings,
}

/// A file as it turned out to be.
struct Found {
    source: Origins,
    sha256: Vec<u8>,
    size: i64,
    head: Head,
}

/// Where the file is.
enum Origins {
    OnDisk(PathBuf),
    /// What came through a pipe is kept in the database for as long as it is needed.
    Piped {
        settings: DatabaseSettings,
        id: Uuid,
    },
}

impl Source for Origins {
    fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        match self {
            Origins::OnDisk(path) => Ok(Box::new(File::open(path)?)),
            Origins::Piped { settings, id } => {
                let conn = connect(settings).map_err(io::Error::other)?;
                Ok(Box::new(Stored::new(conn, *id)))
            }
        }
    }
}

/// Takes a file in, or judges it.
///
/// # Errors
/// With a sentence.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let kind = Kind::parse(&args.kind).context("unknown kind")?;
    let (clock, mut conn) = (Clock::system(), connect(&args.database)?);
    let id = create(&mut conn, &args, kind, &clock)?;
    let ended = take_in(&mut conn, &args, kind, id, &clock);
    if !matches!(ended, Ok(Ended { keep: true, .. })) {
        import::forget(&mut conn, id)?;
    }
    ended.map(|ended| ExitCode::from(ended.code))
}

/// How it went, and whether the record of it is worth keeping.
struct Ended {
    code: u8,
    keep: bool,
}

fn create(conn: &mut PgConnection, args: &Args, kind: Kind, clock: &Clock) -> anyhow::Result<Uuid> {
    let name = args.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let new = NewImport {
        kind,
        origin: Origin::Command,
        file_name: if name == "-" { "standard input" } else { &name },
        staff_id: None,
        time_zone: args.time_zone,
    };
    Ok(import::create(conn, &new, clock.now())?)
}

/// Who has sent the notices of a file of validation information.
fn collector(args: &Args, kind: Kind) -> anyhow::Result<Collector> {
    let (name, address) =
        (args.company_name.clone().unwrap_or_default(), args.company_address.clone().unwrap_or_default());
    if kind == Kind::Validation && (name.trim().is_empty() || address.trim().is_empty()) {
        bail!("COMPANY_NAME and COMPANY_ADDRESS are missing: a notice names the collector and where disputes are sent");
    }
    let lines: Vec<&str> = address.split('|').map(str::trim).filter(|line| !line.is_empty()).collect();
    Ok(Collector { name, address: lines.join("\n") })
}

fn take_in(conn: &mut PgConnection, args: &Args, kind: Kind, id: Uuid, clock: &Clock) -> anyhow::Result<Ended> {
    let found = read_file(conn, args, id)?;
    let mapping = mapping(conn, args, kind, &found.head.header)?;
    let (work, side) = (connect(&args.database)?, connect(&args.database)?);
    let mut importer = Importer::new(work, side, clock.clone(), collector(args, kind)?)?;
    if !args.dry_run
        && let Some(earlier) = import::of_same_file(conn, kind, &found.sha256)?
    {
        if earlier.state() == State::Running {
            return go_on(conn, args, &found, &mut importer, &earlier);
        }
        if !args.again {
            eprintln!("the same file was taken in before, at {}; --again takes it in once more", earlier.created_at);
            return Ok(Ended { code: REPEATED, keep: false });
        }
    }
    let Head { delimiter, header, .. } = &found.head;
    let content = Content { sha256: &found.sha256, size: found.size, header, delimiter: *delimiter };
    import::uploaded(conn, id, &content, &mapping)?;
    if !importer.try_lock(id)? {
        bail!("another process works on this import");
    }
    let options = Options {
        mode: if args.all_or_nothing { Mode::AllOrNothing } else { Mode::PerRow },
        recognise: !args.new_people,
        update_balance: args.update_balances,
        checked: args.checked,
        time_zone: args.time_zone,
    };
    let step = if args.dry_run { Step::Check } else { Step::Run };
    let choice = Choice { mapping: &mapping, options, again: args.again, step };
    match import::begin(conn, id, &choice, clock.now())? {
        Begun::Yes => {}
        Begun::NotReady => bail!("the import is no longer there"),
        Begun::SameFile => bail!("the same file is being taken in by somebody else"),
    }
    carry_out(conn, args, &found, &mut importer, id)
}

/// Takes up what an earlier run of the same command has left behind. Its own record of this run is not needed then.
fn go_on(
    conn: &mut PgConnection,
    args: &Args,
    found: &Found,
    importer: &mut Importer,
    earlier: &Import,
) -> anyhow::Result<Ended> {
    if !importer.try_lock(earlier.id)? {
        bail!("the same file is being taken in by somebody else");
    }
    eprintln!("going on after {} rows that an earlier run has taken, with its settings", earlier.counts().rows);
    let ended = carry_out(conn, args, found, importer, earlier.id)?;
    // The earlier record stays; the one of this run goes.
    Ok(Ended { keep: false, ..ended })
}

fn carry_out(
    conn: &mut PgConnection,
    args: &Args,
    found: &Found,
    importer: &mut Importer,
    id: Uuid,
) -> anyhow::Result<Ended> {
    let import = import::find(conn, id)?.context("the import is no longer there")?;
    let mut shown = Shown::new(found.size);
    let state = importer.carry_out(&import, &found.source, &mut |progress| shown.tell(progress));
    shown.end();
    let state = state.context("the file could not be taken in to its end; give the command again to go on")?;
    let import = import::find(conn, id)?.context("the import is no longer there")?;
    if let Some(path) = &args.errors {
        write_errors(conn, &import, path)?;
    }
    file::delete(conn, id)?;
    if state == State::Checked && !args.dry_run {
        importer.fail(&import, "rows")?;
    }
    report(conn, &import, state)?;
    let all_right = import.counts().failed == 0;
    let code = match state {
        State::Checked | State::Finished if all_right => 0,
        State::Checked | State::Finished => WRONG_ROWS,
        _ => 1,
    };
    Ok(Ended { code, keep: !args.dry_run })
}

/// What each column means: what `--map` says, or what was chosen the last time, or what the names suggest.
fn mapping(conn: &mut PgConnection, args: &Args, kind: Kind, header: &[String]) -> anyhow::Result<Mapping> {
    let known = import::remembered(conn, kind, header)?;
    let mut columns = known.unwrap_or_else(|| Mapping::guess(kind, header)).columns().to_vec();
    for pair in &args.map {
        let (column, field) =
            pair.rsplit_once('=').with_context(|| format!("--map {pair}: write it as COLUMN=FIELD"))?;
        let place = header.iter().position(|name| name.trim() == column.trim());
        let place = place.with_context(|| format!("--map {pair}: the file has no column {column}"))?;
        let field = match field.trim() {
            "" => None,
            name => Some(Field::parse(name).with_context(|| format!("--map {pair}: {}", known_fields(kind)))?),
        };
        // A column that was taken for this field is not any more.
        columns.iter_mut().filter(|other| other.is_some() && **other == field).for_each(|other| *other = None);
        if let Some(slot) = columns.get_mut(place) {
            *slot = field;
        }
    }
    let mapping = Mapping::new(columns);
    if let Err(error) = mapping.check(kind) {
        bail!("{error}; the columns are {}; use --map, {}", header.join(", "), known_fields(kind));
    }
    for (name, field) in header.iter().zip(mapping.columns()) {
        eprintln!("{name} -> {}", field.map_or("(left out)", Field::as_str));
    }
    Ok(mapping)
}

fn known_fields(kind: Kind) -> String {
    let names: Vec<&str> = kind.fields().iter().map(|field| field.as_str()).collect();
    format!("the fields are {}", names.join(", "))
}

fn read_file(conn: &mut PgConnection, args: &Args, id: Uuid) -> anyhow::Result<Found> {
    let piped = args.file == Path::new("-");
    let (sha256, size, beginning) = if piped {
        digest(io::stdin().lock(), |number, piece| Ok(file::append(conn, id, number, piece)?))?
    } else {
        let open = || File::open(&args.file).with_context(|| format!("cannot read {}", args.file.display()));
        let mut file = open()?;
        // A pipe with a name cannot be read twice.
        file.rewind().with_context(|| format!("{} cannot be read twice; pass it as - instead", args.file.display()))?;
        digest(file, |_, _| Ok(()))?
    };
    let head = Head::read(&beginning, 0)?;
    let source =
        if piped { Origins::Piped { settings: args.database.clone(), id } } else { Origins::OnDisk(args.file.clone()) };
    Ok(Found { source, sha256, size, head })
}

/// Reads a file to its end in pieces: its hash, its size, its beginning.
fn digest(
    mut from: impl Read,
    mut each: impl FnMut(i32, &[u8]) -> anyhow::Result<()>,
) -> anyhow::Result<(Vec<u8>, i64, Vec<u8>)> {
    let (mut hasher, mut size, mut beginning) = (Sha256::new(), 0, Vec::new());
    for number in 0.. {
        let mut piece = Vec::with_capacity(file::PIECE);
        from.by_ref().take(file::PIECE as u64).read_to_end(&mut piece).context("the file cannot be read")?;
        if piece.is_empty() {
            break;
        }
        hasher.update(&piece);
        size += i64::try_from(piece.len())?;
        if number == 0 {
            beginning = piece.get(..head::BYTES.min(piece.len())).unwrap_or_default().to_vec();
        }
        each(number, &piece)?;
    }
    Ok((hasher.finalize().to_vec(), size, beginning))
}

fn write_errors(conn: &mut PgConnection, import: &Import, path: &Path) -> anyhow::Result<()> {
    let mut out = io::BufWriter::new(File::create(path).with_context(|| format!("cannot write {}", path.display()))?);
    listing::write_all(conn, import, Lang::En, &mut out)?;
    out.flush().with_context(|| format!("cannot write {}", path.display()))
}

/// Wrong rows that are told here; the rest are in the file that `--errors` names.
const TOLD: i64 = 10;

fn report(conn: &mut PgConnection, import: &Import, state: State) -> anyhow::Result<()> {
    let counts = import.counts();
    println!("state: {}", state.as_str());
    let Counts { rows, failed, people_new, people_known, debts_new, debts_known, debts_updated, entries_new } = counts;
    for (what, count) in [
        ("rows", rows),
        ("wrong rows", failed),
        ("new people", people_new),
        ("known people", people_known),
        ("new debts", debts_new),
        ("known debts", debts_known),
        ("balances changed", debts_updated),
        ("payments, messages and calls", entries_new),
    ] {
        println!("{what}: {count}");
    }
    if state == State::Checked && import.options().mode == Mode::AllOrNothing && failed > 0 {
        eprintln!("nothing was taken, because some rows are wrong");
    }
    for row in import::fault::after(conn, import.id, 0, TOLD)? {
        for fault in &row.faults {
            eprintln!("line {}: {}", row.line, listing::sentence(Lang::En, fault));
        }
    }
    if failed > TOLD {
        eprintln!("and {} more; --errors FILE lists them all", failed - TOLD);
    }
    Ok(())
}

/// How far it has come, on a line that is written over where somebody watches.
struct Shown {
    size: i64,
    watched: bool,
}

impl Shown {
    fn new(size: i64) -> Shown {
        Shown { size, watched: io::stderr().is_terminal() }
    }

    fn tell(&mut self, progress: Progress) {
        if self.watched {
            let percent = progress.bytes_read.saturating_mul(100) / self.size.max(1);
            eprint!("\r{percent} %, {} rows, {} wrong  ", progress.counts.rows, progress.counts.failed);
        }
    }

    fn end(&self) {
        if self.watched {
            eprintln!();
        }
    }
}
