//! Pictures out of hostile files: bytes in, pixels of our own out.
//!
//! Nothing here opens a path, a socket or a process, and nothing keeps a byte of what it was given:
//! what leaves is re-encoded from pixels. Who may look at what is decided in `desk`.

use casebook_core::ports;

pub mod stills;

pub mod pixel_hash;

mod decode;

mod cut_jpeg;

mod layout;

mod colour;

mod moving;

mod shown;

/// What a program plugs into a session for pictures.
#[derive(Clone, Copy, Debug, Default)]
pub struct SafeStills;

impl ports::Stills for SafeStills {
    fn still(&self, bytes: &[u8]) -> Result<ports::Still, ports::StillError> {
        let still = stills::read(bytes)?;
        Ok(ports::Still {
            width: still.width,
            height: still.height,
            full: still.full,
            full_type: still.full_type.into(),
            covered: still.covered,
            covered_type: still.covered_type.into(),
            sha256: still.sha256,
            pixel_hash: still.pixel_hash,
            remarks: still.remarks,
        })
    }
}
