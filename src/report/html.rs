//! Text, tables and legends as HTML. Whatever comes from a floor or a scenario passes through [`escape`].

use core::fmt::Write as _;

use super::number::Number;

/// Text that may stand in an element or an attribute's quotes.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            // Nothing that a parser would not take, and nothing that turns the text around.
            '\t' | '\n' => escaped.push(' '),
            character if character.is_control() || is_bidi(character) => escaped.push('\u{fffd}'),
            character => escaped.push(character),
        }
    }
    escaped
}

fn is_bidi(character: char) -> bool {
    matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// JSON that may stand in a `script` element: no end of it, and no comment, can be in a string.
pub(super) fn script(json: &str) -> String {
    json.replace('<', "\\u003c").replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029")
}

/// A table whose first column names the rows.
#[derive(Debug)]
pub(super) struct Table {
    caption: String,
    head: Vec<String>,
    rows: Vec<(String, Vec<Number>)>,
}

impl Table {
    /// A table without rows; the first heading is that of the names.
    pub(super) fn new(caption: &str, head: &[&str]) -> Self {
        Self::with(caption, head.iter().map(|heading| (*heading).to_owned()).collect())
    }

    pub(super) fn with(caption: &str, head: Vec<String>) -> Self {
        Self { caption: caption.to_owned(), head, rows: Vec::new() }
    }

    /// Adds a row: its name, then a number for each heading more.
    pub(super) fn row(&mut self, name: &str, numbers: Vec<Number>) {
        self.rows.push((name.to_owned(), numbers));
    }

    /// Keeps only the rows of these names.
    pub(super) fn keep(&mut self, wanted: impl Fn(&str) -> bool) {
        self.rows.retain(|(name, _)| wanted(name));
    }

    pub(super) fn html(&self) -> String {
        let mut html = format!(
            "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"{0}\"><table><caption>{0}</caption><thead><tr>",
            escape(&self.caption)
        );
        for heading in &self.head {
            let _ = write!(html, "<th scope=\"col\">{}</th>", escape(heading));
        }
        html.push_str("</tr></thead><tbody>");
        for (name, numbers) in &self.rows {
            let _ = write!(html, "\n<tr><th scope=\"row\">{}</th>", escape(name));
            for number in numbers {
                let _ = write!(html, "<td>{}</td>", number.html());
            }
            html.push_str("</tr>");
        }
        html + "</tbody></table></div>"
    }

    /// Folded away until somebody wants it; printed if it is open.
    pub(super) fn details(&self) -> String {
        format!("<details><summary>The numbers: {}</summary>{}</details>\n", escape(&self.caption), self.html())
    }
}

/// What the colours mean: classes and names.
pub(super) fn legend(entries: &[(&str, &str)]) -> String {
    let mut html = "<ul class=\"legend\">".to_owned();
    for (class, name) in entries {
        let _ = write!(html, "<li><span class=\"key {class}\"></span>{}</li>", escape(name));
    }
    html + "</ul>\n"
}

/// A plot with what belongs to it.
pub(super) fn figure(svg: &str, caption: &str) -> String {
    format!(
        "<figure><div class=\"scroll plot\" tabindex=\"0\" role=\"region\" aria-label=\"Plot\">{svg}</div>\
         <figcaption>{caption}</figcaption></figure>\n"
    )
}

/// Several plots side by side.
pub(super) fn multiples(plots: &[String]) -> String {
    let plots: String = plots.iter().map(|svg| format!("<div>{svg}</div>")).collect();
    format!("<div class=\"multiples\">{plots}</div>\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_can_be_no_markup() {
        assert_eq!(escape("<b>\"A&B's\"\n\u{202e}\0"), "&lt;b&gt;&quot;A&amp;B&#39;s&quot; \u{fffd}\u{fffd}");
        assert_eq!(script("[\"</script><!--\"]"), "[\"\\u003c/script>\\u003c!--\"]");
    }
}
