//! Rows that say only what matters to a test.

use diesel::connection::SimpleConnection;
use quittance::domain::token::Token;
use uuid::Uuid;

use super::app::TestApp;

/// A debt that was made, and what its debtor needs.
#[derive(Clone, Debug)]
pub struct Debt {
    pub id: Uuid,
    pub debtor_id: Uuid,
    pub token: String,
    pub postal_code: String,
}

impl Debt {
    pub fn link(&self) -> String {
        format!("/d/{}", self.token)
    }

    pub fn path(&self) -> String {
        format!("/debts/{}", self.id)
    }
}

/// A debt to be made.
pub struct DebtBuilder<'a> {
    app: &'a TestApp,
    debtor: Option<Debt>,
    owing: String,
    paid: Option<String>,
    status: String,
    creditor: String,
    first_name: String,
    postal_code: Option<String>,
}

impl TestApp {
    /// A debt of $100.00, unpaid, of a new person at 97204.
    pub fn debt(&self) -> DebtBuilder<'_> {
        DebtBuilder {
            app: self,
            debtor: None,
            owing: "100.00".to_owned(),
            paid: None,
            status: "active".to_owned(),
            creditor: "Northwind Dental".to_owned(),
            first_name: "Maria".to_owned(),
            postal_code: Some("97204".to_owned()),
        }
    }
}

impl DebtBuilder<'_> {
    pub fn owing(mut self, amount: &str) -> Self {
        self.owing = amount.to_owned();
        self
    }

    /// Paid before it came to us.
    pub fn paid(mut self, amount: &str) -> Self {
        self.paid = Some(amount.to_owned());
        self
    }

    pub fn status(mut self, status: &str) -> Self {
        self.status = status.to_owned();
        self
    }

    pub fn creditor(mut self, creditor: &str) -> Self {
        self.creditor = creditor.to_owned();
        self
    }

    pub fn first_name(mut self, name: &str) -> Self {
        self.first_name = name.to_owned();
        self
    }

    pub fn postal_code(mut self, code: Option<&str>) -> Self {
        self.postal_code = code.map(str::to_owned);
        self
    }

    /// Another debt of the same person.
    pub fn of(mut self, other: &Debt) -> Self {
        self.debtor = Some(other.clone());
        self
    }

    pub fn create(self) -> Debt {
        let token = Token::issue().unwrap().as_str().to_owned();
        let quoted = |text: &str| format!("'{}'", text.replace('\'', "''"));
        let mut sql = String::new();
        let debtor_id = match &self.debtor {
            Some(debtor) => debtor.debtor_id,
            None => {
                let id = Uuid::new_v4();
                let postal_code = self.postal_code.as_deref().map_or("NULL".to_owned(), quoted);
                sql += &format!(
                    "INSERT INTO debtors (id, first_name, last_name, email, phone, zip_code) \
                     VALUES ('{id}', {}, 'Quillfeather', 'maria.{id}@mail.example', '+15035550199', {postal_code});",
                    quoted(&self.first_name)
                );
                id
            }
        };
        let id = Uuid::new_v4();
        sql += &format!(
            "INSERT INTO debts (id, debtor_id, original_creditor, total_owed, amount_paid, status, unique_token, account_number) \
             VALUES ('{id}', '{debtor_id}', {}, {}, {}, '{}', '{token}', '4417-5678-9113');",
            quoted(&self.creditor),
            self.owing,
            self.paid.as_deref().unwrap_or("0"),
            self.status
        );
        self.app.connect().batch_execute(&sql).unwrap();
        let postal_code = match &self.debtor {
            Some(debtor) => debtor.postal_code.clone(),
            None => self.postal_code.unwrap_or_default(),
        };
        Debt { id, debtor_id, token, postal_code }
    }
}
