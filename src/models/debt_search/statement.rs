use std::marker::PhantomData;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::pg::{Pg, PgConnection};
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{Array, Date, Numeric, Text, Timestamptz, Uuid as SqlUuid};
use uuid::Uuid;

use crate::domain::money::Cents;

/// A statement that is put together from what was asked for; `Columns` are the SQL types of its rows.
///
/// It is planned anew each time, with its values in sight: one plan for "resolved" and "in dispute" would be wrong for one of
/// them by a factor of a hundred, and planning costs a fraction of a millisecond.
pub(super) struct Statement<Columns> {
    pieces: Vec<Piece>,
    columns: PhantomData<fn() -> Columns>,
}

impl<Columns> Clone for Statement<Columns> {
    fn clone(&self) -> Self {
        Statement { pieces: self.pieces.clone(), columns: PhantomData }
    }
}

#[derive(Clone)]
enum Piece {
    Sql(String),
    Value(Value),
}

/// A value that is bound, never written into the text.
#[derive(Clone, Debug)]
pub(super) enum Value {
    Text(String),
    Texts(Vec<String>),
    Id(Uuid),
    Amount(Cents),
    Day(NaiveDate),
    Time(DateTime<Utc>),
}

impl<Columns> Statement<Columns> {
    pub(super) fn new(sql: &str) -> Self {
        Statement { pieces: vec![Piece::Sql(sql.to_owned())], columns: PhantomData }
    }

    pub(super) fn sql(&mut self, sql: &str) -> &mut Self {
        if let Some(Piece::Sql(last)) = self.pieces.last_mut() {
            last.push_str(sql);
        } else {
            self.pieces.push(Piece::Sql(sql.to_owned()));
        }
        self
    }

    pub(super) fn bind(&mut self, value: Value) -> &mut Self {
        self.pieces.push(Piece::Value(value));
        self
    }

    pub(super) fn text(&mut self, text: &str) -> &mut Self {
        self.bind(Value::Text(text.to_owned()))
    }
}

impl<Columns> QueryId for Statement<Columns> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Columns> Query for Statement<Columns> {
    type SqlType = Columns;
}

impl<Columns> RunQueryDsl<PgConnection> for Statement<Columns> {}

impl<Columns> QueryFragment<Pg> for Statement<Columns> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.unsafe_to_cache_prepared();
        for piece in &self.pieces {
            match piece {
                Piece::Sql(sql) => out.push_sql(sql),
                Piece::Value(Value::Text(text)) => out.push_bind_param::<Text, _>(text)?,
                Piece::Value(Value::Texts(texts)) => out.push_bind_param::<Array<Text>, _>(texts)?,
                Piece::Value(Value::Id(id)) => out.push_bind_param::<SqlUuid, _>(id)?,
                Piece::Value(Value::Amount(amount)) => out.push_bind_param::<Numeric, _>(amount)?,
                Piece::Value(Value::Day(day)) => out.push_bind_param::<Date, _>(day)?,
                Piece::Value(Value::Time(time)) => out.push_bind_param::<Timestamptz, _>(time)?,
            }
        }
        Ok(())
    }
}
