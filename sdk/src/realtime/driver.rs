//! The task that owns the websocket: connects, signs in, subscribes, and starts over when the
//! connection is lost.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::time::{interval, sleep};

use super::link::{Link, LinkLost};
use super::roster::{Roster, Verdict};
use super::{Command, RealtimeTimings};
use crate::error::{Error, RealtimeError};
use crate::retry::backoff;
use crate::session::Session;
use crate::tls::Tls;
use crate::transport::Transport;

/// How often a token is looked at that nobody else refreshes, because no requests are made.
const TOKEN_CHECK: Duration = Duration::from_secs(10);

pub(super) struct Driver {
    transport: Arc<Transport>,
    tls: Tls,
    timings: RealtimeTimings,
    commands: mpsc::UnboundedReceiver<Command>,
    /// For the tasks that wait for slow readers. Weak, so that they do not keep this one alive.
    own_commands: mpsc::WeakUnboundedSender<Command>,
    session: watch::Receiver<u64>,
    /// Whom the connection speaks for; nobody for a guest.
    account: Option<String>,
    roster: Roster,
    /// Connections in a row that came to nothing.
    failures: u32,
}

/// Why a connection is left.
enum Ending {
    /// It broke, or shall be made anew.
    Lost(LinkLost),
    Reconnect,
    /// Nothing is subscribed any more.
    Idle,
    /// Nobody is left who could subscribe.
    Abandoned,
}

impl From<LinkLost> for Ending {
    fn from(lost: LinkLost) -> Self {
        Self::Lost(lost)
    }
}

impl Driver {
    pub(super) fn new(
        transport: Arc<Transport>,
        tls: Tls,
        timings: RealtimeTimings,
        commands: mpsc::UnboundedReceiver<Command>,
        own_commands: mpsc::WeakUnboundedSender<Command>,
    ) -> Self {
        let session = transport.watch_session();
        let roster = Roster::default();
        Self {
            transport,
            tls,
            timings,
            commands,
            own_commands,
            session,
            account: None,
            roster,
            failures: 0,
        }
    }

    pub(super) async fn run(mut self) {
        loop {
            if self.roster.is_empty() {
                let Some(command) = self.commands.recv().await else { return };
                let _ = self.obey(command);
                continue;
            }
            match self.connection().await {
                Ending::Abandoned => return,
                Ending::Idle => {}
                Ending::Reconnect => self.failures = 0,
                Ending::Lost(lost) => {
                    tracing::debug!(reason = %lost, "the realtime connection was lost");
                    self.roster.fail_unopened(&RealtimeError::Unreachable(lost.to_string()));
                    if !self.roster.is_empty() && !self.pause().await {
                        return;
                    }
                }
            }
        }
    }

    /// One connection from beginning to end.
    async fn connection(&mut self) -> Ending {
        let mut link = match Link::open(&self.transport.base, &self.tls, &self.timings).await {
            Ok(link) => link,
            Err(lost) => return lost.into(),
        };
        self.roster.connected();
        let ending = match self.sign_in(&mut link).await {
            Ok(()) => self.serve(&mut link).await,
            Err(ending) => ending,
        };
        if matches!(ending, Ending::Idle | Ending::Abandoned) {
            link.close().await;
        }
        ending
    }

    /// Tells the server who we are, before anything is subscribed: as a guest a subscription
    /// might see less without anyone noticing.
    async fn sign_in(&mut self, link: &mut Link) -> Result<(), Ending> {
        self.transport.refresh_if_due().await;
        let mut has_refreshed = false;
        loop {
            self.session.mark_unchanged();
            let session = self.transport.session();
            self.account = session.as_ref().map(Session::account);
            let Some(session) = session else { return Ok(()) };
            self.roster.authenticate(Some(&session.token));
            self.flush(link).await?;
            let Err(refusal) = self.await_consent(link).await? else { return Ok(()) };
            let renewed = if has_refreshed {
                Err(Error::SignedOut)
            } else {
                self.transport.refresh_session().await
            };
            has_refreshed = true;
            match renewed {
                Ok(_) => {}
                Err(Error::Transport(error)) => {
                    return Err(LinkLost::because(&error).into());
                }
                Err(_) => {
                    self.roster.fail_all(&refusal);
                    return Err(Ending::Idle);
                }
            }
        }
    }

    /// Waits for the answer to the only frame that was sent so far.
    async fn await_consent(
        &mut self,
        link: &mut Link,
    ) -> Result<Result<(), RealtimeError>, Ending> {
        loop {
            let frame = link.next().await?;
            let is_consent = matches!(frame, super::frame::ServerFrame::Ok { .. });
            if let Verdict::AuthRefused(error) = self.roster.receive(frame) {
                return Ok(Err(error));
            }
            if is_consent {
                return Ok(Ok(()));
            }
        }
    }

    async fn serve(&mut self, link: &mut Link) -> Ending {
        let mut token_check = interval(TOKEN_CHECK);
        self.roster.subscribe_all();
        loop {
            if let Err(lost) = self.flush(link).await {
                return lost.into();
            }
            tokio::select! {
                frame = link.next() => match frame.map(|frame| self.roster.receive(frame)) {
                    Ok(Verdict::Continue) => {}
                    Ok(Verdict::Working) => self.failures = 0,
                    // The next connection tries with a newer token.
                    Ok(Verdict::AuthRefused(error) | Verdict::TryLater(error)) => return LinkLost::because(&error).into(),
                    Err(lost) => return lost.into(),
                },
                command = self.commands.recv() => match command {
                    None => return Ending::Abandoned,
                    Some(Command::Reconnect) => return Ending::Reconnect,
                    Some(command) => {
                        if let Some(key) = self.obey(command) {
                            self.roster.subscribe(key);
                        }
                    }
                },
                Ok(()) = self.session.changed() => {
                    if let Err(ending) = self.tell_session() {
                        return ending;
                    }
                }
                _ = token_check.tick() => self.refresh_aside(),
            }
            if self.roster.is_empty() {
                return Ending::Idle;
            }
        }
    }

    /// Tells the server of a newer token, or of a guest who has signed in. Another account gets a
    /// connection of its own, since the server drops the subscriptions of the one before.
    fn tell_session(&mut self) -> Result<(), Ending> {
        let session = self.transport.session();
        let account = session.as_ref().map(Session::account);
        if self.account.is_some() && self.account != account {
            return Err(Ending::Reconnect);
        }
        if let Some(session) = session {
            self.account = account;
            self.roster.authenticate(Some(&session.token));
        }
        Ok(())
    }

    /// Sends what waits, and has slow readers watched.
    async fn flush(&mut self, link: &mut Link) -> Result<(), LinkLost> {
        for frame in self.roster.take_frames() {
            link.send(frame).await?;
        }
        for (key, outlet) in self.roster.take_stalled() {
            let commands = self.own_commands.clone();
            tokio::spawn(async move {
                let half = outlet.max_capacity().div_ceil(2);
                let has_room = outlet.reserve_many(half).await.is_ok();
                if let Some(commands) = commands.upgrade().filter(|_| has_room) {
                    let _ = commands.send(Command::Resume { key });
                }
            });
        }
        Ok(())
    }

    /// Refreshes the token beside the reading of events.
    fn refresh_aside(&self) {
        if self.transport.refresh_due_in().is_some_and(|due_in| due_in.is_zero()) {
            let transport = Arc::clone(&self.transport);
            tokio::spawn(async move { transport.refresh_if_due().await });
        }
    }

    /// Gives the subscription that should be made now, if there is a connection.
    fn obey(&mut self, command: Command) -> Option<u64> {
        match command {
            Command::Open { key, ask, outlet, opened } => {
                self.roster.open(key, ask, outlet, opened);
                Some(key)
            }
            Command::Resume { key } => Some(key),
            Command::Close { key } => {
                self.roster.close(key);
                None
            }
            Command::Reconnect => None,
        }
    }

    /// Waits before the next attempt; false when nobody is left to wait for.
    async fn pause(&mut self) -> bool {
        self.failures = self.failures.saturating_add(1);
        let pause =
            sleep(backoff(self.timings.first_pause, self.timings.longest_pause, self.failures));
        tokio::pin!(pause);
        loop {
            tokio::select! {
                () = &mut pause => return true,
                command = self.commands.recv() => match command {
                    None => return false,
                    Some(Command::Reconnect) => return true,
                    Some(command) => {
                        let _ = self.obey(command);
                    }
                },
            }
        }
    }
}
