//! Stripe's API versions: which there are, and which one a request asks for. What changed between them is in `changes`.
//!
//! Source: the list of versions in the official types (npm `stripe` 23.1.0, `WebhookEndpointCreateParams.ApiVersion`). A
//! version is a date, since 2024-09-30 with the name of its train; each train's monthly versions are compatible. Previews
//! (`….preview`) are not played, and are refused like versions that do not exist.

use crate::errors::ApiError;
use crate::wire::ApiRequest;

const HEADER: &str = "stripe-version";

/// All versions, oldest first. Those without a train are taken, and answered as the first one with a train is.
const RELEASES: &[&str] = &[
    "2011-01-01",
    "2011-06-21",
    "2011-06-28",
    "2011-08-01",
    "2011-09-15",
    "2011-11-17",
    "2012-02-23",
    "2012-03-25",
    "2012-06-18",
    "2012-06-28",
    "2012-07-09",
    "2012-09-24",
    "2012-10-26",
    "2012-11-07",
    "2013-02-11",
    "2013-02-13",
    "2013-07-05",
    "2013-08-12",
    "2013-08-13",
    "2013-10-29",
    "2013-12-03",
    "2014-01-31",
    "2014-03-13",
    "2014-03-28",
    "2014-05-19",
    "2014-06-13",
    "2014-06-17",
    "2014-07-22",
    "2014-07-26",
    "2014-08-04",
    "2014-08-20",
    "2014-09-08",
    "2014-10-07",
    "2014-11-05",
    "2014-11-20",
    "2014-12-08",
    "2014-12-17",
    "2014-12-22",
    "2015-01-11",
    "2015-01-26",
    "2015-02-10",
    "2015-02-16",
    "2015-02-18",
    "2015-03-24",
    "2015-04-07",
    "2015-06-15",
    "2015-07-07",
    "2015-07-13",
    "2015-07-28",
    "2015-08-07",
    "2015-08-19",
    "2015-09-03",
    "2015-09-08",
    "2015-09-23",
    "2015-10-01",
    "2015-10-12",
    "2015-10-16",
    "2016-02-03",
    "2016-02-19",
    "2016-02-22",
    "2016-02-23",
    "2016-02-29",
    "2016-03-07",
    "2016-06-15",
    "2016-07-06",
    "2016-10-19",
    "2017-01-27",
    "2017-02-14",
    "2017-04-06",
    "2017-05-25",
    "2017-06-05",
    "2017-08-15",
    "2017-12-14",
    "2018-01-23",
    "2018-02-05",
    "2018-02-06",
    "2018-02-28",
    "2018-05-21",
    "2018-07-27",
    "2018-08-23",
    "2018-09-06",
    "2018-09-24",
    "2018-10-31",
    "2018-11-08",
    "2019-02-11",
    "2019-02-19",
    "2019-03-14",
    "2019-05-16",
    "2019-08-14",
    "2019-09-09",
    "2019-10-08",
    "2019-10-17",
    "2019-11-05",
    "2019-12-03",
    "2020-03-02",
    "2020-08-27",
    "2022-08-01",
    "2022-11-15",
    "2023-08-16",
    "2023-10-16",
    "2024-04-10",
    "2024-06-20",
    "2024-09-30.acacia",
    "2024-10-28.acacia",
    "2024-11-20.acacia",
    "2024-12-18.acacia",
    "2025-01-27.acacia",
    "2025-02-24.acacia",
    "2025-03-31.basil",
    "2025-04-30.basil",
    "2025-05-28.basil",
    "2025-06-30.basil",
    "2025-07-30.basil",
    "2025-08-27.basil",
    "2025-09-30.clover",
    "2025-10-29.clover",
    "2025-11-17.clover",
    "2025-12-15.clover",
    "2026-01-28.clover",
    "2026-02-25.clover",
    "2026-03-25.dahlia",
    "2026-04-22.dahlia",
    "2026-05-27.dahlia",
    "2026-06-24.dahlia",
    "2026-07-29.dahlia",
    "2026-08-26.dahlia",
    "2026-09-30.endive",
    "2026-10-28.endive",
];

/// A version of Stripe's API, as in `2026-05-27.dahlia`. Versions are ordered by their date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ApiVersion(&'static str);

impl ApiVersion {
    /// The version of a request that names none, as an account has one by default.
    pub const DEFAULT: Self = Self("2026-05-27.dahlia");

    /// A version that is in the list; a test holds those named here against it.
    pub(crate) const fn named(text: &'static str) -> Self {
        Self(text)
    }

    /// The version of this name, if there is one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        RELEASES.binary_search(&text).ok().and_then(|place| RELEASES.get(place)).copied().map(Self)
    }

    /// All versions, oldest first.
    pub fn all() -> impl DoubleEndedIterator<Item = Self> {
        RELEASES.iter().copied().map(Self)
    }

    /// Its name, as in `2026-05-27.dahlia`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.0
    }

    /// The train that it belongs to, as in `dahlia`. Versions before 2024-09-30 have none.
    #[must_use]
    pub fn train(self) -> Option<&'static str> {
        self.0.split_once('.').map(|(_date, train)| train)
    }
}

impl std::fmt::Display for ApiVersion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}

/// The version that a request asks for: in its header, or in the parameter `_stripe_version` as the Stripe.js of a train
/// does it; the account's where it asks for none. Of both the header counts (a choice).
///
/// # Errors
/// Stripe's refusal of a version that does not exist.
pub(crate) fn asked(
    request: &ApiRequest,
    parameter: Option<&str>,
    of_account: ApiVersion,
) -> Result<ApiVersion, ApiError> {
    let header = request.headers.get(HEADER).map(|value| String::from_utf8_lossy(value.as_bytes()));
    let Some(text) = header.as_deref().or(parameter) else { return Ok(of_account) };
    ApiVersion::parse(text).ok_or_else(|| ApiError::invalid(format!("Invalid Stripe API version: {text}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_versions_stand_in_their_order_and_each_once() {
        assert!(RELEASES.windows(2).all(|pair| matches!(pair, [earlier, later] if earlier < later)));
        assert!(ApiVersion::all().all(|version| ApiVersion::parse(version.as_str()) == Some(version)));
        assert_eq!(ApiVersion::parse(ApiVersion::DEFAULT.as_str()), Some(ApiVersion::DEFAULT));
    }

    #[test]
    fn each_month_since_acacia_belongs_to_one_train() {
        let trains: Vec<&str> = ApiVersion::all().filter_map(ApiVersion::train).collect();
        assert_eq!(trains.len(), 26);
        let mut order = trains.clone();
        order.dedup();
        assert_eq!(order, ["acacia", "basil", "clover", "dahlia", "endive"]);
        let with_train = ApiVersion::all().filter(|version| version.train().is_some());
        assert!(with_train.eq(ApiVersion::all().filter(|version| *version >= ApiVersion::named("2024-09-30"))));
    }

    #[test]
    fn what_never_was_a_version_is_none() {
        for other in [
            "",
            "banana",
            "latest",
            "2026-05-27",
            "2026-05-27.endive",
            "2026-05-27.Dahlia",
            "2026-05-27.dahlia ",
            "2026-05-28.dahlia",
            "2025-09-30.acacia",
            "2026-11-25.endive",
            "2026-08-26.preview",
            "2024-06-20.acacia",
            "2024-6-20",
        ] {
            assert_eq!(ApiVersion::parse(other), None, "{other}");
        }
    }
}
