//! The five payments of the demonstration, each on a till of its own.

use countersign_tests::desk::Desk;
use countersign_tests::failure::Outcome;
use countersign_tests::rows::Row;

async fn run(desk: &mut Desk, row: Row) -> Outcome {
    desk.open_till(&[]).await?;
    row.run(desk).await.map(drop)
}

pub(crate) async fn approved_at_once(desk: &mut Desk) -> Outcome {
    run(desk, Row::ApprovedAtOnce).await
}

pub(crate) async fn declined_then_paid(desk: &mut Desk) -> Outcome {
    run(desk, Row::DeclinedThenPaid).await
}

pub(crate) async fn challenge_completed(desk: &mut Desk) -> Outcome {
    run(desk, Row::ChallengeCompleted).await
}

pub(crate) async fn challenge_failed(desk: &mut Desk) -> Outcome {
    run(desk, Row::ChallengeFailed).await
}

pub(crate) async fn challenge_left(desk: &mut Desk) -> Outcome {
    run(desk, Row::ChallengeLeft).await
}
