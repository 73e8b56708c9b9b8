//! Single lines and fields: where they end. Nothing here reads or remembers.

use memchr::{memchr2, memchr3};

pub(super) const IN_SCRATCH: u8 = 1;
pub(super) const HAS_BREAK: u8 = 2;

/// Where the bytes of a field are.
#[derive(Clone, Copy, Debug)]
pub(super) struct Field {
    pub(super) start: u32,
    pub(super) end: u32,
    pub(super) flags: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LineEnd {
    Lf,
    CrLf,
    Cr,
    File,
}

/// What a carriage return is: a line end by itself, or the first half of one. `None`: the next byte is not there yet.
#[inline]
pub(super) fn carriage_return(bytes: &[u8], at: usize, whole: bool) -> Option<(usize, LineEnd)> {
    match bytes.get(at + 1) {
        Some(b'\n') => Some((at + 2, LineEnd::CrLf)),
        None if !whole => None,
        _ => Some((at + 1, LineEnd::Cr)),
    }
}

/// The first line end whose bytes are all there.
#[inline]
pub(super) fn line_end(bytes: &[u8]) -> Option<(usize, usize, LineEnd)> {
    let at = memchr2(b'\n', b'\r', bytes)?;
    if bytes[at] == b'\n' {
        return Some((at, at + 1, LineEnd::Lf));
    }
    carriage_return(bytes, at, false).map(|(next, end)| (at, next, end))
}

/// The end of an unquoted field.
#[inline]
pub(super) fn plain_end(bytes: &[u8], from: usize, delimiter: u8) -> usize {
    let rest = &bytes[from..];
    from + rest.iter().position(|b| *b == delimiter || matches!(b, b'\n' | b'\r')).unwrap_or(rest.len())
}

pub(super) struct Quoted {
    /// Where the closing quote stands.
    pub(super) close: usize,
    has_doubled: bool,
    pub(super) has_break: bool,
}

impl Quoted {
    pub(super) fn field(&self, bytes: &[u8], open: usize, scratch: &mut Vec<u8>) -> Field {
        let flags = if self.has_break { HAS_BREAK } else { 0 };
        let content = &bytes[open + 1..self.close];
        if !self.has_doubled {
            return Field { start: open as u32 + 1, end: self.close as u32, flags };
        }
        let start = scratch.len() as u32;
        let mut quotes = 0;
        for byte in content {
            quotes = if *byte == b'"' { quotes + 1 } else { 0 };
            if quotes % 2 == 0 || *byte != b'"' {
                scratch.push(*byte);
            }
        }
        Field { start, end: scratch.len() as u32, flags: flags | IN_SCRATCH }
    }
}

/// Finds the end of a quoted field. `None`: it is not there.
pub(super) fn quoted_field(bytes: &[u8], open: usize, whole: bool, breaks: &mut u64) -> Option<Quoted> {
    let mut quoted = Quoted { close: 0, has_doubled: false, has_break: false };
    let mut from = open + 1;
    loop {
        let at = from + memchr3(b'"', b'\n', b'\r', bytes.get(from..)?)?;
        let following = bytes.get(at + 1).copied();
        if following.is_none() && !whole {
            return None;
        }
        from = at + 1;
        match bytes[at] {
            b'"' if following == Some(b'"') => {
                quoted.has_doubled = true;
                from += 1;
            }
            b'"' => {
                quoted.close = at;
                return Some(quoted);
            }
            b'\r' if following == Some(b'\n') => {}
            _ => {
                quoted.has_break = true;
                *breaks += 1;
            }
        }
    }
}

const LOW: u64 = u64::from_ne_bytes([0x01; 8]);
const SEVEN: u64 = u64::from_ne_bytes([0x7F; 8]);

/// The top bit of each byte that is zero, exactly.
#[inline]
fn zero_bytes(word: u64) -> u64 {
    !(((word & SEVEN) + SEVEN) | word | SEVEN)
}

/// Calls `at` with the position of each byte that `hits` marks, eight bytes at a time, until it says no.
#[inline]
fn each_hit(line: &[u8], hits: impl Fn(u64) -> u64, mut at: impl FnMut(usize) -> bool) -> bool {
    let (chunks, rest) = line.as_chunks::<8>();
    for (index, chunk) in chunks.iter().enumerate() {
        let mut found = hits(u64::from_le_bytes(*chunk));
        while found != 0 {
            if !at(index * 8 + (found.trailing_zeros() / 8) as usize) {
                return false;
            }
            found &= found - 1;
        }
    }
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    let mut found = hits(u64::from_le_bytes(last));
    while found != 0 {
        if !at(chunks.len() * 8 + (found.trailing_zeros() / 8) as usize) {
            return false;
        }
        found &= found - 1;
    }
    true
}

/// Splits a line without quotes.
#[inline]
pub(super) fn split_plain(line: &[u8], delimiter: u8, fields: &mut Vec<Field>) {
    let pattern = LOW * u64::from(delimiter);
    let mut start = 0;
    each_hit(
        line,
        |word| zero_bytes(word ^ pattern),
        |at| {
            fields.push(Field { start, end: at as u32, flags: 0 });
            start = at as u32 + 1;
            true
        },
    );
    fields.push(Field { start, end: line.len() as u32, flags: 0 });
}

/// Splits a line whose quotes only enclose whole fields. False: it is not so simple.
#[inline]
pub(super) fn split_quoted(line: &[u8], delimiter: u8, fields: &mut Vec<Field>) -> bool {
    let (delimiters, quotes) = (LOW * u64::from(delimiter), LOW * u64::from(b'"'));
    let mut start = 0;
    let mut inside = false;
    let mut closed = None;
    let mut push = |start: usize, end: usize, closed: Option<usize>| match closed {
        None => {
            fields.push(Field { start: start as u32, end: end as u32, flags: 0 });
            true
        }
        Some(close) => {
            fields.push(Field { start: start as u32 + 1, end: close as u32, flags: 0 });
            close + 1 == end
        }
    };
    let simple = each_hit(
        line,
        |word| zero_bytes(word ^ delimiters) | zero_bytes(word ^ quotes),
        |at| match line[at] {
            b'"' if inside => {
                inside = false;
                closed = Some(at);
                true
            }
            b'"' => {
                inside = true;
                at == start && closed.is_none()
            }
            _ if inside => true,
            _ => {
                let whole = push(start, at, closed.take());
                start = at + 1;
                whole
            }
        },
    );
    simple && !inside && push(start, line.len(), closed)
}
