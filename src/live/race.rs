//! Two things awaited at once: whichever comes first. The other is dropped, so both must be such that nothing is missed
//! by that.

use core::future::{Future, poll_fn};
use core::pin::pin;
use core::task::Poll;

/// Which has come.
pub(super) enum First<A, B> {
    One(A),
    Other(B),
}

/// Waits for whichever comes first; the one, if both are there.
pub(super) async fn race<A, B>(one: impl Future<Output = A>, other: impl Future<Output = B>) -> First<A, B> {
    let (mut one, mut other) = (pin!(one), pin!(other));
    poll_fn(|context| {
        if let Poll::Ready(done) = one.as_mut().poll(context) {
            return Poll::Ready(First::One(done));
        }
        other.as_mut().poll(context).map(First::Other)
    })
    .await
}
