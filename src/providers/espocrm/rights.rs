//! What the user may do. E§3: `acl` of `App/user`.
use serde_json::Value as Json;

use super::json::{at, text};
use crate::domain::schema::Rights;

/// The user's rights, as the server gave them.
#[derive(Clone, Copy, Debug)]
pub struct Acl<'a> {
    /// `acl`.
    pub acl: &'a Json,
    /// Admins are not limited, and their table may be short.
    pub is_admin: bool,
}

impl Acl<'_> {
    /// With an entity type. A scope that is absent is closed, except to admins.
    pub fn of(self, scope: &str) -> Rights {
        let all = Rights { read: true, create: true, edit: true, delete: true };
        match at(self.acl, &["table", scope]) {
            None | Some(Json::Null) if self.is_admin => all,
            Some(Json::Bool(true)) => all,
            Some(levels @ Json::Object(_)) => {
                let may = |what| text(levels, what).is_some_and(|level| level != "no");
                Rights {
                    read: may("read"),
                    create: may("create"),
                    edit: may("edit"),
                    delete: may("delete"),
                }
            }
            _ => Rights::default(),
        }
    }

    /// Whether the stream of such records may be seen, as far as the type goes.
    pub fn can_see_stream(self, scope: &str) -> bool {
        match at(self.acl, &["table", scope]) {
            None | Some(Json::Null) => self.is_admin,
            Some(Json::Bool(is_open)) => *is_open,
            Some(levels) => text(levels, "stream").is_some_and(|level| level != "no"),
        }
    }

    /// Whether a field may be seen.
    pub fn can_read(self, scope: &str, field: &str) -> bool {
        self.is_open(scope, field, "read")
    }

    /// Whether a field may be changed.
    pub fn can_edit(self, scope: &str, field: &str) -> bool {
        self.is_open(scope, field, "edit")
    }

    fn is_open(self, scope: &str, field: &str, what: &str) -> bool {
        let levels = at(self.acl, &["fieldTable", scope, field]);
        let level = levels.and_then(|levels| text(levels, what));
        level != Some("no")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_scope_that_is_absent_is_closed_except_to_admins() {
        let acl = json!({"table": {"Account": {"read": "all", "edit": "own", "delete": "no", "create": "yes"}, "Lead": false, "Import": true}});
        let user = Acl { acl: &acl, is_admin: false };
        let admin = Acl { acl: &acl, is_admin: true };
        let account = Rights { read: true, create: true, edit: true, delete: false };
        assert_eq!(user.of("Account"), account);
        assert_eq!(user.of("Lead"), Rights::default());
        assert!(user.of("Import").delete);
        assert!(user.can_see_stream("Import") && !user.can_see_stream("Account"));
        assert_eq!(user.of("Case"), Rights::default());
        assert!(admin.of("Case").read);
        let odd = json!({"table": []});
        assert_eq!(Acl { acl: &odd, is_admin: false }.of("Account"), Rights::default());
    }
}
