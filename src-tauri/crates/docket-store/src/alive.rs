//! Which processes work on the data folder right now.
//!
//! Each open [`crate::Store`] holds a locked file `run/<holder>.lock`; the operating system
//! lets the lock go when the process ends, however it ends. A file that can be locked by
//! somebody else belongs to a holder that is gone. No clocks, no process ids that are used
//! again.

use std::collections::BTreeSet;
use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use docket_domain::Problem;
use sha2::{Digest, Sha256};

use crate::fault::io;

/// This store's own lock.
#[derive(Debug)]
pub(crate) struct Alive {
    pub(crate) holder: String,
    file: Option<File>,
    path: PathBuf,
}

impl Alive {
    /// Takes a new holder's name and locks its file.
    pub(crate) fn begin(data_dir: &Path) -> Result<Self, Problem> {
        static OPENED: AtomicU64 = AtomicU64::new(0);
        let folder = data_dir.join("run");
        std::fs::create_dir_all(&folder).map_err(|e| io("Making the folder", &folder, &e))?;
        let opened = OPENED.fetch_add(1, Ordering::Relaxed);
        let moment = std::time::UNIX_EPOCH.elapsed().map_or(0, |d| d.as_nanos());
        let seed = format!("{} {opened} {moment}", std::process::id());
        let holder = docket_domain::identity::hex(&Sha256::digest(seed.as_bytes())[..8]);
        let path = folder.join(format!("{holder}.lock"));
        let open = OpenOptions::new().create(true).truncate(true).write(true).open(&path);
        let file = open.map_err(|e| io("Writing the file", &path, &e))?;
        file.try_lock().map_err(|e| io("Locking the file", &path, &e.into()))?;
        Ok(Self { holder, file: Some(file), path })
    }

    /// Names of the holders whose process still runs, this one included; the files of the
    /// others are removed.
    pub(crate) fn living(&self) -> Result<BTreeSet<String>, Problem> {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        let mut living = BTreeSet::from([self.holder.clone()]);
        for entry in std::fs::read_dir(folder).map_err(|e| io("Reading the folder", folder, &e))?.flatten() {
            let path = entry.path();
            let Some(holder) = path.file_stem().and_then(|s| s.to_str()).map(str::to_owned) else { continue };
            if path.extension().is_none_or(|e| e != "lock") || holder == self.holder {
                continue;
            }
            match OpenOptions::new().write(true).open(&path).map(|file| file.try_lock()) {
                // Its owner is gone: whoever reads this next need not look again.
                Ok(Ok(())) => std::fs::remove_file(&path).unwrap_or_default(),
                Err(e) if e.kind() == std::io::ErrorKind::NotFound => {}
                Ok(Err(TryLockError::WouldBlock | TryLockError::Error(_))) | Err(_) => {
                    living.insert(holder);
                }
            }
        }
        Ok(living)
    }
}

impl Drop for Alive {
    fn drop(&mut self) {
        drop(self.file.take());
        // A file that stays behind is harmless: it can be locked, so it counts as gone.
        std::fs::remove_file(&self.path).unwrap_or_default();
    }
}
