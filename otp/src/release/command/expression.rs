//! What operators write: calls with literal arguments.
//!
//! ```text
//! script  = call { ";" call } [ ";" ]
//! call    = name [ "(" [ value { "," value } ] ")" ]
//! name    = word { ("::" | ".") word }
//! value   = number | text | 'c' | true | false | None | Some(value) | word | ":" word | pid | [values] | (values)
//! pid     = "<" number "." number "." number ">"
//! ```

use std::fmt;

use super::Literal;
use crate::process::Pid;

/// One call.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Call {
    /// Its words joined by `::`, whatever stood between them.
    pub(crate) name: String,
    pub(crate) arguments: Vec<Literal>,
}

/// What was written is no call.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) struct SyntaxError {
    expected: &'static str,
    /// In characters, from 1.
    column: usize,
    text: String,
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { expected, column, text } = self;
        writeln!(f, "expected {expected} at column {column}:")?;
        writeln!(f, "  {text}")?;
        write!(f, "  {:>column$}", '^')
    }
}

/// How deep values may be in one another.
const DEPTH: usize = 32;

/// The calls of a script, in order.
pub(crate) fn parse(text: &str) -> Result<Vec<Call>, SyntaxError> {
    let mut parser = Parser { text, rest: text };
    let mut calls = Vec::new();
    loop {
        while parser.takes(";") {}
        if parser.at_end() {
            break;
        }
        calls.push(parser.call()?);
        if !parser.at_end() && !parser.sees(";") {
            return Err(parser.expected("`;` or the end"));
        }
    }
    if calls.is_empty() { Err(parser.expected("a call, as in `puts(\"hello\")`,")) } else { Ok(calls) }
}

struct Parser<'a> {
    text: &'a str,
    rest: &'a str,
}

impl<'a> Parser<'a> {
    fn expected(&self, expected: &'static str) -> SyntaxError {
        let before = &self.text[..self.text.len() - self.rest.len()];
        // On one line, so that the mark below it is where it should be.
        let text = self.text.replace(['\n', '\r', '\t'], " ");
        SyntaxError { expected, column: before.chars().count() + 1, text }
    }

    fn skip_space(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn at_end(&mut self) -> bool {
        self.skip_space();
        self.rest.is_empty()
    }

    fn sees(&mut self, token: &str) -> bool {
        self.skip_space();
        self.rest.starts_with(token)
    }

    fn takes(&mut self, token: &str) -> bool {
        self.skip_space();
        match self.rest.strip_prefix(token) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn take_while(&mut self, fits: impl Fn(char) -> bool) -> &'a str {
        let end = self.rest.find(|c| !fits(c)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at(end);
        self.rest = rest;
        taken
    }

    fn word(&mut self) -> Option<&'a str> {
        self.skip_space();
        if !self.rest.starts_with(|c: char| c.is_alphabetic() || c == '_') {
            return None;
        }
        Some(self.take_while(|c| c.is_alphanumeric() || c == '_'))
    }

    fn name(&mut self) -> Option<String> {
        let mut name = self.word()?.to_owned();
        while self.takes("::") || self.takes(".") {
            name.push_str("::");
            name.push_str(self.word()?);
        }
        Some(name)
    }

    fn call(&mut self) -> Result<Call, SyntaxError> {
        let name = self
            .name()
            .ok_or_else(|| self.expected("a call of a command, as in `puts(\"hello\")` (`help` lists them),"))?;
        let arguments = if self.takes("(") { self.values(")", "`,` or `)`", 0)? } else { Vec::new() };
        Ok(Call { name, arguments })
    }

    /// Values up to what closes them.
    fn values(&mut self, close: &str, expected: &'static str, depth: usize) -> Result<Vec<Literal>, SyntaxError> {
        let mut values = Vec::new();
        while !self.takes(close) {
            values.push(self.value(depth)?);
            if !self.takes(",") && !self.sees(close) {
                return Err(self.expected(expected));
            }
        }
        Ok(values)
    }

    fn value(&mut self, depth: usize) -> Result<Literal, SyntaxError> {
        if depth > DEPTH {
            return Err(self.expected("a value that is less deep"));
        }
        self.skip_space();
        match self.rest.chars().next() {
            Some('"') => self.text().map(Literal::Text),
            Some('\'') => self.char(),
            Some('[') => {
                self.takes("[");
                self.values("]", "`,` or `]`", depth + 1).map(Literal::List)
            }
            Some('(') => {
                self.takes("(");
                let items = self.values(")", "`,` or `)`", depth + 1)?;
                Ok(if items.is_empty() { Literal::Unit } else { Literal::Tuple(items) })
            }
            Some('<' | '#') => self.pid(),
            Some(':') => {
                self.takes(":");
                self.word().map(|word| Literal::Word(word.to_owned())).ok_or_else(|| self.expected("a word"))
            }
            Some(c) if c.is_ascii_digit() || c == '-' => self.number(),
            _ => self.named(depth),
        }
    }

    fn named(&mut self, depth: usize) -> Result<Literal, SyntaxError> {
        let start = self.rest;
        let Some(name) = self.name() else { return Err(self.expected("a value")) };
        Ok(match name.as_str() {
            "true" => Literal::Bool(true),
            "false" => Literal::Bool(false),
            "None" | "nil" => Literal::None,
            "Some" => {
                if !self.takes("(") {
                    return Err(self.expected("`(`"));
                }
                let value = self.value(depth + 1)?;
                if !self.takes(")") {
                    return Err(self.expected("`)`"));
                }
                Literal::Some(Box::new(value))
            }
            _ if self.sees("(") => {
                self.rest = start;
                return Err(self.expected("a literal value instead of a call"));
            }
            _ => Literal::Word(name),
        })
    }

    fn text(&mut self) -> Result<String, SyntaxError> {
        let start = self.rest;
        self.rest = &self.rest[1..];
        let mut text = String::new();
        loop {
            if let Some(rest) = self.rest.strip_prefix('"') {
                self.rest = rest;
                return Ok(text);
            }
            match self.character()? {
                Some(c) => text.push(c),
                None => {
                    self.rest = start;
                    return Err(self.expected("an end of the text that begins"));
                }
            }
        }
    }

    /// The next character of a text, escapes resolved; `None` at the end.
    fn character(&mut self) -> Result<Option<char>, SyntaxError> {
        let mut chars = self.rest.chars();
        let Some(c) = chars.next() else { return Ok(None) };
        if c != '\\' {
            self.rest = chars.as_str();
            return Ok(Some(c));
        }
        let escape = match chars.next() {
            Some('n') => '\n',
            Some('r') => '\r',
            Some('t') => '\t',
            Some('0') => '\0',
            Some(c @ ('\\' | '"' | '\'')) => c,
            Some('u') => return self.unicode(),
            _ => return Err(self.expected("an escape: one of \\n \\r \\t \\0 \\\\ \\\" \\' \\u{..}")),
        };
        self.rest = chars.as_str();
        Ok(Some(escape))
    }

    /// `\u{1f600}`
    fn unicode(&mut self) -> Result<Option<char>, SyntaxError> {
        let digits = self.rest.strip_prefix("\\u{").and_then(|rest| rest.split_once('}'));
        let found = digits.and_then(|(digits, rest)| {
            let code = u32::from_str_radix(digits, 16).ok()?;
            Some((char::from_u32(code)?, rest))
        });
        let (c, rest) = found.ok_or_else(|| self.expected("a character's number, as in \\u{e9},"))?;
        self.rest = rest;
        Ok(Some(c))
    }

    fn char(&mut self) -> Result<Literal, SyntaxError> {
        self.rest = &self.rest[1..];
        let c = self.character()?.ok_or_else(|| self.expected("a character"))?;
        if self.rest.starts_with('\'') {
            self.rest = &self.rest[1..];
            Ok(Literal::Char(c))
        } else {
            Err(self.expected("`'`: one character; text stands in \"\","))
        }
    }

    fn number(&mut self) -> Result<Literal, SyntaxError> {
        let start = self.rest;
        let negative = self.takes("-");
        let word = self.take_while(|c| c.is_alphanumeric() || c == '_' || c == '.');
        // The sign of an exponent.
        let exponent = word.ends_with(['e', 'E']) && !word.starts_with("0x") && self.rest.starts_with(['+', '-']);
        let end = if exponent {
            self.rest = &self.rest[1..];
            self.take_while(|c| c.is_ascii_digit());
            start.len() - self.rest.len()
        } else {
            start.len() - self.rest.len()
        };
        let digits = start[usize::from(negative)..end].trim_start().replace('_', "");
        let radix = [("0x", 16), ("0o", 8), ("0b", 2)].into_iter().find(|(prefix, _)| digits.starts_with(prefix));
        let integer = match radix {
            Some((_, radix)) => i128::from_str_radix(&digits[2..], radix).ok(),
            None => digits.parse().ok(),
        };
        let sign = if negative { -1 } else { 1 };
        let float = || digits.parse::<f64>().ok().filter(|_| digits.starts_with(|c: char| c.is_ascii_digit()));
        match (integer, radix) {
            (Some(value), _) => Ok(Literal::Integer(sign * value)),
            (None, None) if float().is_some() => {
                let value = float().expect("it was one");
                Ok(Literal::Float(if negative { -value } else { value }))
            }
            _ => {
                self.rest = start;
                Err(self.expected("a number"))
            }
        }
    }

    fn pid(&mut self) -> Result<Literal, SyntaxError> {
        let start = self.rest;
        self.takes("#PID");
        let inner = self.rest.strip_prefix('<').and_then(|rest| rest.split_once('>'));
        let pid = inner.and_then(|(numbers, rest)| {
            let mut numbers = numbers.split('.').map(|number| number.trim().parse::<u32>().ok());
            let (node, slot, generation) = (numbers.next()??, numbers.next()??, numbers.next()??);
            let pid = Pid::from_tag([node, slot, generation]).filter(|_| numbers.next().is_none())?;
            Some((pid, rest))
        });
        let Some((pid, rest)) = pid else {
            self.rest = start;
            return Err(self.expected("a pid, as in <0.17.1>,"));
        };
        self.rest = rest;
        Ok(Literal::Pid(pid))
    }
}
