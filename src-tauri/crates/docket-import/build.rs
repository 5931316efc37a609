//! Gives the readers a name of their own that changes with every line of them, so that what an
//! earlier one read is never taken for what this one would.

use std::path::Path;

/// FNV-1a: it tells texts apart, nothing hangs on more.
fn mix(mut sum: u64, bytes: &[u8]) -> u64 {
    for &byte in bytes {
        sum = (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    sum
}

fn walk(folder: &Path, sum: &mut u64) -> std::io::Result<()> {
    let mut entries = std::fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        if entry.file_type()?.is_dir() {
            walk(&entry.path(), sum)?;
        } else {
            // A line's end differs between systems and says nothing.
            let text: Vec<u8> = std::fs::read(entry.path())?.into_iter().filter(|b| *b != b'\r').collect();
            *sum = mix(mix(*sum, entry.file_name().as_encoded_bytes()), &text);
        }
    }
    Ok(())
}

fn main() -> std::io::Result<()> {
    let mut sum = 0xcbf2_9ce4_8422_2325;
    // What a record says is made of the domain's types.
    for folder in ["src", "../docket-domain/src"] {
        println!("cargo:rerun-if-changed={folder}");
        walk(Path::new(folder), &mut sum)?;
    }
    println!("cargo:rustc-env=DOCKET_READER={sum:016x}");
    Ok(())
}
