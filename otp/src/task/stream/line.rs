//! What runs, in the order in which it was started.

use std::collections::VecDeque;

/// Values under numbers that only grow. One in the middle is found in logarithmic time, the first at once, and the memory
/// follows how many there are, whatever their numbers.
pub(super) struct Line<T> {
    /// In the order of their numbers, the first one with a value.
    places: VecDeque<(u64, Option<T>)>,
    /// Places with a value.
    len: usize,
}

/// Places without a value that are no matter.
const SPARE: usize = 32;

impl<T> Line<T> {
    pub(super) fn new() -> Self {
        Self { places: VecDeque::new(), len: 0 }
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Appends a value under a number that is larger than any before.
    pub(super) fn push(&mut self, number: u64, value: T) {
        debug_assert!(self.places.back().is_none_or(|(last, _)| *last < number));
        // As many are looked at as have been taken out since the last time.
        if self.places.len() > 2 * self.len + SPARE {
            self.places.retain(|(_, value)| value.is_some());
        }
        self.places.push_back((number, Some(value)));
        self.len += 1;
    }

    pub(super) fn remove(&mut self, number: u64) -> Option<T> {
        // Where it lies if nothing before it was forgotten.
        let near = usize::try_from(number.checked_sub(self.places.front()?.0)?).ok()?;
        let at = match self.places.get(near) {
            Some((there, _)) if *there == number => near,
            _ => self.places.binary_search_by_key(&number, |(number, _)| *number).ok()?,
        };
        let value = self.places[at].1.take()?;
        self.len -= 1;
        while let Some((_, None)) = self.places.front() {
            self.places.pop_front();
        }
        Some(value)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        self.places.iter().filter_map(|(_, value)| value.as_ref())
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.places.iter_mut().filter_map(|(_, value)| value.as_mut())
    }
}

#[cfg(all(test, not(otp_loom)))]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #[test]
        fn it_is_a_map_in_the_order_of_its_numbers(steps in prop::collection::vec((0_u64..40, any::<bool>()), 0..300)) {
            let (mut line, mut model) = (Line::new(), BTreeMap::new());
            let mut next = 0;
            for (n, push) in steps {
                if push {
                    next += 1 + n % 3;
                    line.push(next, next * 10);
                    model.insert(next, next * 10);
                } else {
                    let number = next.saturating_sub(n);
                    prop_assert_eq!(line.remove(number), model.remove(&number));
                }
                prop_assert_eq!(line.len(), model.len());
                prop_assert!(line.iter().eq(model.values()));
            }
        }
    }

    #[test]
    fn one_that_stays_keeps_no_place_for_those_that_went() {
        let mut line = Line::new();
        line.push(0, 0);
        for number in 1..100_000 {
            line.push(number, number);
            assert_eq!(line.remove(number), Some(number));
        }
        assert!(line.places.len() <= 4 + SPARE);
    }
}
