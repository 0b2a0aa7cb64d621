//! One HTTP/1.1 message, read to its end and kept to the byte.

use std::io::{self, BufRead, Read};

/// No message of the API comes near this, in bytes.
const MAX_BODY_BYTES: u64 = 64 * 1024 * 1024;
const MAX_HEAD_BYTES: usize = 64 * 1024;

/// A message as it came.
pub(crate) struct Message {
    /// The first line and the headers, with the empty line after them.
    pub(crate) head: Vec<u8>,
    pub(crate) body: Vec<u8>,
    /// False when the connection ended before the announced length.
    pub(crate) complete: bool,
}

impl Message {
    /// The next message; none when the connection ends before one begins.
    pub(crate) fn read(from: &mut impl BufRead) -> io::Result<Option<Self>> {
        let mut head = Vec::new();
        loop {
            let before = head.len();
            from.by_ref().take((MAX_HEAD_BYTES - before) as u64).read_until(b'\n', &mut head)?;
            match &head[before..] {
                [] if head.is_empty() => return Ok(None),
                [.., b'\n'] if head[before..].trim_ascii().is_empty() && before > 0 => break,
                [.., b'\n'] => {}
                _ => return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "a message broke off in its head")),
            }
        }
        let mut message = Self { head, body: Vec::new(), complete: true };
        if message.header("transfer-encoding").is_some() {
            return Err(io::Error::new(io::ErrorKind::Unsupported, "only messages with a Content-Length pass here"));
        }
        let length: u64 = message.header("content-length").and_then(|text| text.parse().ok()).unwrap_or(0);
        if length > MAX_BODY_BYTES {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "a message is too large"));
        }
        // A connection that is reset in the middle of a body has given all that it will give.
        let read = from.by_ref().take(length).read_to_end(&mut message.body);
        message.complete = read.is_ok() && message.body.len() as u64 == length;
        Ok(Some(message))
    }

    fn lines(&self) -> impl Iterator<Item = &str> {
        std::str::from_utf8(&self.head).unwrap_or_default().lines()
    }

    /// The first line's words, as `GET /v1/balance HTTP/1.1` or `HTTP/1.1 200 OK`.
    pub(crate) fn first_line(&self) -> Vec<&str> {
        self.lines().next().unwrap_or_default().split(' ').collect()
    }

    /// A header's value.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.lines().skip(1).find_map(|line| {
            let (found, value) = line.split_once(':')?;
            found.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_follow_each_other_and_may_break_off() {
        let mut wire = &b"POST /v1/refunds HTTP/1.1\r\nContent-Length: 3\r\nA: b\r\n\r\na=bGET / HTTP/1.1\r\n\r\n"[..];
        let first = Message::read(&mut wire).expect("readable").expect("a message");
        assert_eq!(first.first_line()[..2], ["POST", "/v1/refunds"]);
        assert_eq!((first.body.as_slice(), first.header("a"), first.complete), (&b"a=b"[..], Some("b"), true));
        let second = Message::read(&mut wire).expect("readable").expect("a message");
        assert_eq!((second.first_line()[1], second.body.len()), ("/", 0));
        assert!(Message::read(&mut wire).expect("readable").is_none());
        let mut torn = &b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{\"a\""[..];
        let torn = Message::read(&mut torn).expect("readable").expect("a message");
        assert_eq!((torn.body.len(), torn.complete), (4, false));
        assert!(Message::read(&mut &b"HTTP/1.1 200 OK\r\nConte"[..]).is_err());
    }
}
