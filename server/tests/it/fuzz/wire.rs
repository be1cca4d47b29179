//! Requests as bytes, and what comes back.

use std::{
    fmt::Write as _,
    io::ErrorKind,
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// How long an answer may take.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);
/// Bodies of this size may be refused before they have arrived; then the answer can get lost.
const LARGE: usize = 60_000;

/// A request, right or wrong.
pub(super) struct Request {
    pub(super) method: String,
    pub(super) target: Vec<u8>,
    pub(super) headers: Vec<(String, Vec<u8>)>,
    pub(super) body: Option<Vec<u8>>,
    pub(super) framing: Framing,
}

/// What the headers say of the body's length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Framing {
    Length,
    Chunked,
    /// The body ends before its length.
    Short,
    /// More follows than the length says.
    Long,
    /// A length and chunks.
    Both,
    /// Chunks whose sizes are no numbers.
    BrokenChunks,
}

/// What came back.
pub(super) enum Outcome {
    Answered {
        status: u16,
        text: Vec<u8>,
        took: Duration,
    },
    /// Nothing, and the connection ended.
    Closed,
    /// Nothing in time.
    Hung,
    /// Nobody takes connections any more.
    Gone(String),
}

impl Request {
    pub(super) fn header(&mut self, name: &str, value: impl Into<Vec<u8>>) {
        self.headers.push((name.to_owned(), value.into()));
    }

    /// Whether it is HTTP as it should be, however odd: then there has to be an answer.
    pub(super) fn is_whole(&self) -> bool {
        let visible = |bytes: &[u8]| bytes.iter().all(u8::is_ascii_graphic);
        let fits = |value: &[u8]| value.iter().all(|byte| (b' '..0x7f).contains(byte));
        matches!(self.framing, Framing::Length | Framing::Chunked)
            && visible(&self.target)
            && self.headers.iter().all(|(_, value)| fits(value))
            && self.body.as_ref().is_none_or(|body| body.len() < LARGE)
    }

    fn bytes(&self) -> Vec<u8> {
        let mut head = format!("{} ", self.method).into_bytes();
        head.extend(&self.target);
        head.extend(b" HTTP/1.1\r\n");
        for (name, value) in &self.headers {
            head.extend(format!("{name}: ").bytes());
            head.extend(value);
            head.extend(b"\r\n");
        }
        let Some(body) = &self.body else {
            head.extend(b"\r\n");
            return head;
        };
        let length = match self.framing {
            Framing::Short => body.len() + 10,
            Framing::Long => body.len() / 2,
            _ => body.len(),
        };
        let chunked = matches!(self.framing, Framing::Chunked | Framing::Both);
        if !chunked || self.framing == Framing::Both {
            head.extend(format!("Content-Length: {length}\r\n").bytes());
        }
        match self.framing {
            Framing::Chunked | Framing::Both => {
                head.extend(b"Transfer-Encoding: chunked\r\n\r\n");
                for part in body.chunks(1_000) {
                    head.extend(format!("{:x}\r\n", part.len()).bytes());
                    head.extend(part);
                    head.extend(b"\r\n");
                }
                head.extend(b"0\r\n\r\n");
            }
            Framing::BrokenChunks => {
                head.extend(b"Transfer-Encoding: chunked\r\n\r\nzz\r\n");
                head.extend(body);
            }
            _ => {
                head.extend(b"\r\n");
                head.extend(body);
            }
        }
        head
    }

    /// Sends it on a connection of its own.
    pub(super) async fn send(&self, address: &str) -> Outcome {
        let begun = Instant::now();
        let ends = !matches!(self.framing, Framing::Length | Framing::Chunked);
        let answered = Box::pin(exchange(address, self, ends));
        match tokio::time::timeout(PATIENCE, answered).await {
            Err(_) => Outcome::Hung,
            Ok(Err(error)) => Outcome::Gone(error.to_string()),
            Ok(Ok(answer)) => match status(&answer) {
                Some(status) => Outcome::Answered { status, text: answer, took: begun.elapsed() },
                None => Outcome::Closed,
            },
        }
    }

    /// In one line, for people.
    pub(super) fn told(&self) -> String {
        let mut told = String::new();
        let shown = |bytes: &[u8]| -> String {
            let text: String = bytes.escape_ascii().map(char::from).take(700).collect();
            if bytes.len() > 700 { format!("{text}… ({} bytes)", bytes.len()) } else { text }
        };
        write!(told, "{} {}", self.method, shown(&self.target)).unwrap();
        for (name, value) in &self.headers {
            if !["Host", "Connection", "Authorization"].contains(&name.as_str()) {
                write!(told, " [{name}: {}]", shown(value)).unwrap();
            }
        }
        if let Some(body) = &self.body {
            write!(told, " {:?} {}", self.framing, shown(body)).unwrap();
        }
        told
    }
}

/// Writes, and reads until the other side ends, or goes on without end.
async fn exchange(address: &str, request: &Request, ends: bool) -> std::io::Result<Vec<u8>> {
    let (bytes, has_body) = (request.bytes(), request.method != "HEAD");
    let mut stream = connect(address).await?;
    let (mut reader, mut writer) = stream.split();
    let write = async {
        // The server may close on seeing the first bytes.
        let _ = writer.write_all(&bytes).await;
        if ends {
            let _ = writer.shutdown().await;
        }
    };
    let read = async {
        let mut answer = Vec::new();
        let mut part = vec![0; 16_384];
        loop {
            match reader.read(&mut part).await {
                Ok(0) | Err(_) => return answer,
                Ok(many) => answer.extend(&part[..many]),
            }
            if is_endless(&answer) || is_complete(&answer, has_body) {
                return answer;
            }
        }
    };
    tokio::pin!(read);
    tokio::select! {
        answer = &mut read => Ok(answer),
        () = write => Ok(read.await),
    }
}

/// Connects; when too many connections have just ended, in a moment.
pub(super) async fn connect(address: &str) -> std::io::Result<TcpStream> {
    loop {
        match TcpStream::connect(address).await {
            Err(error) if error.kind() == ErrorKind::AddrNotAvailable => {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            connected => return connected,
        }
    }
}

/// Whether nothing but events and frames will follow.
fn is_endless(answer: &[u8]) -> bool {
    let Some((head, _)) = split(answer) else { return false };
    head.contains("text/event-stream") || head.starts_with("http/1.1 101")
}

/// Whether as much is there as the answer says of its length; many don't say.
fn is_complete(answer: &[u8], has_body: bool) -> bool {
    let Some((head, body)) = split(answer) else { return false };
    if !has_body {
        return true;
    }
    let length = head.split("content-length: ").nth(1).and_then(|rest| rest.split('\r').next());
    length.and_then(|length| length.parse::<usize>().ok()).is_some_and(|most| body.len() >= most)
}

/// Head, in small letters, and body.
fn split(answer: &[u8]) -> Option<(String, &[u8])> {
    let answer = behind_interim(answer);
    let end = answer.windows(4).take(4_000).position(|window| window == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&answer[..end]).to_ascii_lowercase();
    Some((head, &answer[end + 4..]))
}

fn status(answer: &[u8]) -> Option<u16> {
    let answer = behind_interim(answer);
    let text = answer.strip_prefix(b"HTTP/1.1 ").or(answer.strip_prefix(b"HTTP/1.0 "))?;
    std::str::from_utf8(text.get(..3)?).ok()?.parse().ok()
}

/// What the server says before it has seen the body is no answer yet.
fn behind_interim(answer: &[u8]) -> &[u8] {
    answer.strip_prefix(b"HTTP/1.1 100 Continue\r\n\r\n".as_slice()).unwrap_or(answer)
}
