//! `accounts.json`: an array of one object per account, one on a line, with the columns of `accounts.csv`.

use super::columns::{Value, values};
use crate::portfolio::Portfolio;
use std::io::{self, Write};

pub(super) fn write(portfolio: &Portfolio, out: &mut dyn Write) -> io::Result<()> {
    let mut line = b"[".to_vec();
    for account in portfolio.accounts() {
        if line.is_empty() {
            line.push(b',');
        }
        line.push(b'\n');
        for (at, (name, value)) in values(account).iter().enumerate() {
            // Names are words of ours and need no escape.
            write!(line, "{}\"{name}\":", if at == 0 { '{' } else { ',' })?;
            write_value(&mut line, value)?;
        }
        line.push(b'}');
        out.write_all(&line)?;
        line.clear();
    }
    line.extend_from_slice(b"\n]\n");
    out.write_all(&line)
}

/// Numbers are written with all their digits: what reads them decides how many it keeps.
fn write_value(line: &mut Vec<u8>, value: &Value<'_>) -> io::Result<()> {
    match value {
        Value::Text(Some(text)) => Ok(serde_json::to_writer(line, text)?),
        Value::Money(Some(money)) => write!(line, "{money}"),
        Value::Quantity(Some(quantity)) => write!(line, "{quantity}"),
        Value::Count(Some(count)) => write!(line, "{count}"),
        Value::Float(Some(value)) => write!(line, "{value}"),
        Value::Date(Some(date)) => write!(line, "\"{date}\""),
        Value::Flag(flag) => write!(line, "{flag}"),
        _ => line.write_all(b"null"),
    }
}
