//! What is said where no page of ours can say it: the names of windows, and a dialog of the system's. The texts are with all
//! the others, in `ui/words`, in one file a language.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::views::Language;

/// The texts of one language.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Words {
    pub(crate) payment_window: String,
    /// The name of the main window while nothing can be shown in it.
    pub(crate) stopped: String,
    pub(crate) stopped_why: String,
    pub(crate) stopped_remedy: String,
    pub(crate) try_again: String,
}

static EN: LazyLock<Words> = LazyLock::new(|| read(include_str!("../../ui/words/en.json")));
static NL: LazyLock<Words> = LazyLock::new(|| read(include_str!("../../ui/words/nl.json")));

/// The texts of `language`.
pub(crate) fn words(language: Language) -> &'static Words {
    match language {
        Language::En => &EN,
        Language::Nl => &NL,
    }
}

#[allow(clippy::panic, reason = "a part of the program, which a test reads")]
fn read(file: &str) -> Words {
    serde_json::from_str(file).unwrap_or_else(|error| panic!("a file of words that is not whole was built in: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_language_has_every_text_and_no_other() {
        let texts = |words: &Words| {
            [&words.payment_window, &words.stopped, &words.stopped_why, &words.stopped_remedy, &words.try_again]
                .map(String::clone)
        };
        let (english, dutch) = (texts(words(Language::En)), texts(words(Language::Nl)));
        for (english, dutch) in english.iter().zip(&dutch) {
            assert!(!english.trim().is_empty() && !dutch.trim().is_empty() && english != dutch, "{english}");
        }
        // The button that the sentence names is the one that stands under it.
        for words in [words(Language::En), words(Language::Nl)] {
            assert!(words.stopped_remedy.contains(&words.try_again), "{words:?}");
        }
    }
}
