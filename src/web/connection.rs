//! How long a connection may stay without a whole request.
//!
//! actix limits the head of a connection's first request and the time between two requests. It limits neither the head of
//! a later request nor the rest of a chunked body that nobody reads, which it takes for ever, a byte a second. So each
//! connection is given a date by which it must have brought its next request, or end.

use std::any::Any;
use std::cell::Cell;
use std::net::{Shutdown, TcpStream};
use std::os::fd::AsFd;
use std::rc::{Rc, Weak};
use std::time::Duration;

use actix_web::dev::Extensions;
use tokio::time::{Instant, sleep_until};

/// How long a connection that is to be closed may still send what nobody reads.
const LINGER: Duration = Duration::from_secs(3);
/// How often a connection is looked at.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// One connection, shared by its requests and by the one who watches it.
pub struct Connection {
    /// A second handle of the socket; it goes with the connection, so the socket still closes in time.
    socket: TcpStream,
    /// When it has had its time; none while a request is being answered, whose body has a deadline of its own.
    ends_at: Cell<Option<Instant>>,
    patience: Duration,
}

/// Watches a new connection: `patience` is the longest time between two requests with the head of the second.
pub fn watch(io: &dyn Any, data: &mut Extensions, patience: Duration) {
    let Some(stream) = io.downcast_ref::<actix_web::rt::net::TcpStream>() else { return };
    // Without a handle to spare the machine has worse worries than a slow client.
    let Ok(socket) = stream.as_fd().try_clone_to_owned() else { return };
    let ends_at = Cell::new(Some(Instant::now() + patience));
    let connection = Rc::new(Connection { socket: socket.into(), ends_at, patience });
    actix_web::rt::spawn(end_in_time(Rc::downgrade(&connection)));
    data.insert(connection);
}

impl Connection {
    /// A request has come; while the guard lives the connection is left alone.
    pub fn answering(self: Rc<Self>) -> Answering {
        self.ends_at.set(None);
        Answering { connection: self, closes: false }
    }
}

/// A request that is being answered.
pub struct Answering {
    connection: Rc<Connection>,
    closes: bool,
}

impl Answering {
    /// The connection is not wanted after this answer.
    pub fn closes(&mut self) {
        self.closes = true;
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        let left = if self.closes { LINGER } else { self.connection.patience };
        self.connection.ends_at.set(Some(Instant::now() + left));
    }
}

async fn end_in_time(connection: Weak<Connection>) {
    loop {
        let Some(watched) = connection.upgrade() else { return };
        let now = Instant::now();
        let look_at = watched.ends_at.get().map_or(now + LOOK_EVERY, |at| at.min(now + LOOK_EVERY));
        if look_at <= now {
            // To the server this looks as if the client had finished sending; an answer on its way still arrives.
            let _ = watched.socket.shutdown(Shutdown::Read);
            break;
        }
        drop(watched);
        sleep_until(look_at).await;
    }
    tokio::time::sleep(LINGER).await;
    if let Some(watched) = connection.upgrade() {
        // A client that sends faster than its bytes are thrown away never comes to that end.
        let _ = watched.socket.shutdown(Shutdown::Both);
    }
}
