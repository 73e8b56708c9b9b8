//! The bytes of a file: plain or gzip, UTF-8 or Windows-1252, within limits.

use super::Encoding;
use crate::error::{Code, Error, Problem, Result, Table};
use crate::limits::GZIP_RATIO_MAX;
use flate2::read::MultiGzDecoder;
use std::io::{ErrorKind, Read};
use std::sync::Arc;

/// Decoded bytes below which the ratio of a gzip file does not matter.
const GZIP_FREE_BYTES: u64 = 64 << 20;
/// Bytes of Windows-1252 that are rewritten at a time.
const REWRITE_BYTES: usize = 64 << 10;

/// Where the bytes of a table come from.
pub(crate) struct Source<'r> {
    bytes: Bytes<'r>,
    rewritten: Option<Rewritten>,
    name: Arc<str>,
    table: Table,
}

enum Bytes<'r> {
    Plain(Metered<'r>),
    Gzip { decoder: Box<MultiGzDecoder<Metered<'r>>>, decoded: u64 },
}

/// Counts what is taken from a reader, and whether it was the reader that failed.
struct Metered<'r> {
    inner: Box<dyn Read + 'r>,
    taken: u64,
    failed: bool,
}

impl Read for Metered<'_> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let read = self.inner.read(into);
        match &read {
            Ok(count) => self.taken += *count as u64,
            Err(e) => self.failed |= e.kind() != ErrorKind::Interrupted,
        }
        read
    }
}

/// UTF-8 made of Windows-1252, and how far it was handed out.
#[derive(Default)]
struct Rewritten {
    utf8: Vec<u8>,
    at: usize,
    begun: bool,
    /// The file begins with the mark of UTF-8, which goes before what was stated.
    marked: bool,
}

impl<'r> Source<'r> {
    /// The bytes of a reader; a name that ends in `.gz` says that they are compressed.
    pub(crate) fn new(reader: Box<dyn Read + 'r>, name: &str, table: Table, encoding: Encoding) -> Self {
        let gzip = name.len() >= 3 && name.as_bytes()[name.len() - 3..].eq_ignore_ascii_case(b".gz");
        let metered = Metered { inner: reader, taken: 0, failed: false };
        let bytes = if gzip {
            Bytes::Gzip { decoder: Box::new(MultiGzDecoder::new(metered)), decoded: 0 }
        } else {
            Bytes::Plain(metered)
        };
        let rewritten = (encoding == Encoding::Windows1252).then(Rewritten::default);
        Self { bytes, rewritten, name: name.into(), table }
    }

    /// A problem of this file.
    pub(super) fn problem(&self, code: Code, reason: impl Into<std::borrow::Cow<'static, str>>) -> Problem {
        Problem::new(code, reason).table(self.table).file(self.name.clone())
    }

    /// How many bytes were taken from the reader, compressed ones as such.
    #[inline]
    pub(super) fn taken(&self) -> u64 {
        match &self.bytes {
            Bytes::Plain(metered) => metered.taken,
            Bytes::Gzip { decoder, .. } => decoder.get_ref().taken,
        }
    }

    /// Fills `into`; fewer bytes than it holds are the end of the file.
    pub(super) fn fill(&mut self, into: &mut [u8]) -> Result<usize> {
        let Some(mut rewritten) = self.rewritten.take() else { return self.fill_raw(into) };
        let filled = self.fill_rewritten(&mut rewritten, into);
        self.rewritten = Some(rewritten);
        filled
    }

    /// Adds `count` bytes; fewer are the end of the file. Bytes that come as they are go straight to where they stay.
    pub(super) fn append(&mut self, into: &mut Vec<u8>, count: usize) -> Result<usize> {
        let before = into.len();
        if let (Bytes::Plain(reader), None) = (&mut self.bytes, &self.rewritten) {
            let read = (&mut reader.inner).take(count as u64).read_to_end(into);
            let added = into.len() - before;
            reader.taken += added as u64;
            return read.map(|_| added).map_err(|e| self.failed(e));
        }
        into.resize(before + count, 0);
        let filled = self.fill(&mut into[before..]);
        into.truncate(before + filled.as_ref().map_or(0, |filled| *filled));
        filled
    }

    fn fill_rewritten(&mut self, rewritten: &mut Rewritten, into: &mut [u8]) -> Result<usize> {
        let mut filled = 0;
        while filled < into.len() {
            if rewritten.at == rewritten.utf8.len() {
                let mut raw = vec![0; REWRITE_BYTES];
                let count = self.fill_raw(&mut raw)?;
                if count == 0 {
                    break;
                }
                rewritten.at = 0;
                rewritten.utf8.clear();
                if !std::mem::replace(&mut rewritten.begun, true) {
                    rewritten.marked = raw[..count].starts_with(b"\xEF\xBB\xBF");
                }
                if rewritten.marked {
                    rewritten.utf8.extend_from_slice(&raw[..count]);
                } else {
                    to_utf8(&raw[..count], &mut rewritten.utf8);
                }
            }
            let rest = &rewritten.utf8[rewritten.at..];
            let count = rest.len().min(into.len() - filled);
            into[filled..filled + count].copy_from_slice(&rest[..count]);
            rewritten.at += count;
            filled += count;
        }
        Ok(filled)
    }

    fn fill_raw(&mut self, into: &mut [u8]) -> Result<usize> {
        let mut filled = 0;
        while filled < into.len() {
            let read = match &mut self.bytes {
                Bytes::Plain(reader) => reader.read(&mut into[filled..]),
                Bytes::Gzip { decoder, .. } => decoder.read(&mut into[filled..]),
            };
            match read {
                Ok(0) => break,
                Ok(count) => filled += count,
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                Err(e) => return Err(self.failed(e)),
            }
            self.check_ratio(filled as u64)?;
        }
        if let Bytes::Gzip { decoded, .. } = &mut self.bytes {
            *decoded += filled as u64;
        }
        Ok(filled)
    }

    fn check_ratio(&self, more: u64) -> Result<()> {
        let Bytes::Gzip { decoder, decoded } = &self.bytes else { return Ok(()) };
        let decoded = decoded + more;
        if decoded <= GZIP_FREE_BYTES || decoded / GZIP_RATIO_MAX <= decoder.get_ref().taken {
            return Ok(());
        }
        let reason = format!("its data are more than {GZIP_RATIO_MAX} times larger than the gzip file");
        Err(self.problem(Code::Limit, reason).hint("if that is right, decompress it first").into())
    }

    fn failed(&self, error: std::io::Error) -> Error {
        match &self.bytes {
            Bytes::Gzip { decoder, .. } if decoder.get_ref().taken == 0 && !decoder.get_ref().failed => {
                self.problem(Code::EmptyFile, "the file is empty").into()
            }
            Bytes::Gzip { decoder, .. } if !decoder.get_ref().failed => {
                let reason = format!("the gzip data are damaged or cut: {error}");
                self.problem(Code::GzipDamaged, reason).hint("fetch the file again").into()
            }
            _ => Error::io(&self.name, "cannot be read", error),
        }
    }
}

/// The characters of Windows-1252 from 0x80 to 0x9F. Five bytes stand for none.
const HIGH: [Option<char>; 32] = [
    Some('€'),
    None,
    Some('‚'),
    Some('ƒ'),
    Some('„'),
    Some('…'),
    Some('†'),
    Some('‡'),
    Some('ˆ'),
    Some('‰'),
    Some('Š'),
    Some('‹'),
    Some('Œ'),
    None,
    Some('Ž'),
    None,
    None,
    Some('‘'),
    Some('’'),
    Some('“'),
    Some('”'),
    Some('•'),
    Some('–'),
    Some('—'),
    Some('˜'),
    Some('™'),
    Some('š'),
    Some('›'),
    Some('œ'),
    None,
    Some('ž'),
    Some('Ÿ'),
];

/// Rewrites Windows-1252. A byte that stands for no character stays as it is: it is not UTF-8, and will be refused.
fn to_utf8(text: &[u8], into: &mut Vec<u8>) {
    for byte in text {
        let character = match *byte {
            0..0x80 => {
                into.push(*byte);
                continue;
            }
            0x80..0xA0 => HIGH[usize::from(*byte) - 0x80],
            _ => Some(char::from(*byte)),
        };
        match character {
            Some(c) => into.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            None => into.push(*byte),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_1252_becomes_utf_8() {
        let mut utf8 = Vec::new();
        to_utf8(b"Mod\xE9r\xE9 10 \x80", &mut utf8);
        assert_eq!(utf8, "Modéré 10 €".as_bytes());
    }
}
