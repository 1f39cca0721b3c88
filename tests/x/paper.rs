//! A vault on paper, and a way to X that breaks: for killing a program wherever it can be killed.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use birdkeep::domain::document::Document;
use birdkeep::domain::edit::{self, Edit};
use birdkeep::failure::{Failure, Kind};
use birdkeep::ops::World;
use birdkeep::ops::rotate::Ledger;
use birdkeep::x::wire::{Request, SendError, Sending, Transport};
use tokio::sync::Notify;

/// A vault on paper: saves are remembered, and can be made to fail as if the program had been killed.
#[derive(Clone)]
pub(crate) struct Paper {
    pub(crate) document: Document,
    desk: Arc<Mutex<Sheet>>,
}

struct Sheet {
    saved: Document,
    saves: usize,
    /// Killed at this save, before it is on paper or right after.
    dies: Option<(usize, When)>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum When {
    Before,
    After,
}

impl Paper {
    pub(crate) fn new(document: Document, dies: Option<(usize, When)>) -> Self {
        let sheet = Sheet { saved: document.clone(), saves: 0, dies };
        Self { document, desk: Arc::new(Mutex::new(sheet)) }
    }

    /// What a fresh start finds.
    pub(crate) fn reopened(&self) -> Self {
        let document = self.desk.lock().expect("no panic").saved.clone();
        Self { document, desk: self.desk.clone() }
    }
}

impl Ledger for Paper {
    fn document(&self) -> &Document {
        &self.document
    }

    fn save(&self, _: &World, edits: Vec<Edit>) -> Result<Self, Failure> {
        let killed = Failure::new(Kind::NotSaved, "killed", "the test said so", "start again");
        let mut sheet = self.desk.lock().expect("no panic");
        let next = edit::apply_all(&sheet.saved, &edits)
            .map_err(|conflict| Failure::new(Kind::NotSaved, conflict.to_string(), "", ""))?;
        sheet.saves += 1;
        let dies = sheet.dies.filter(|(at, _)| *at == sheet.saves).map(|(_, when)| when);
        if dies == Some(When::Before) {
            return Err(killed);
        }
        sheet.saved = next.clone();
        match dies {
            Some(_) => Err(killed),
            None => Ok(Self { document: next, desk: self.desk.clone() }),
        }
    }

    fn fresh(&self, _: &World) -> Result<Self, Failure> {
        Ok(self.clone())
    }
}

/// How a request comes to nothing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum How {
    /// The connection breaks, and the program sees it.
    Broken,
    /// The program is killed while it waits.
    Killed,
}

/// Breaks off at one request, before or after X has heard it.
#[derive(Debug)]
pub(crate) struct Breaking {
    way: Arc<dyn Transport>,
    count: AtomicUsize,
    at: usize,
    when: When,
    how: How,
    /// Told when the program is to be killed.
    pub(crate) killed: Arc<Notify>,
}

impl Breaking {
    pub(crate) fn new(way: Arc<dyn Transport>, at: usize, when: When, how: How) -> Self {
        Self { way, count: AtomicUsize::new(0), at, when, how, killed: Arc::default() }
    }

    async fn break_off(&self, error: SendError) -> SendError {
        if self.how == How::Killed {
            self.killed.notify_one();
            std::future::pending::<()>().await;
        }
        error
    }
}

impl Transport for Breaking {
    fn send(&self, request: Request) -> Sending<'_> {
        let breaks = self.count.fetch_add(1, Ordering::SeqCst) + 1 == self.at;
        Box::pin(async move {
            if breaks && self.when == When::Before {
                return Err(self.break_off(SendError::NotConnected).await);
            }
            let answer = self.way.send(request).await;
            if breaks { Err(self.break_off(SendError::Broken).await) } else { answer }
        })
    }
}
