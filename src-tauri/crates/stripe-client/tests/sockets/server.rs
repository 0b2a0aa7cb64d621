//! A server that follows a script, connection by connection, and remembers every byte of every request.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// What the server does next on a connection.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    /// Reads one request, head and body.
    Read,
    /// Reads no more than this of a request, in bytes.
    ReadOnly(usize),
    /// Writes.
    Write(Vec<u8>),
    /// Writes byte by byte, with this pause before each.
    Trickle(Vec<u8>, Duration),
    /// Writes the same over and over, until nobody listens.
    Flood(Vec<u8>),
    /// Leaves the connection as it is, neither reading nor writing nor closing, to the end of the test: what a server looks
    /// like that has vanished without a word.
    Vanish,
    /// Closes with what was not read still there, which resets the connection.
    Reset,
}

/// Writes this.
pub(crate) fn write(text: &str) -> Step {
    Step::Write(text.as_bytes().to_vec())
}

/// What a server saw.
#[derive(Debug, Clone, Default)]
pub(crate) struct Seen {
    /// Whole requests, as they came.
    pub(crate) requests: Vec<String>,
    /// Connections.
    pub(crate) connections: usize,
}

/// A server at work.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    seen: Arc<Mutex<Seen>>,
}

impl Server {
    /// Serves one connection by each script, and closes any that comes after them.
    pub(crate) async fn start(scripts: Vec<Vec<Step>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let seen = Arc::new(Mutex::new(Seen::default()));
        let server = Self { address, seen: seen.clone() };
        tokio::spawn(async move {
            let mut scripts = scripts.into_iter();
            while let Ok((socket, _)) = listener.accept().await {
                seen.lock().expect("lock").connections += 1;
                if let Some(script) = scripts.next() {
                    tokio::spawn(follow(socket, script, seen.clone()));
                }
            }
        });
        server
    }

    pub(crate) fn base(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn seen(&self) -> Seen {
        self.seen.lock().expect("lock").clone()
    }
}

async fn follow(mut socket: TcpStream, script: Vec<Step>, seen: Arc<Mutex<Seen>>) {
    for step in script {
        match step {
            Step::Read => {
                let Some(request) = read_request(&mut socket).await else { return };
                seen.lock().expect("lock").requests.push(request);
            }
            Step::ReadOnly(bytes) => {
                let mut piece = vec![0; bytes];
                let _count = socket.read(&mut piece).await;
            }
            // The client may have gone: then there is nobody to write to, and the client's side of it is what is tested.
            Step::Write(bytes) => {
                let _written = socket.write_all(&bytes).await;
            }
            Step::Trickle(bytes, pause) => {
                for byte in bytes {
                    tokio::time::sleep(pause).await;
                    if socket.write_all(&[byte]).await.is_err() {
                        return;
                    }
                }
            }
            Step::Flood(bytes) => {
                while socket.write_all(&bytes).await.is_ok() {
                    tokio::time::sleep(Duration::from_millis(2)).await;
                }
            }
            Step::Vanish => std::future::pending().await,
            Step::Reset => return drop(socket),
        }
    }
    let _closed = socket.shutdown().await;
    // Until the client closes too: what it still sends is not to turn the close into a reset.
    let mut rest = [0; 1_024];
    while socket.read(&mut rest).await.is_ok_and(|count| count > 0) {}
}

/// One request; none when the client goes before it is whole.
pub(crate) async fn read_request<S: tokio::io::AsyncRead + Unpin>(socket: &mut S) -> Option<String> {
    let mut bytes = Vec::new();
    loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = String::from_utf8(bytes[..end].to_vec()).expect("a head in ASCII").to_ascii_lowercase();
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            let length: usize = length.map_or(0, |length| length.parse().expect("a length"));
            if bytes.len() >= end + 4 + length {
                return Some(String::from_utf8(bytes).expect("a request in ASCII"));
            }
        }
        let mut piece = [0; 1_024];
        match socket.read(&mut piece).await {
            Ok(0) | Err(_) => return None,
            Ok(count) => bytes.extend_from_slice(&piece[..count]),
        }
    }
}
