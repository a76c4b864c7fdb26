//! Latest wins: which answers are still wanted.
use std::collections::HashMap;

use crate::domain::connection::ConnectionId;

/// Names one opening of a view, so that an answer never lands in its successor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ViewId(pub u32);

/// A place that waits for one answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Slot {
    /// A connection's schema.
    Schema(ConnectionId),
    /// Whether a connection answers.
    Health(ConnectionId),
    /// A sign-in that ends in the browser; the user may look at other views meanwhile.
    SignIn(ConnectionId),
    /// The connections that a sign-in to Membrane keeps.
    Apps(ConnectionId),
    /// An entity type's layouts.
    Describe(ViewId),
    /// A list's first page, or the one around the cursor.
    List(ViewId),
    /// The page before or behind the window.
    More(ViewId),
    /// The record beside a list.
    Preview(ViewId),
    /// The pause before it is asked for.
    PreviewPause(ViewId),
    /// A neighbour of the selection, fetched ahead: the next (1) or the previous one (-1).
    Ahead(ViewId, i8),
    /// What changed of an open list at the server.
    Follow(ViewId),
    /// The pause before that is asked for.
    FollowPause(ViewId),
    /// A record.
    Detail(ViewId),
    /// A related panel of a detail.
    Panel(ViewId, u8),
    /// What happened around a record.
    Activity(ViewId),
    /// A write. Nothing reopens it while it is open.
    Write(ViewId),
    /// The records that a popup offers.
    Offer(ViewId),
    /// The pause before they are asked for.
    OfferPause(ViewId),
    /// What a deed that changes nothing gives.
    Run(ViewId),
    /// A draft on its way to the journal.
    Draft(ViewId),
    /// That a record was looked at, on its way to the journal.
    Visit(ViewId),
    /// The pause before it goes there.
    DraftPause(ViewId),
    /// A draft, or remembered columns, on their way back.
    Recall(ViewId),
    /// Records found by the palette, one a connection.
    Found(ViewId, ConnectionId),
    /// The pause before servers are asked.
    FindPause(ViewId),
    /// A change of the settings.
    Settings(ViewId),
    /// A connection's test.
    Test(ViewId),
    /// Text in the user's own editor.
    Editor(ViewId),
    /// A file on its way to the disk.
    Saved(ViewId),
    /// What the journal remembers of records seen in a connection.
    Recents(ConnectionId),
    /// The drafts of a connection that the journal has.
    Drafts(ConnectionId),
    /// The time until a done notice goes.
    Notice(u32),
    /// The time until the keys of a chord are listed.
    Chord,
    /// The time until waiting is shown, then each second of it.
    Patience,
    /// The time in which a second Ctrl-c leaves.
    Leaving,
}

/// One use of a slot. Only [`Slots`] makes them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ticket {
    slot: Slot,
    generation: u64,
}

impl Ticket {
    /// Where its answer goes.
    pub fn slot(self) -> Slot {
        self.slot
    }
}

/// The open slots.
#[derive(Debug, Default)]
pub struct Slots {
    newest: u64,
    open: HashMap<Slot, u64>,
}

impl Slots {
    /// Opens the slot anew; whatever it waited for before is now stale.
    pub fn open(&mut self, slot: Slot) -> Ticket {
        self.newest += 1;
        self.open.insert(slot, self.newest);
        Ticket { slot, generation: self.newest }
    }

    /// Whether a partial answer is wanted; more may follow.
    pub fn is_newest(&self, ticket: Ticket) -> bool {
        self.open.get(&ticket.slot) == Some(&ticket.generation)
    }

    /// Whether a last answer is wanted; closes the slot if so.
    pub fn accept(&mut self, ticket: Ticket) -> bool {
        self.is_newest(ticket) && self.close(ticket.slot)
    }

    /// Whether it was open.
    pub fn close(&mut self, slot: Slot) -> bool {
        self.open.remove(&slot).is_some()
    }

    /// Whether something is awaited there.
    pub fn is_open(&self, slot: Slot) -> bool {
        self.open.contains_key(&slot)
    }

    /// Closes all slots that fit; those that were open.
    pub fn close_all(&mut self, fits: impl Fn(Slot) -> bool) -> Vec<Slot> {
        let mut closed: Vec<_> = self.open.keys().copied().filter(|slot| fits(*slot)).collect();
        closed.sort_unstable();
        for slot in &closed {
            self.open.remove(slot);
        }
        closed
    }

    /// Whether a server is being asked: progress is derived, nobody sets a flag.
    pub fn is_asking(&self) -> bool {
        self.open.keys().any(|slot| slot.is_asking())
    }

    /// Whether a write is under way.
    pub fn is_writing(&self) -> bool {
        self.open.keys().any(|slot| matches!(slot, Slot::Write(_)))
    }
}

impl Slot {
    /// The view that it belongs to.
    pub fn view(self) -> Option<ViewId> {
        match self {
            Self::Describe(view)
            | Self::List(view)
            | Self::More(view)
            | Self::Preview(view)
            | Self::PreviewPause(view)
            | Self::Ahead(view, _)
            | Self::Follow(view)
            | Self::FollowPause(view)
            | Self::Detail(view)
            | Self::Panel(view, _)
            | Self::Activity(view)
            | Self::Write(view)
            | Self::Offer(view)
            | Self::OfferPause(view)
            | Self::Run(view)
            | Self::Visit(view)
            | Self::Draft(view)
            | Self::DraftPause(view)
            | Self::Recall(view)
            | Self::Found(view, _)
            | Self::FindPause(view)
            | Self::Settings(view)
            | Self::Test(view)
            | Self::Saved(view)
            | Self::Editor(view) => Some(view),
            Self::Schema(_)
            | Self::Health(_)
            | Self::SignIn(_)
            | Self::Apps(_)
            | Self::Recents(_)
            | Self::Drafts(_)
            | Self::Notice(_)
            | Self::Chord
            | Self::Patience
            | Self::Leaving => None,
        }
    }

    /// Whether what runs for it may be stopped by the user: it changes nothing anywhere.
    pub fn is_read(self) -> bool {
        match self {
            Self::Write(_)
            | Self::Draft(_)
            | Self::Visit(_)
            | Self::DraftPause(_)
            | Self::Settings(_)
            | Self::Editor(_)
            | Self::Saved(_)
            | Self::Notice(_)
            | Self::Chord
            | Self::Leaving => false,
            Self::Schema(_)
            | Self::Health(_)
            | Self::SignIn(_)
            | Self::Apps(_)
            | Self::Describe(_)
            | Self::List(_)
            | Self::More(_)
            | Self::Preview(_)
            | Self::PreviewPause(_)
            | Self::Ahead(..)
            | Self::Follow(_)
            | Self::FollowPause(_)
            | Self::Detail(_)
            | Self::Panel(..)
            | Self::Activity(_)
            | Self::Offer(_)
            | Self::OfferPause(_)
            | Self::Run(_)
            | Self::Recall(_)
            | Self::Found(..)
            | Self::FindPause(_)
            | Self::Test(_)
            | Self::Recents(_)
            | Self::Drafts(_)
            | Self::Patience => true,
        }
    }

    /// Whether a server's answer is awaited there that the user may be waiting for.
    fn is_asking(self) -> bool {
        match self {
            Self::Schema(_)
            | Self::Describe(_)
            | Self::List(_)
            | Self::More(_)
            | Self::Preview(_)
            | Self::Detail(_)
            | Self::Panel(..)
            | Self::Activity(_)
            | Self::Write(_)
            | Self::Offer(_)
            | Self::Run(_)
            | Self::Found(..)
            | Self::Test(_) => true,
            Self::Health(_)
            | Self::SignIn(_)
            | Self::Apps(_)
            | Self::Visit(_)
            | Self::PreviewPause(_)
            | Self::Ahead(..)
            | Self::Follow(_)
            | Self::FollowPause(_)
            | Self::OfferPause(_)
            | Self::Draft(_)
            | Self::DraftPause(_)
            | Self::Recall(_)
            | Self::FindPause(_)
            | Self::Settings(_)
            | Self::Editor(_)
            | Self::Saved(_)
            | Self::Recents(_)
            | Self::Drafts(_)
            | Self::Notice(_)
            | Self::Chord
            | Self::Patience
            | Self::Leaving => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_newest_ticket_of_a_slot_is_accepted() {
        let mut slots = Slots::default();
        let (old, new) = (slots.open(Slot::Chord), slots.open(Slot::Chord));
        assert!(!slots.accept(old) && slots.is_newest(new));
        assert!(slots.accept(new) && !slots.accept(new));
    }

    #[test]
    fn closing_a_view_closes_all_that_it_waits_for() {
        let mut slots = Slots::default();
        let (gone, other) = (ViewId(1), ViewId(2));
        for slot in [Slot::List(gone), Slot::Preview(gone), Slot::List(other)] {
            slots.open(slot);
        }
        let closed = slots.close_all(|slot| slot.view() == Some(gone));
        assert_eq!(closed, [Slot::List(gone), Slot::Preview(gone)]);
        assert!(slots.is_open(Slot::List(other)));
    }
}
