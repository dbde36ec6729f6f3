//! A part of many cases, the same in each run: what a big site gives is more than a run of the tests has time for.

use aciform_generate::Dice;

/// At most so many of these, drawn evenly, in their order.
#[must_use]
pub fn sample<T>(all: Vec<T>, most: usize) -> Vec<T> {
    let (mut wanted, mut left) = (most.min(all.len()), all.len());
    let mut dice = Dice::new(17);
    let drawn = all.into_iter().filter(|_| {
        // As many of those that are left as are still wanted.
        let taken = dice.index(left.max(1)) < wanted;
        left -= 1;
        wanted -= usize::from(taken);
        taken
    });
    drawn.collect()
}

#[cfg(test)]
mod tests {
    use super::sample;

    #[test]
    fn as_many_as_are_wanted_are_drawn_from_the_whole_in_their_order() {
        let drawn = sample((0..10_000).collect(), 1_000);
        assert_eq!(drawn.len(), 1_000);
        assert!(drawn.is_sorted());
        for part in 0..10 {
            let there = drawn.iter().filter(|at| *at / 1_000 == part).count();
            assert!((50..150).contains(&there), "{there} of part {part}");
        }
        assert_eq!(drawn, sample((0..10_000).collect(), 1_000));
        assert_eq!(sample(vec![3, 1, 2], 9), [3, 1, 2]);
        assert!(sample(Vec::<u8>::new(), 9).is_empty());
    }
}
