//! Signing in (A3): challenges, sessions, and the key of each user.

use super::quirks::Quirks;
use super::reply::{Answer, Refusal, denied, refuse};
use crate::demo::random::{Random, mix};
use md5::{Digest, Md5};
use rusqlite::{Connection, OptionalExtension};
use serde_json::json;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The user who may do everything.
pub const ADMIN: &str = "admin";
/// The user who is no administrator.
pub const LIMITED: &str = "mara";
/// The versions that a login tells.
const VERSION: &str = "0.22";
const VTIGER_VERSION: &str = "8.0.0";

/// A user's access key: the same for the same seed.
pub fn access_key(seed: u64, user: &str) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";
    let name = user.bytes().fold(0xCBF2_9CE4_8422_2325_u64, |sum, byte| mix(sum ^ u64::from(byte)));
    let mut random = Random::new(mix(seed ^ name));
    let letter = |_| LETTERS.get(random.below(LETTERS.len())).map_or('x', |byte| char::from(*byte));
    (0..16).map(letter).collect()
}

/// Lower-case hexadecimal md5.
pub fn md5(text: &str) -> String {
    Md5::digest(text.as_bytes())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect::<Vec<_>>()
        .concat()
}

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The number behind `19x`.
    pub number: i64,
    /// The login name.
    pub name: String,
    /// Whether they are an administrator.
    pub admin: bool,
    /// How they like their days to be written.
    pub date_format: String,
}

/// A row of the users.
struct Row {
    caller: Caller,
    key: String,
    active: bool,
    given: String,
    family: String,
    email: String,
    time_zone: String,
}

fn find(db: &Connection, name: &str) -> rusqlite::Result<Option<Row>> {
    let sql = "SELECT id, user_name, is_admin, accesskey, status, first_name, last_name, email1, time_zone, date_format \
               FROM Users WHERE user_name = ?1";
    let mut statement = db.prepare_cached(sql)?;
    statement
        .query_row([name], |row| {
            let admin: String = row.get(2)?;
            let status: String = row.get(4)?;
            Ok(Row {
                caller: Caller {
                    number: row.get(0)?,
                    name: row.get(1)?,
                    admin: admin == "on",
                    date_format: row.get(9)?,
                },
                key: row.get(3)?,
                active: status == "Active",
                given: row.get(5)?,
                family: row.get(6)?,
                email: row.get(7)?,
                time_zone: row.get(8)?,
            })
        })
        .optional()
}

/// Who has a challenge, and who is in.
#[derive(Debug)]
pub struct Door {
    open: Mutex<Open>,
}

#[derive(Debug)]
struct Open {
    challenges: HashMap<String, (String, Duration)>,
    sessions: HashMap<String, Session>,
    random: Random,
}

#[derive(Debug, Clone)]
struct Session {
    user: String,
    started: Duration,
    used: Duration,
    calls: u32,
}

impl Door {
    /// A door; tokens follow from the seed.
    pub fn new(seed: u64) -> Door {
        let random = Random::new(mix(seed ^ 0x0D00));
        Door {
            open: Mutex::new(Open { challenges: HashMap::new(), sessions: HashMap::new(), random }),
        }
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends every session.
    pub fn end_all(&self) {
        self.open().sessions.clear();
    }

    /// `getchallenge`: a new token voids the one before.
    pub fn challenge(
        &self,
        db: &Connection,
        name: &str,
        quirks: &Quirks,
        at: Duration,
        now: i64,
    ) -> Answer {
        if name.is_empty() {
            return Err(refuse("ACCESS_DENIED", "No username given"));
        }
        let Some(row) = find(db, name)? else {
            return Err(refuse("ACCESS_DENIED", "username does not exists"));
        };
        let mut open = self.open();
        let token = open.random.hex(13);
        let end = at.saturating_add(Duration::from_secs(quirks.challenge_s));
        open.challenges.insert(row.caller.name, (token.clone(), end));
        let expires = now.saturating_add(i64::try_from(quirks.challenge_s).unwrap_or(i64::MAX));
        Ok(json!({"token": token, "serverTime": now, "expireTime": expires}))
    }

    /// `login`.
    pub fn login(&self, db: &Connection, name: &str, key: &str, at: Duration) -> Answer {
        let no_token = || refuse("INVALID_AUTH_TOKEN", "Specified token is invalid or expired");
        let row = find(db, name)?.ok_or_else(no_token)?;
        let mut open = self.open();
        let challenge = open.challenges.get(&row.caller.name).filter(|(_, end)| at < *end);
        let (token, _) = challenge.cloned().ok_or_else(no_token)?;
        if md5(&format!("{token}{}", row.key)) != key || !row.active {
            return Err(refuse("INVALID_USER_CREDENTIALS", "Invalid username or password"));
        }
        let session = open.random.hex(21);
        let user = row.caller.name.clone();
        open.sessions.insert(session.clone(), Session { user, started: at, used: at, calls: 0 });
        Ok(json!({
            "username": row.caller.name,
            "first_name": row.given,
            "last_name": row.family,
            "email": row.email,
            "time_zone": row.time_zone,
            "hour_format": "12",
            "date_format": row.caller.date_format,
            "is_admin": if row.caller.admin { "on" } else { "off" },
            "call_duration": "5",
            "other_event_duration": "5",
            "sessionName": session,
            "userId": format!("19x{}", row.caller.number),
            "version": VERSION,
            "vtigerVersion": VTIGER_VERSION,
        }))
    }

    /// Who a session is.
    pub fn admit(
        &self,
        db: &Connection,
        session: &str,
        quirks: &Quirks,
        at: Duration,
    ) -> Result<Caller, Refusal> {
        if session.is_empty() {
            return Err(refuse("AUTHENTICATION_REQUIRED", "Authencation required"));
        }
        let user = self.visit(session, quirks, at)?;
        find(db, &user)?.map(|row| row.caller).ok_or_else(no_session)
    }

    fn visit(&self, session: &str, quirks: &Quirks, at: Duration) -> Result<String, Refusal> {
        let mut open = self.open();
        let found = open.sessions.get_mut(session).ok_or_else(no_session)?;
        let past =
            |since: Duration, limit: u64| at.saturating_sub(since) >= Duration::from_secs(limit);
        let over = if past(found.started, quirks.life_s) {
            Some(refuse("SESSION_EXPIRED", "Session Life has expired"))
        } else if past(found.used, quirks.idle_s) {
            Some(refuse("SESSION_LEFT_IDLE", "Session has been left idle"))
        } else if quirks.calls > 0 && found.calls >= quirks.calls {
            Some(no_session())
        } else {
            None
        };
        if let Some(refusal) = over {
            open.sessions.remove(session);
            return Err(refusal);
        }
        found.used = at;
        found.calls = found.calls.saturating_add(1);
        Ok(found.user.clone())
    }

    /// `extendsession`.
    pub fn extend(&self, db: &Connection, session: &str, quirks: &Quirks, at: Duration) -> Answer {
        if session.is_empty() {
            return Err(refuse("AUTHENTICATION_FAILURE", "Authencation Failed"));
        }
        let caller = self.admit(db, session, quirks, at)?;
        Ok(json!({
            "sessionName": session,
            "userId": format!("19x{}", caller.number),
            "version": VERSION,
            "vtigerVersion": VTIGER_VERSION,
        }))
    }

    /// `logout`.
    pub fn logout(&self, session: &str) -> Answer {
        self.open().sessions.remove(session);
        Ok(json!({"message": "successfull"}))
    }
}

fn no_session() -> Refusal {
    refuse("INVALID_SESSIONID", "Session Identifier provided is Invalid")
}

/// Who a name and a key are: the cloud's way. `None` where they fit nobody.
pub fn by_key(db: &Connection, name: &str, key: &str) -> Result<Option<Caller>, Refusal> {
    Ok(find(db, name)?.filter(|row| row.active && row.key == key).map(|row| row.caller))
}

/// Refuses those who are no administrators.
pub fn admins_only(caller: &Caller) -> Result<(), Refusal> {
    if caller.admin { Ok(()) } else { Err(denied("")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_follow_from_the_seed_and_the_name() {
        assert_eq!(access_key(1, ADMIN), access_key(1, ADMIN));
        assert_ne!(access_key(1, ADMIN), access_key(1, LIMITED));
        assert_ne!(access_key(1, ADMIN), access_key(2, ADMIN));
        assert_eq!(access_key(1, ADMIN).len(), 16);
        assert_eq!(md5("abc"), "900150983cd24fb0d6963f7d28e17f72");
    }
}
