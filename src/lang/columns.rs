//! Text in columns: what comes from users made harmless, widths as a terminal shows them, and padding by these.

use crate::ledger::is_invisible;
use unicode_normalization::char::is_combining_mark;

/// A text of the user's, on one line and without characters that a terminal would obey or that cannot be seen.
pub(crate) fn clean(text: &str) -> String {
    let visible =
        text.chars().filter(|c| !is_invisible(*c) && *c != '\u{061C}' && (c.is_whitespace() || !c.is_control()));
    let spaced: String = visible.map(|c| if c.is_whitespace() { ' ' } else { c }).collect();
    spaced.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// How many columns a character takes.
fn char_width(c: char) -> usize {
    let wide = matches!(c,
        '\u{1100}'..='\u{115F}' | '\u{2E80}'..='\u{303E}' | '\u{3041}'..='\u{A4CF}' | '\u{AC00}'..='\u{D7A3}'
        | '\u{F900}'..='\u{FAFF}' | '\u{FE30}'..='\u{FE6F}' | '\u{FF00}'..='\u{FF60}' | '\u{FFE0}'..='\u{FFE6}'
        | '\u{1F300}'..='\u{1FAFF}' | '\u{20000}'..='\u{3FFFD}');
    if is_combining_mark(c) {
        0
    } else if wide {
        2
    } else {
        1
    }
}

/// How many columns a text takes.
pub(crate) fn width(text: &str) -> usize {
    text.chars().map(char_width).sum()
}

/// A text cut to a width, with an ellipsis where something was cut.
pub(crate) fn fit(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let mut kept = String::new();
    let mut used = 1;
    for c in text.chars() {
        used += char_width(c);
        if used > columns {
            break;
        }
        kept.push(c);
    }
    format!("{}…", kept.trim_end())
}

/// A text followed by spaces up to a width.
pub(crate) fn left(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(width(text))))
}

/// A text preceded by spaces up to a width.
pub(crate) fn right(text: &str, columns: usize) -> String {
    format!("{}{text}", " ".repeat(columns.saturating_sub(width(text))))
}

/// A text cut into lines at its plain spaces; the lines after the first are indented. French punctuation stays with the
/// word before it.
pub(crate) fn wrap(text: &str, columns: usize, indent: usize) -> String {
    let mut wrapped = String::new();
    let mut used = 0;
    for word in text.split(' ') {
        let wide = width(word);
        if used > 0 && used + 1 + wide > columns && !matches!(word, ":" | ";") {
            wrapped.push('\n');
            wrapped.push_str(&" ".repeat(indent));
            used = indent;
        } else if used > 0 {
            wrapped.push(' ');
            used += 1;
        }
        wrapped.push_str(word);
        used += wide;
    }
    wrapped
}

/// The text with its first letter as a capital.
pub(crate) fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_names_stay_on_their_line() {
        assert_eq!(clean("A\u{1b}[31m\nB\u{202E}C\u{200B}\tD\u{7}"), "A[31m BC D");
        assert_eq!(clean("\u{2028}Élan\u{2066} &  Cie\r\n"), "Élan & Cie");
        assert_eq!(clean("\u{200B}\n"), "");
    }

    #[test]
    fn widths_are_those_of_a_terminal() {
        assert_eq!((width("Élan"), width("E\u{301}lan"), width("日本")), (4, 4, 4));
        assert_eq!(fit("Équipements", 6), "Équip…");
        assert_eq!(fit("日本語", 4), "日…");
        assert_eq!((left("é", 3), right("é", 3)), ("é  ".to_owned(), "  é".to_owned()));
    }

    #[test]
    fn long_sentences_wrap_at_plain_spaces_only() {
        assert_eq!(wrap("un deux trois quatre", 9, 2), "un deux\n  trois\n  quatre");
        assert_eq!(wrap("deux mots : trois", 9, 0), "deux mots :\ntrois");
        assert_eq!(wrap("1\u{A0}234\u{A0}€ net", 6, 0), "1\u{A0}234\u{A0}€\nnet");
        assert_eq!(capital("écart"), "Écart");
    }
}
