//! Lines of CSV (RFC 4180) that a spreadsheet shows as text and never runs as a formula.

/// A line with its end. A cell that a spreadsheet would take for a formula gets an apostrophe in front, as OWASP recommends:
/// <https://owasp.org/www-community/attacks/CSV_Injection>.
pub fn line<'a>(cells: impl IntoIterator<Item = &'a str>) -> String {
    let mut line = String::with_capacity(128);
    for (place, cell) in cells.into_iter().enumerate() {
        if place > 0 {
            line.push(',');
        }
        push_cell(&mut line, cell);
    }
    line.push_str("\r\n");
    line
}

/// Adds one cell.
pub fn push_cell(line: &mut String, cell: &str) {
    let formula =
        cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}']);
    let quoted =
        formula || cell.contains([',', '"', '\r', '\n', ';', '\t']) || cell.starts_with(' ') || cell.ends_with(' ');
    if !quoted {
        line.push_str(cell);
        return;
    }
    line.push('"');
    if formula {
        line.push('\'');
    }
    for c in cell.chars() {
        if c == '"' {
            line.push('"');
        }
        line.push(c);
    }
    line.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_stay_cells_and_formulas_stay_text() {
        assert_eq!(line(["plain", "a,b", "say \"hi\"", ""]), "plain,\"a,b\",\"say \"\"hi\"\"\",\r\n");
        assert_eq!(line(["=HYPERLINK(\"x\")"]), "\"'=HYPERLINK(\"\"x\"\")\"\r\n");
        for start in ["=1", "+1", "-1", "@A1", "\tx", "\rx", "\nx"] {
            assert!(line([start]).starts_with("\"'"), "{start:?}");
        }
        assert_eq!(line(["two\nlines"]), "\"two\nlines\"\r\n");
    }
}
