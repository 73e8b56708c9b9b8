//! Work on several threads, with the same result on any number of them.
//!
//! Work is cut into chunks whose size never depends on the number of threads, results come back in the order of the
//! chunks, and the first error in that order is the one returned. Without the feature `parallel` all of it runs on the
//! calling thread.

use crate::error::Result;
use std::ops::Range;

/// Runs some work, and all that it does in parallel, on a number of threads; 0 takes one per core. Without the feature
/// `parallel` it is one thread whatever is asked.
///
/// Outside of this, work in parallel runs on rayon's global pool.
///
/// ```
/// use portefeuille::parallel::with_threads;
///
/// assert_eq!(with_threads(2, || 6 * 7)?, 42);
/// # Ok::<(), portefeuille::Error>(())
/// ```
#[cfg(feature = "parallel")]
pub fn with_threads<T: Send>(threads: usize, work: impl FnOnce() -> T + Send) -> Result<T> {
    let threads = if threads == 0 { std::thread::available_parallelism().map_or(1, usize::from) } else { threads };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    let cannot = |e| crate::error::Error::io(format!("{threads} threads"), "cannot start", std::io::Error::other(e));
    Ok(pool.map_err(cannot)?.install(work))
}

/// Runs some work on the calling thread: several take the feature `parallel`.
#[cfg(not(feature = "parallel"))]
pub fn with_threads<T: Send>(_threads: usize, work: impl FnOnce() -> T + Send) -> Result<T> {
    Ok(work())
}

/// How many threads work in parallel here.
#[cfg(feature = "parallel")]
fn threads() -> usize {
    rayon::current_num_threads()
}

/// Each item worked on, in the order of the items.
pub(crate) fn map_items<T: Send, U: Send>(items: Vec<T>, work: impl Fn(T) -> U + Send + Sync) -> Vec<U> {
    #[cfg(feature = "parallel")]
    if items.len() > 1 && threads() > 1 {
        use rayon::prelude::*;
        return items.into_par_iter().with_max_len(1).map(work).collect();
    }
    items.into_iter().map(work).collect()
}

/// Items that come one by one on this thread, each worked on while the next ones come: in the order in which they came.
#[cfg_attr(not(feature = "csv"), allow(dead_code, reason = "only files are read piece by piece"))]
pub(crate) fn map_coming<T: Send, U: Send>(
    next: impl FnMut() -> Option<T>,
    work: impl Fn(T) -> U + Send + Sync,
) -> Vec<U> {
    #[cfg(feature = "parallel")]
    if threads() > 1 {
        let mut next = next;
        let (done, results) = std::sync::mpsc::channel();
        let mut count = 0;
        rayon::in_place_scope(|scope| {
            while let Some(item) = next() {
                let (done, work, at) = (done.clone(), &work, count);
                // The other end waits until all is done.
                scope.spawn(move |_| _ = done.send((at, work(item))));
                count += 1;
            }
        });
        drop(done);
        let mut results: Vec<(usize, U)> = results.into_iter().collect();
        results.sort_unstable_by_key(|(at, _)| *at);
        return results.into_iter().map(|(_, result)| result).collect();
    }
    std::iter::from_fn(next).map(work).collect()
}

/// The numbers from 0 to `len` in chunks, each worked on, in their order.
pub(crate) fn map_ranges<U: Send>(len: usize, chunk: usize, work: impl Fn(Range<usize>) -> U + Send + Sync) -> Vec<U> {
    let ranges = (0..len).step_by(chunk).map(|start| start..len.min(start + chunk));
    map_items(ranges.collect(), work)
}

/// A slice in chunks, each worked on with the position of its first item.
pub(crate) fn for_each_chunk_mut<T: Send>(items: &mut [T], chunk: usize, work: impl Fn(usize, &mut [T]) + Send + Sync) {
    let chunks = items.chunks_mut(chunk).enumerate().map(|(at, items)| (at * chunk, items));
    map_items(chunks.collect(), |(start, items)| work(start, items));
}

/// The numbers from 0 to `len`, each added to a sum of which there may be several, merged in the end. What is summed must
/// not depend on the order, as counts do not.
#[cfg_attr(not(feature = "parallel"), allow(unused_variables, reason = "one thread has one sum"))]
pub(crate) fn sum_up<A: Send>(
    len: usize,
    none: impl Fn() -> A + Send + Sync,
    add: impl Fn(&mut A, usize) + Send + Sync,
    merge: impl Fn(A, A) -> A + Send + Sync,
) -> A {
    let added = |mut sum: A, at: usize| {
        add(&mut sum, at);
        sum
    };
    #[cfg(feature = "parallel")]
    if threads() > 1 {
        use rayon::prelude::*;
        let parts = (0..len).into_par_iter().with_min_len(len.div_ceil(4 * threads()));
        return parts.fold(&none, added).reduce_with(&merge).unwrap_or_else(&none);
    }
    (0..len).fold(none(), added)
}

/// Two pieces of work, side by side.
pub(crate) fn join<A: Send, B: Send>(a: impl FnOnce() -> A + Send, b: impl FnOnce() -> B + Send) -> (A, B) {
    #[cfg(feature = "parallel")]
    return rayon::join(a, b);
    #[cfg(not(feature = "parallel"))]
    (a(), b())
}

/// Two pieces of work, side by side, the second of which stays on this thread.
#[cfg_attr(not(feature = "csv"), allow(dead_code, reason = "only files are read beside each other"))]
pub(crate) fn beside<A: Send, B>(a: impl FnOnce() -> A + Send, b: impl FnOnce() -> B) -> (Option<A>, B) {
    #[cfg(feature = "parallel")]
    {
        let mut first = None;
        let second = rayon::in_place_scope(|scope| {
            scope.spawn(|_| first = Some(a()));
            b()
        });
        (first, second)
    }
    #[cfg(not(feature = "parallel"))]
    (Some(a()), b())
}

/// Sorts by a key that no two items share, or that says all there is of an item: the order is then the same on any
/// number of threads.
pub(crate) fn sort_unstable_by_key<T: Send, K: Ord>(items: &mut [T], key: impl Fn(&T) -> K + Sync) {
    #[cfg(feature = "parallel")]
    if threads() > 1 {
        use rayon::prelude::*;
        return items.par_sort_unstable_by_key(key);
    }
    items.sort_unstable_by_key(key);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p42_chunks_come_back_in_their_order_on_any_number_of_threads() {
        for threads in [1, 2, 3, 8] {
            let (sums, squares, sorted) = with_threads(threads, || {
                let sums = map_ranges(1_000, 7, |range| range.sum::<usize>());
                let mut squares = vec![0; 1_000];
                for_each_chunk_mut(&mut squares, 13, |start, items| {
                    items.iter_mut().zip(start..).for_each(|(item, at)| *item = at * at);
                });
                let mut sorted: Vec<usize> = (0..1_000).map(|i| i * 7_919 % 1_000).collect();
                sort_unstable_by_key(&mut sorted, |i| *i);
                (sums, squares, sorted)
            })
            .unwrap();
            assert_eq!((sums[0], sums.len(), sums.iter().sum::<usize>()), (21, 143, 499_500));
            assert!(squares.iter().enumerate().all(|(at, square)| *square == at * at));
            assert!(sorted.iter().enumerate().all(|(at, item)| *item == at));
        }
    }

    #[test]
    fn p42_sums_are_the_same_on_any_number_of_threads() {
        for threads in [1, 2, 3, 8] {
            let digits = |counts: &mut [u32; 10], number: usize| counts[number % 10] += 1;
            let merge = |a: [u32; 10], b: [u32; 10]| std::array::from_fn(|digit| a[digit] + b[digit]);
            let sum = with_threads(threads, || sum_up(1_003, || [0; 10], digits, merge)).unwrap();
            assert_eq!(sum, [101, 101, 101, 100, 100, 100, 100, 100, 100, 100]);
            assert_eq!(with_threads(threads, || sum_up(0, || [0; 10], digits, merge)).unwrap(), [0; 10]);
        }
    }

    #[test]
    fn p42_items_that_come_one_by_one_keep_their_order() {
        for threads in [1, 2, 8] {
            let mut coming = 0..500u32;
            let doubled = with_threads(threads, move || map_coming(|| coming.next(), |item| 2 * item)).unwrap();
            assert!(doubled.iter().zip(0..).all(|(item, at)| *item == 2 * at) && doubled.len() == 500);
        }
    }

    #[test]
    fn two_pieces_of_work_give_both_results() {
        assert_eq!(join(|| 1, || "b"), (1, "b"));
        assert_eq!(beside(|| 1, || "b"), (Some(1), "b"));
    }
}
