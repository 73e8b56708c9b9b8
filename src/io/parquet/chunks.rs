//! The bytes of the columns to decode, read at once.

use bytes::Bytes;
use bytes::buf::{Buf, Reader};
use parquet::errors::{ParquetError, Result};
use parquet::file::reader::{ChunkReader, Length};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

/// Parts of a file, held in memory.
pub(super) struct Chunks {
    parts: Vec<(u64, Bytes)>,
    len: u64,
}

impl Chunks {
    /// Reads parts of a file, given where each starts and how long it is.
    pub(super) fn read(file: &mut File, ranges: &[(u64, u64)]) -> std::io::Result<Self> {
        let len = file.metadata()?.len();
        let mut parts = Vec::new();
        for (start, wanted) in ranges {
            // What the file says of itself may not be true.
            let wanted = (*wanted).min(len.saturating_sub(*start));
            let mut part = Vec::with_capacity(usize::try_from(wanted).unwrap_or(0));
            file.seek(SeekFrom::Start(*start))?;
            Read::by_ref(file).take(wanted).read_to_end(&mut part)?;
            parts.push((*start, part.into()));
        }
        Ok(Self { parts, len })
    }

    /// The bytes from a position to the end of its part.
    fn from(&self, start: u64) -> Result<Bytes> {
        let inside = |(first, part): &&(u64, Bytes)| (*first..first.saturating_add(part.len() as u64)).contains(&start);
        let found = self.parts.iter().find(inside);
        let (first, part) = found.ok_or_else(|| ParquetError::EOF(format!("nothing is left at byte {start}")))?;
        Ok(part.slice(usize::try_from(start - first).unwrap_or(usize::MAX).min(part.len())..))
    }
}

impl Length for Chunks {
    fn len(&self) -> u64 {
        self.len
    }
}

impl ChunkReader for Chunks {
    type T = Reader<Bytes>;

    fn get_read(&self, start: u64) -> Result<Self::T> {
        self.from(start).map(Buf::reader)
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        let bytes = self.from(start)?;
        if bytes.len() < length {
            return Err(ParquetError::EOF(format!("{length} bytes were expected at byte {start}")));
        }
        Ok(bytes.slice(..length))
    }
}
