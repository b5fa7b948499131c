//! Templates: text with `{{ VARIABLE }}` in it.

use std::path::Path;

use super::BuildError;

/// The text with each `{{ VARIABLE }}` replaced. `{{{{` is two braces.
pub(super) fn render(path: &Path, text: &str, variables: &[(&str, String)]) -> Result<String, BuildError> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("{{") {
        out.push_str(&rest[..start]);
        let here = &rest[start..];
        let line = text[..text.len() - here.len()].matches('\n').count() + 1;
        let wrong = |message: String| BuildError::Template { path: path.to_owned(), line, message };
        if let Some(after) = here.strip_prefix("{{{{") {
            out.push_str("{{");
            rest = after;
            continue;
        }
        let end =
            here.find("}}").ok_or_else(|| wrong("`{{` without `}}`; write `{{{{` for the braces themselves".into()))?;
        let name = here[2..end].trim();
        let value = variables.iter().find(|(variable, _)| *variable == name).ok_or_else(|| {
            let known: Vec<&str> = variables.iter().map(|(variable, _)| *variable).collect();
            wrong(format!("unknown variable `{name}`; there are {}", known.join(", ")))
        })?;
        out.push_str(&value.1);
        rest = &here[end + 2..];
    }
    out.push_str(rest);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rendered(text: &str) -> Result<String, String> {
        let variables = [("NAME", "demo".to_owned()), ("VSN", "1.0".to_owned())];
        render(Path::new("env.sh.template"), text, &variables).map_err(|error| error.to_string())
    }

    #[test]
    fn variables_are_replaced() {
        assert_eq!(rendered("{{NAME}}-{{ VSN }} {{{{x}} ${HOME}").as_deref(), Ok("demo-1.0 {{x}} ${HOME}"));
        assert_eq!(rendered("").as_deref(), Ok(""));
    }

    #[test]
    fn mistakes_have_file_and_line() {
        assert_eq!(
            rendered("a\n{{ NMAE }}").unwrap_err(),
            "env.sh.template:2: unknown variable `NMAE`; there are NAME, VSN"
        );
        assert!(rendered("{{ NAME").unwrap_err().starts_with("env.sh.template:1: `{{` without `}}`"));
    }
}
