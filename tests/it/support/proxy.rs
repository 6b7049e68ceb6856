//! A man in the middle: passes on what the program says to PostgreSQL and to Stripe, kills it at a chosen message, or cuts its
//! connection.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::thread;

use super::process::Victim;

/// Where a proxy leads.
#[derive(Clone, Debug)]
pub enum Target {
    /// A unix socket, as the private PostgreSQL has.
    Unix(PathBuf),
    /// A port on this machine.
    Tcp(SocketAddr),
}

impl Target {
    /// The server behind a database URL.
    pub fn of_database(url: &str) -> Target {
        let url = url::Url::parse(url).unwrap();
        let query = |name: &str| url.query_pairs().find(|(n, _)| n == name).map(|(_, value)| value.into_owned());
        let port = query("port").map(|port| port.parse().unwrap()).or(url.port()).unwrap_or(5432);
        match query("host").or(url.host_str().map(str::to_owned)) {
            Some(dir) if dir.starts_with('/') => Target::Unix(PathBuf::from(dir).join(format!(".s.PGSQL.{port}"))),
            Some(host) => Target::Tcp(format!("{host}:{port}").parse().unwrap()),
            None => panic!("no host in the database URL"),
        }
    }

    fn connect(&self) -> Option<Stream> {
        match self {
            Target::Unix(path) => UnixStream::connect(path).ok().map(Stream::Unix),
            Target::Tcp(address) => {
                let stream = TcpStream::connect(address).ok()?;
                stream.set_nodelay(true).ok()?;
                Some(Stream::Tcp(stream))
            }
        }
    }
}

enum Stream {
    Unix(UnixStream),
    Tcp(TcpStream),
}

impl Stream {
    fn try_clone(&self) -> Stream {
        match self {
            Stream::Unix(stream) => Stream::Unix(stream.try_clone().unwrap()),
            Stream::Tcp(stream) => Stream::Tcp(stream.try_clone().unwrap()),
        }
    }

    fn close(&self) {
        // Closed already is as good.
        let _ = match self {
            Stream::Unix(stream) => stream.shutdown(Shutdown::Both),
            Stream::Tcp(stream) => stream.shutdown(Shutdown::Both),
        };
    }
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        match self {
            Stream::Unix(stream) => stream.read(buffer),
            Stream::Tcp(stream) => stream.read(buffer),
        }
    }
}

impl Write for Stream {
    fn write(&mut self, buffer: &[u8]) -> std::io::Result<usize> {
        match self {
            Stream::Unix(stream) => stream.write(buffer),
            Stream::Tcp(stream) => stream.write(buffer),
        }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Which side of its last message a process dies on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// The message never arrives.
    Before,
    /// The message arrives and everything it does is done, but no answer comes back.
    After,
}

/// Counts the messages of a process and kills it at one of them, so that it dies between two steps; or counts the bytes of all
/// connections and cuts the one over which the last of them goes.
#[derive(Clone, Default)]
pub struct Trap(Arc<Mutex<Ready>>);

#[derive(Default)]
struct Ready {
    armed: Option<Armed>,
    /// So many bytes pass, in whichever direction, before the connection is cut.
    cut_in: Option<usize>,
}

struct Armed {
    victim: Victim,
    left: usize,
    when: When,
}

impl Ready {
    /// How much of a message still passes when the connection is cut in it.
    fn cuts(&mut self, length: usize) -> Option<usize> {
        let left = self.cut_in?;
        self.cut_in = left.checked_sub(length);
        self.cut_in.is_none().then_some(left)
    }
}

impl Trap {
    /// Kills `victim` at its `count`-th message from now on.
    pub fn set(&self, victim: Victim, count: usize, when: When) {
        self.0.lock().unwrap().armed = Some(Armed { victim, left: count, when });
    }

    /// Takes the trap away; whether it has sprung.
    pub fn clear(&self) -> bool {
        self.0.lock().unwrap().armed.take().is_some_and(|armed| armed.left == 0)
    }

    /// Whether it has sprung.
    pub fn has_sprung(&self) -> bool {
        self.0.lock().unwrap().armed.as_ref().is_some_and(|armed| armed.left == 0)
    }

    /// Cuts one connection after so many bytes, or none.
    pub fn cut_in(&self, bytes: Option<usize>) {
        self.0.lock().unwrap().cut_in = bytes;
    }

    /// Passes a message of the process on; afterwards the process may be dead.
    fn question(&self, to: &mut Stream, message: &[u8]) -> bool {
        let mut ready = self.0.lock().unwrap();
        if let Some(passes) = ready.cuts(message.len()) {
            let _ = to.write_all(&message[..passes]);
            return false;
        }
        let springs = ready.armed.as_mut().is_some_and(|armed| {
            let springs = armed.left == 1;
            armed.left = armed.left.saturating_sub(1);
            springs
        });
        let Some(armed) = ready.armed.as_ref().filter(|_| springs) else { return to.write_all(message).is_ok() };
        let arrived = armed.when == When::After && to.write_all(message).is_ok();
        let mut victim = armed.victim.lock().unwrap();
        victim.kill().unwrap();
        victim.wait().unwrap();
        arrived
    }

    /// Passes an answer on; once the trap has sprung there is nobody left to answer.
    fn answer(&self, to: &mut Stream, message: &[u8]) -> bool {
        // Held over the writing: no answer slips through while the last message is on its way.
        let mut ready = self.0.lock().unwrap();
        if let Some(passes) = ready.cuts(message.len()) {
            let _ = to.write_all(&message[..passes]);
            return false;
        }
        let sprung = ready.armed.as_ref().is_some_and(|armed| armed.left == 0);
        !sprung && to.write_all(message).is_ok()
    }
}

/// Listens for as long as the test process runs; it costs nothing while nobody calls.
pub struct Proxy {
    pub address: SocketAddr,
}

impl Proxy {
    pub fn start(target: Target, trap: Trap) -> Proxy {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                client.set_nodelay(true).unwrap();
                let Some(server) = target.connect() else { continue };
                let client = Stream::Tcp(client);
                let (questions, answers) = ((client.try_clone(), server.try_clone()), (server, client));
                let (asked, answered) = (trap.clone(), trap.clone());
                thread::spawn(move || carry(questions, |to, message| asked.question(to, message)));
                thread::spawn(move || carry(answers, |to, message| answered.answer(to, message)));
            }
        });
        Proxy { address }
    }

    /// `url` with the proxy as its server.
    pub fn database_url(&self, url: &str) -> String {
        let url = url::Url::parse(url).unwrap();
        let user = url.query_pairs().find(|(name, _)| name == "user").map(|(_, user)| user.into_owned());
        let user = user.unwrap_or_else(|| url.username().to_owned());
        format!("postgresql://{user}@{}{}", self.address, url.path())
    }
}

fn carry((mut from, mut to): (Stream, Stream), mut pass: impl FnMut(&mut Stream, &[u8]) -> bool) {
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(length) = from.read(&mut buffer) {
        if length == 0 || !pass(&mut to, &buffer[..length]) {
            break;
        }
    }
    from.close();
    to.close();
}
