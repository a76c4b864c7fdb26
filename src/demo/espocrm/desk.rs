//! One request being answered: the dialect, the database and the caller together.

use super::Espo;
use super::acl::{Deed, Level, Role};
use super::auth::Caller;
use super::reply::{Refusal, refuse};
use super::schema::Type;
use super::select::{Record, Sql};
use rusqlite::Connection;
use rusqlite::types::Value as Cell;
use serde_json::Value;

/// What every handler is given.
pub struct Desk<'a> {
    /// The dialect.
    pub espo: &'a Espo,
    /// The database, held for this request.
    pub db: &'a Connection,
    /// Who asks.
    pub caller: &'a Caller,
}

impl<'a> Desk<'a> {
    /// The caller's role.
    pub fn role(&self) -> Role {
        self.caller.user.role
    }

    /// The caller's id.
    pub fn user_id(&self) -> &str {
        &self.caller.user.id
    }

    /// An entity type by name.
    pub fn entity(&self, name: &str) -> Result<&'a Type, Refusal> {
        let found = self.espo.schema.visible(name);
        found.ok_or_else(|| refuse(404, format!("Controller '{name}' does not exist.")))
    }

    /// Refuses where the role may not do this to the type at all.
    pub fn may(&self, one: &Type, deed: Deed) -> Result<Level, Refusal> {
        let level = self.role().level(&one.name, deed);
        if level == Level::No { Err(refused(deed)) } else { Ok(level) }
    }

    /// Refuses where the role may not do this to this record.
    pub fn may_with(&self, one: &Type, deed: Deed, record: &Record) -> Result<(), Refusal> {
        let level = self.may(one, deed)?;
        let text = |key: &str| record.get(key).and_then(Value::as_str);
        let is_own = one.name == "User" && text("id") == Some(self.user_id());
        let own = is_own
            || text("assignedUserId") == Some(self.user_id())
            || text("createdById") == Some(self.user_id());
        let allowed = match level {
            Level::All => true,
            Level::Team => own || self.shares_team(text("id").unwrap_or_default())?,
            Level::Own => own,
            Level::No => false,
        };
        if allowed { Ok(()) } else { Err(refused(deed)) }
    }

    fn shares_team(&self, id: &str) -> Result<bool, Refusal> {
        let sql = "SELECT EXISTS (SELECT 1 FROM relation a JOIN relation b ON b.left_id = a.right_id AND b.name = 'TeamUser' \
                   WHERE a.name = 'EntityTeam' AND a.left_id = ?1 AND b.right_id = ?2)";
        Ok(self.db.query_row(sql, [id, self.user_id()], |row| row.get(0))?)
    }

    /// The condition that leaves what the caller may see.
    pub fn readable(&self, one: &Type) -> Result<Sql, Refusal> {
        let own = "t.assignedUserId = ? OR t.createdById = ?";
        let me = || Cell::Text(self.user_id().to_owned());
        Ok(match self.may(one, Deed::Read)? {
            Level::All | Level::No => Sql::plain("1"),
            Level::Own => Sql::new(own, vec![me(), me()]),
            Level::Team => Sql::new(
                format!(
                    "{own} OR EXISTS (SELECT 1 FROM relation a JOIN relation b ON b.left_id = a.right_id AND b.name = 'TeamUser' \
                     WHERE a.name = 'EntityTeam' AND a.left_id = t.id AND b.right_id = ?)"
                ),
                vec![me(), me(), me()],
            ),
        })
    }
}

fn refused(deed: Deed) -> Refusal {
    let word = match deed {
        Deed::Create => "create",
        Deed::Read | Deed::Stream => "read",
        Deed::Edit => "edit",
        Deed::Delete => "delete",
    };
    refuse(403, format!("No {word} access."))
}
