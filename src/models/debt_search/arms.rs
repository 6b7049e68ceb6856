use super::narrow::{CREDITOR, FIRST_NAME, LAST_NAME, Narrow, WHOLE_NAME, folded};
use super::statement::{Statement, Value};
use crate::domain::debt_text::{self, Meaning};

/// How well a debt fits; smaller is better. The numbers order the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rank {
    Exact = 0,
    Number = 1,
    Email = 2,
    NameBegins = 3,
    NameHolds = 4,
    Creditor = 5,
    Slip = 6,
}

/// So many debts of a search are found; whoever finds more narrows it.
pub const MOST_HITS: usize = 250;

/// Names that are only like what was typed are a guess; so many are worth reading.
const MOST_SIMILAR: usize = 50;

/// More creditors than these are not looked through by parts of their names, only by their beginnings.
pub(super) const MOST_CREDITORS: usize = 2_000;

/// Every different creditor, by skipping in the index from one to the next.
pub(super) const CREDITOR_STEPS: &str = "WITH RECURSIVE creditors (key) AS (\
    (SELECT (fold_name(original_creditor)) COLLATE \"C\" FROM debts ORDER BY 1 LIMIT 1) \
    UNION ALL SELECT (SELECT (fold_name(n.original_creditor)) COLLATE \"C\" FROM debts n \
    WHERE (fold_name(n.original_creditor)) COLLATE \"C\" > c.key ORDER BY 1 LIMIT 1) FROM creditors c WHERE c.key IS NOT NULL)";

/// What orders the finds, so that only those of the page are looked up again.
const NAMES: &str = "(fold_name(p.last_name)) COLLATE \"C\" AS last, (fold_name(p.first_name)) COLLATE \"C\" AS first";

/// Puts the arms of a search together: each is a look into one index that ends early, and one that comes after enough was found
/// is never begun. An OR of the same conditions would read whole tables.
pub(super) struct Arms<'a, 'b, C> {
    to: &'a mut Statement<C>,
    narrow: Narrow<'b>,
    limit: Option<usize>,
    any: bool,
}

impl<'a, 'b, C> Arms<'a, 'b, C> {
    /// `limit`: how many debts each arm finds at most.
    pub(super) fn new(to: &'a mut Statement<C>, narrow: Narrow<'b>, limit: Option<usize>) -> Self {
        Arms { to, narrow, limit, any: false }
    }

    /// Appends everything that a search by `meaning` looks at. Nothing is appended, and `false` told, where it means nothing.
    pub(super) fn push_all(&mut self, meaning: &Meaning) -> bool {
        if let Some(token) = &meaning.token {
            self.arm(Rank::Exact, "d.unique_token = ", Value::Text(token.as_str().to_owned()));
        }
        if let Some(id) = meaning.debt_id {
            self.arm(Rank::Exact, "d.id = ", Value::Id(id));
        }
        if let Some(key) = &meaning.account_key {
            self.prefix(Rank::Number, "(account_key(d.account_number)) COLLATE \"C\"", key);
        }
        if let Some(key) = &meaning.phone_key {
            self.prefix(Rank::Number, "(phone_key(p.phone)) COLLATE \"C\"", key);
        }
        if let Some(email) = &meaning.email {
            self.prefix(Rank::Email, "(lower(p.email)) COLLATE \"C\"", email);
        }
        self.push_names(meaning);
        self.any
    }

    fn push_names(&mut self, meaning: &Meaning) {
        let name = meaning.name();
        if name.is_empty() {
            return;
        }
        self.begin(Rank::NameBegins);
        push_range(self.to, LAST_NAME, &name);
        self.narrow.push(self.to);
        // In the order of the index, so that it is read no further than to the limit.
        self.to.sql(" ORDER BY ").sql(LAST_NAME).sql(", ").sql(FIRST_NAME);
        self.limit();
        if let [first, second] = meaning.words.as_slice() {
            for (first, last) in [(first, second), (second, first)] {
                self.begin(Rank::NameBegins);
                push_range(self.to, LAST_NAME, last);
                self.to.sql(" AND ");
                push_range(self.to, FIRST_NAME, first);
                self.end();
            }
        }
        let parts = meaning.parts();
        if parts.is_empty() {
            return;
        }
        self.begin(Rank::NameHolds);
        for (i, part) in parts.iter().enumerate() {
            self.to.sql(if i == 0 { "" } else { " AND " }).sql(WHOLE_NAME).sql(" LIKE ").text(&holding(part));
        }
        // What the arms before have found already would only take the place of others.
        self.to.sql(" AND NOT starts_with(").sql(&folded("p.last_name")).sql(", ").text(&name).sql(")");
        self.end();
        self.begin(Rank::Creditor);
        self.to
            .sql(CREDITOR)
            .sql(" IN (")
            .sql(CREDITOR_STEPS)
            .sql(" SELECT key FROM (SELECT key FROM creditors LIMIT ");
        self.to.sql(&MOST_CREDITORS.to_string()).sql(") all_of_them WHERE key LIKE ").text(&holding(&name)).sql(")");
        self.end();
        // Where there are more creditors than that.
        self.begin(Rank::Creditor);
        push_range(self.to, CREDITOR, &name);
        self.end();
    }

    /// Appends the search for people whose family name is one slip away from a word, and whose given name from the other.
    pub(super) fn push_slips(&mut self, words: &[String]) -> bool {
        let with_itself = |word: &String| {
            let mut all = debt_text::slips(word);
            all.push(word.clone());
            all
        };
        match words {
            [word] if word.len() >= debt_text::SHORTEST_PART => {
                self.begin(Rank::Slip);
                self.to.sql(LAST_NAME).sql(" = ANY (").bind(Value::Texts(with_itself(word))).sql(")");
                self.end();
            }
            [first, second] => {
                for (first, last) in [(first, second), (second, first)] {
                    self.begin(Rank::Slip);
                    self.to.sql(LAST_NAME).sql(" = ANY (").bind(Value::Texts(with_itself(last))).sql(") AND ");
                    // Of a frequent family name only those whose given name begins alike are read; whose does not is found by
                    // likeness.
                    let initial: String = first.chars().take(1).collect();
                    push_range(self.to, FIRST_NAME, &initial);
                    self.to.sql(" AND (");
                    // Joined to nothing, so that the index is entered by the family names only: by both it would be entered
                    // for each pair of them.
                    self.to.sql("fold_name(p.first_name) || '' = ANY (").bind(Value::Texts(with_itself(first)));
                    self.to.sql(") OR fold_name(p.first_name) LIKE ").text(&beginning(first)).sql(")");
                    self.end();
                }
            }
            _ => {}
        }
        self.any
    }

    /// Appends the search for people whose name has much of the longest word in it, the likest to all of them first.
    pub(super) fn push_similar(&mut self, words: &[String]) -> bool {
        let longest = words.iter().max_by_key(|word| word.chars().count());
        if let Some(word) = longest.filter(|word| word.chars().count() >= debt_text::SHORTEST_PART) {
            // From 100 for the same to 1100 for nothing in common, so that the likest stands first.
            self.to.sql("(SELECT d.id, (1100 - 1000 * similarity(").text(&words.join(" ")).sql(", ").sql(WHOLE_NAME);
            self.to
                .sql("))::int2 AS rank, ")
                .sql(NAMES)
                .sql(" FROM debts d JOIN debtors p ON p.id = d.debtor_id WHERE ");
            self.to.text(word).sql(" <% ").sql(WHOLE_NAME);
            self.narrow.push(self.to);
            self.to.sql(&format!(" ORDER BY 2, d.id LIMIT {MOST_SIMILAR})"));
            self.any = true;
        }
        self.any
    }

    fn arm(&mut self, rank: Rank, condition: &str, value: Value) {
        self.begin(rank);
        self.to.sql(condition).bind(value);
        self.end();
    }

    fn prefix(&mut self, rank: Rank, column: &str, prefix: &str) {
        self.begin(rank);
        push_range(self.to, column, prefix);
        self.end();
    }

    fn begin(&mut self, rank: Rank) {
        self.to.sql(if self.any { " UNION ALL (" } else { "(" });
        self.any = true;
        self.to.sql(&format!("SELECT d.id, {}::int2 AS rank, ", rank as i16)).sql(NAMES);
        self.to.sql(" FROM debts d JOIN debtors p ON p.id = d.debtor_id WHERE ");
    }

    fn end(&mut self) {
        self.narrow.push(self.to);
        self.limit();
    }

    fn limit(&mut self) {
        if let Some(limit) = self.limit {
            self.to.sql(&format!(" LIMIT {limit}"));
        }
        self.to.sql(")");
    }
}

/// A prefix as a range, which an index in the order of bytes answers whatever the prefix holds; a prepared LIKE would not use it.
fn push_range<C>(to: &mut Statement<C>, column: &str, prefix: &str) {
    // The last character there is comes after everything that begins with the prefix.
    let end = format!("{prefix}\u{10ffff}");
    to.sql(column).sql(" >= ").text(prefix).sql(" AND ").sql(column).sql(" < ").text(&end);
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}

fn holding(part: &str) -> String {
    format!("%{}%", escaped(part))
}

fn beginning(part: &str) -> String {
    format!("{}%", escaped(part))
}
