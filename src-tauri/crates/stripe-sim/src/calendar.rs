//! Days as years, months and days (UTC).

use std::time::Duration;

/// The year, month and day of a time in seconds since 1970, by the civil calendar's 400-year cycle.
pub(crate) fn date(now_s: u64) -> (i64, u32, u32) {
    let days = i64::try_from(now_s / 86_400).unwrap_or(0) + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    // The cycle's year begins in March.
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, u32::try_from(month).unwrap_or(1), u32::try_from(day).unwrap_or(1))
}

/// A time since 1970 as `2026-11-23T03:40:12.345Z`.
pub fn utc(since_1970: Duration) -> String {
    let seconds = since_1970.as_secs();
    let (year, month, day) = date(seconds);
    let (hour, minute, second) = (seconds / 3_600 % 24, seconds / 60 % 60, seconds % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{:03}Z", since_1970.subsec_millis())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_calendar_is_right_at_its_corners() {
        assert_eq!(date(0), (1970, 1, 1));
        assert_eq!(date(951_782_400), (2000, 2, 29));
        assert_eq!(date(1_798_761_599), (2026, 12, 31));
        assert_eq!(date(1_798_761_600), (2027, 1, 1));
        assert_eq!(date(4_107_542_399), (2100, 2, 28));
        assert_eq!(date(4_107_542_400), (2100, 3, 1));
    }

    #[test]
    fn times_are_written_as_in_a_log() {
        assert_eq!(utc(Duration::from_millis(1_793_491_200_045)), "2026-11-01T00:00:00.045Z");
        assert_eq!(utc(Duration::from_millis(1_798_761_599_999)), "2026-12-31T23:59:59.999Z");
    }
}
