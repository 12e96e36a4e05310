//! Messages in a stream of bytes: four bytes of length, the smaller end first, then that many bytes.

use std::io::{self, Read, Write};

use crate::{CageError, MOST_BYTES};

/// What came out of a stream.
pub(crate) enum Heard {
    Frame(Vec<u8>),
    /// The stream ended; in the middle of a frame too, since nobody is left to complete it.
    Ended,
    /// A length no frame may have.
    Refused(CageError),
}

pub(crate) fn read(stream: &mut impl Read) -> Heard {
    let mut length = [0; 4];
    if stream.read_exact(&mut length).is_err() {
        return Heard::Ended;
    }
    let length = u32::from_le_bytes(length);
    if length > MOST_BYTES {
        return Heard::Refused(CageError::Length { length: length.into() });
    }
    // Room is made as bytes come, not as somebody claims them.
    let mut frame = Vec::new();
    match stream.take(length.into()).read_to_end(&mut frame) {
        Ok(n) if n == length as usize => Heard::Frame(frame),
        _ => Heard::Ended,
    }
}

pub(crate) fn write(stream: &mut impl Write, frame: &[u8]) -> io::Result<()> {
    let length = u32::try_from(frame.len()).map_err(io::Error::other)?;
    // One write, so that a frame of a few bytes is one piece in the pipe.
    let whole = [&length.to_le_bytes(), frame].concat();
    stream.write_all(&whole)?;
    stream.flush()
}

/// # Errors
/// When no frame has that length.
pub(crate) fn fits(frame: &[u8]) -> Result<(), CageError> {
    let length = frame.len() as u64;
    if length > MOST_BYTES.into() { Err(CageError::Length { length }) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_all(mut bytes: &[u8]) -> Vec<String> {
        let mut all = Vec::new();
        loop {
            match read(&mut bytes) {
                Heard::Frame(frame) => all.push(String::from_utf8(frame).unwrap()),
                Heard::Ended => return all,
                Heard::Refused(why) => {
                    all.push(why.to_string());
                    return all;
                }
            }
        }
    }

    #[test]
    fn what_is_written_is_read() {
        let mut bytes = Vec::new();
        for it in ["one", "", "three"] {
            write(&mut bytes, it.as_bytes()).unwrap();
        }
        assert_eq!(read_all(&bytes), ["one", "", "three"]);
        assert_eq!(read_all(&bytes[..bytes.len() - 1]), ["one", ""], "a frame that is cut off is none");
    }

    #[test]
    fn a_length_no_frame_has_is_refused_before_room_is_made() {
        let refused = "a message of 1819043176 bytes: 16777216 are the most";
        assert_eq!(read_all(b"hello, whoever you are"), [refused]);
        assert!(fits(&vec![0; MOST_BYTES as usize + 1]).is_err());
        assert!(fits(&vec![0; MOST_BYTES as usize]).is_ok());
    }
}
