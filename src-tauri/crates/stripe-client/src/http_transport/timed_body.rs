//! A body that goes out in time or not at all.
//!
//! hyper asks for it when it has a connection, however long that took. A request whose body did not come acts on nothing: its
//! head says how long the body is, and the connection ends before that.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

use crate::transport::{InTime, WireRequest};

/// The body of a request, once.
struct TimedBody {
    bytes: Option<Bytes>,
    in_time: InTime,
    late: Arc<AtomicBool>,
}

/// It was too late for it.
#[derive(Debug, thiserror::Error)]
#[error("it is too late to send this")]
struct TooLate;

/// The body of `request`. `late` is set when it was kept back.
pub(super) fn of(request: &WireRequest, late: &Arc<AtomicBool>) -> reqwest::Body {
    let bytes = Some(Bytes::from(request.body.clone())).filter(|bytes| !bytes.is_empty());
    reqwest::Body::wrap(TimedBody { bytes, in_time: request.in_time.clone(), late: Arc::clone(late) })
}

impl Body for TimedBody {
    type Data = Bytes;
    type Error = TooLate;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, TooLate>>> {
        let Some(bytes) = self.bytes.take() else { return Poll::Ready(None) };
        if self.in_time.holds() {
            return Poll::Ready(Some(Ok(Frame::data(bytes))));
        }
        self.late.store(true, Ordering::SeqCst);
        Poll::Ready(Some(Err(TooLate)))
    }

    fn is_end_stream(&self) -> bool {
        self.bytes.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.bytes.as_ref().map_or(0, |bytes| bytes.len() as u64))
    }
}
