//! A mail server that takes every letter and keeps it.

use std::{sync::Arc, time::Duration};

use base64::{Engine, engine::general_purpose::STANDARD};
use mail_parser::MessageParser;
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    sync::watch,
};

/// How long a letter may take before a test gives up.
const PATIENCE: Duration = Duration::from_secs(20);

/// A letter as it came in.
#[derive(Clone, Debug)]
pub struct Taken {
    /// What the client called itself.
    pub hello: String,
    /// Way, name and password of who has signed in.
    pub signed_in: Option<[String; 3]>,
    /// The address that it came from.
    pub from: String,
    /// The address that it goes to.
    pub to: String,
    /// The letter with its head, line by line.
    pub raw: String,
}

impl Taken {
    /// The subject line.
    pub fn subject(&self) -> String {
        let parsed = MessageParser::default().parse(self.raw.as_bytes()).unwrap();
        parsed.subject().unwrap().to_owned()
    }

    /// The part that is HTML.
    pub fn html(&self) -> String {
        let parsed = MessageParser::default().parse(self.raw.as_bytes()).unwrap();
        parsed.body_html(0).unwrap().into_owned()
    }

    /// The part without HTML.
    pub fn text(&self) -> String {
        let parsed = MessageParser::default().parse(self.raw.as_bytes()).unwrap();
        parsed.body_text(0).unwrap().into_owned()
    }
}

/// How it behaves.
#[derive(Clone, Copy, Debug, Default)]
pub struct Manners {
    /// Whether it says that it can encrypt; it can't.
    pub offers_tls: bool,
    /// What it answers to recipients instead of taking them.
    pub refusal: Option<&'static str>,
    /// How many letters it asks to come again before it takes one.
    pub come_again: usize,
}

/// The mail server.
pub struct MailServer {
    /// Its port on 127.0.0.1.
    pub port: u16,
    taken: watch::Receiver<Vec<Taken>>,
    lines: watch::Receiver<Vec<String>>,
}

#[derive(Clone)]
struct Desk {
    manners: Manners,
    taken: Arc<watch::Sender<Vec<Taken>>>,
    lines: Arc<watch::Sender<Vec<String>>>,
}

impl MailServer {
    /// Starts one that takes everything.
    pub async fn start() -> Self {
        Self::start_with(Manners::default()).await
    }

    /// Starts one that behaves in another way.
    pub async fn start_with(manners: Manners) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (letters, taken) = watch::channel(Vec::new());
        let (said, lines) = watch::channel(Vec::new());
        let desk = Desk { manners, taken: Arc::new(letters), lines: Arc::new(said) };
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let desk = desk.clone();
                // A client that goes away is no trouble.
                tokio::spawn(async move { drop(desk.serve(stream).await) });
            }
        });
        Self { port, taken, lines }
    }

    /// The letters, once there are so many.
    pub async fn letters(&self, count: usize) -> Vec<Taken> {
        let mut taken = self.taken.clone();
        let enough = taken.wait_for(|letters| letters.len() >= count);
        let letters = tokio::time::timeout(PATIENCE, enough).await.expect("no letter came");
        letters.unwrap().clone()
    }

    /// How many letters there are at this moment.
    pub fn taken(&self) -> usize {
        self.taken.borrow().len()
    }

    /// Every line that clients have sent besides their letters.
    pub fn lines(&self) -> Vec<String> {
        self.lines.borrow().clone()
    }
}

impl Desk {
    async fn serve(&self, stream: TcpStream) -> std::io::Result<()> {
        let mut stream = BufReader::new(stream);
        let mut letter = Taken {
            hello: String::new(),
            signed_in: None,
            from: String::new(),
            to: String::new(),
            raw: String::new(),
        };
        say(&mut stream, "220 mail.example.com").await?;
        loop {
            let line = hear(&mut stream).await?;
            self.lines.send_modify(|lines| lines.push(line.clone()));
            let (verb, rest) = line.split_once(' ').unwrap_or((&line, ""));
            let answer = match verb.to_ascii_uppercase().as_str() {
                "EHLO" => {
                    rest.clone_into(&mut letter.hello);
                    say(&mut stream, "250-mail.example.com").await?;
                    if self.manners.offers_tls {
                        say(&mut stream, "250-STARTTLS").await?;
                    }
                    "250-SMTPUTF8\r\n250-8BITMIME\r\n250 AUTH PLAIN LOGIN"
                }
                "AUTH" => {
                    letter.signed_in = Some(sign_in(&mut stream, rest).await?);
                    "235 welcome"
                }
                "MAIL" => {
                    letter.from = address(rest);
                    "250 fine"
                }
                "RCPT" => {
                    letter.to = address(rest);
                    self.manners.refusal.unwrap_or("250 fine")
                }
                "DATA" => {
                    say(&mut stream, "354 go on").await?;
                    letter.raw = data(&mut stream).await?;
                    self.take(&letter)
                }
                "QUIT" => return say(&mut stream, "221 bye").await,
                "NOOP" | "RSET" => "250 fine",
                "STARTTLS" => "454 not now",
                _ => "500 what?",
            };
            say(&mut stream, answer).await?;
        }
    }

    fn take(&self, letter: &Taken) -> &'static str {
        let seen = self.lines.borrow().iter().filter(|line| *line == "DATA").count();
        if seen <= self.manners.come_again {
            return "451 come again";
        }
        self.taken.send_modify(|letters| letters.push(letter.clone()));
        "250 taken"
    }
}

async fn say(stream: &mut BufReader<TcpStream>, line: &str) -> std::io::Result<()> {
    stream.get_mut().write_all(format!("{line}\r\n").as_bytes()).await
}

async fn hear(stream: &mut BufReader<TcpStream>) -> std::io::Result<String> {
    let mut line = Vec::new();
    if stream.read_until(b'\n', &mut line).await? == 0 {
        return Err(std::io::ErrorKind::UnexpectedEof.into());
    }
    Ok(String::from_utf8_lossy(&line).trim_end().to_owned())
}

async fn data(stream: &mut BufReader<TcpStream>) -> std::io::Result<String> {
    let mut text = String::new();
    loop {
        let line = hear(stream).await?;
        if line == "." {
            return Ok(text);
        }
        text.push_str(line.strip_prefix('.').unwrap_or(&line));
        text.push_str("\r\n");
    }
}

/// The address between `<` and `>`.
fn address(text: &str) -> String {
    let behind = text.split_once('<').map_or("", |(_, behind)| behind);
    behind.split('>').next().unwrap_or_default().to_owned()
}

async fn sign_in(stream: &mut BufReader<TcpStream>, rest: &str) -> std::io::Result<[String; 3]> {
    let decoded = |text: &str| {
        String::from_utf8(STANDARD.decode(text).unwrap_or_default()).unwrap_or_default()
    };
    let (way, first) = rest.split_once(' ').unwrap_or((rest, ""));
    if way == "LOGIN" {
        say(stream, "334 VXNlcm5hbWU6").await?;
        let name = decoded(&hear(stream).await?);
        say(stream, "334 UGFzc3dvcmQ6").await?;
        let password = decoded(&hear(stream).await?);
        return Ok([way.to_owned(), name, password]);
    }
    let first = decoded(first);
    let mut parts = first.split('\0').skip(1).map(str::to_owned);
    let mut next = || parts.next().unwrap_or_default();
    Ok([way.to_owned(), next(), next()])
}
