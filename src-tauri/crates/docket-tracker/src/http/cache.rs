//! Answers with a validator, so that asking again costs nothing when nothing changed.
//! In memory, bounded by number and size; the oldest goes first.

use std::collections::{HashMap, VecDeque};

use super::answer::Answer;

const MOST_ANSWERS: usize = 200;
const MOST_BYTES: usize = 16 * 1024 * 1024;

struct Kept {
    etag: String,
    answer: Answer,
    bytes: usize,
}

/// Answers by address.
#[derive(Default)]
pub(super) struct Cache {
    kept: HashMap<String, Kept>,
    order: VecDeque<String>,
    bytes: usize,
}

impl Cache {
    /// The validator of the answer kept for this address.
    pub fn etag(&self, url: &str) -> Option<String> {
        self.kept.get(url).map(|kept| kept.etag.clone())
    }

    /// The answer kept for this address, if it is still the one with this validator.
    pub fn get(&self, url: &str, etag: &str) -> Option<Answer> {
        self.kept.get(url).filter(|kept| kept.etag == etag).map(|kept| kept.answer.clone())
    }

    /// Keeps an answer of `bytes` bytes.
    pub fn put(&mut self, url: &str, etag: &str, answer: &Answer, bytes: usize) {
        if bytes > MOST_BYTES / 4 {
            return;
        }
        self.forget(url);
        self.bytes += bytes;
        self.order.push_back(url.to_owned());
        self.kept.insert(url.to_owned(), Kept { etag: etag.to_owned(), answer: answer.clone(), bytes });
        while self.kept.len() > MOST_ANSWERS || self.bytes > MOST_BYTES {
            let Some(oldest) = self.order.front().cloned() else { break };
            self.forget(&oldest);
        }
    }

    fn forget(&mut self, url: &str) {
        if let Some(kept) = self.kept.remove(url) {
            self.bytes -= kept.bytes;
            self.order.retain(|other| other != url);
        }
    }
}
