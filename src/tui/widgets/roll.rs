//! A list of ids with a cursor: only the rows in view are ever looked at, and the cursor is an id, never an index.

use std::ops::Range;

/// A list with a cursor.
#[derive(Clone, Debug)]
pub struct Roll<Id> {
    ids: Vec<Id>,
    at: Option<Id>,
    /// Where the cursor was last: the place to stay at when its id goes away.
    near: usize,
    top: usize,
}

impl<Id> Default for Roll<Id> {
    fn default() -> Self {
        Self { ids: Vec::new(), at: None, near: 0, top: 0 }
    }
}

impl<Id: Copy + PartialEq> Roll<Id> {
    /// Replaces the ids. The cursor stays with its id, or else at its place.
    pub fn set(&mut self, ids: Vec<Id>) {
        self.ids = ids;
        let found = self.at.and_then(|at| self.ids.iter().position(|id| *id == at));
        self.near = found.unwrap_or_else(|| self.near.min(self.ids.len().saturating_sub(1)));
        self.at = self.ids.get(self.near).copied();
    }

    /// The ids, in order.
    pub fn ids(&self) -> &[Id] {
        &self.ids
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// True when there is none.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// The id under the cursor.
    pub const fn at(&self) -> Option<Id> {
        self.at
    }

    /// The cursor's place.
    pub const fn index(&self) -> usize {
        self.near
    }

    /// Moves the cursor by `by` places, as far as there are any, with `rows` rows in view.
    pub fn go(&mut self, by: isize, rows: usize) {
        self.to(self.near.saturating_add_signed(by), rows);
    }

    /// Puts the cursor at a place, or at the last one.
    pub fn to(&mut self, index: usize, rows: usize) {
        self.near = index.min(self.ids.len().saturating_sub(1));
        self.at = self.ids.get(self.near).copied();
        self.top = self.window(rows).start;
    }

    /// Puts the cursor on an id. False: it is not here.
    pub fn find(&mut self, id: Id, rows: usize) -> bool {
        let found = self.ids.iter().position(|other| *other == id);
        if let Some(index) = found {
            self.to(index, rows);
        }
        found.is_some()
    }

    /// The places in view when there are `rows` rows: the cursor is among them, and no row is wasted.
    pub fn window(&self, rows: usize) -> Range<usize> {
        if rows == 0 {
            return 0..0;
        }
        let last = self.ids.len().saturating_sub(rows);
        let top = self.top.min(last).min(self.near).max((self.near + 1).saturating_sub(rows));
        top..(top + rows).min(self.ids.len())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_cursor_stays_with_its_id_or_at_its_place() {
        let mut roll = Roll::default();
        roll.set(vec!['a', 'b', 'c', 'd']);
        roll.to(2, 10);
        roll.set(vec!['d', 'c', 'b']);
        assert_eq!((roll.at(), roll.index()), (Some('c'), 1));
        roll.set(vec!['d', 'b']);
        assert_eq!(roll.at(), Some('b'));
        roll.set(Vec::new());
        assert_eq!(roll.at(), None);
        roll.set(vec!['x']);
        assert_eq!(roll.at(), Some('x'));
    }

    proptest! {
        #[test]
        fn the_cursor_is_always_in_view(
            len in 0..50_usize, rows in 0..20_usize, moves in prop::collection::vec(-30..30_isize, 0..20)
        ) {
            let mut roll = Roll::default();
            roll.set((0..len).collect());
            for by in moves {
                roll.go(by, rows);
                let window = roll.window(rows);
                prop_assert!(window.end <= len && window.len() <= rows);
                prop_assert!(rows == 0 || len == 0 || window.contains(&roll.index()));
                prop_assert!(rows == 0 || window.len() == rows.min(len));
            }
        }
    }
}
