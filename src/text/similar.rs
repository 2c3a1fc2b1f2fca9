//! Finds the name that a user may have meant.

/// The one of `known` most similar to `text`, if any is similar enough.
pub(crate) fn most_similar<'a>(
    text: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let similarity = |each: &str| strsim::normalized_damerau_levenshtein(text, each);
    let rated = known.into_iter().map(|each| (similarity(each), each));
    let (best, each) = rated.max_by(|(a, _), (b, _)| a.total_cmp(b))?;
    (best > 0.6).then_some(each)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typing_error_finds_the_name_and_an_unrelated_word_finds_none() {
        let known = ["rate", "rate_unit", "stages"];
        assert_eq!(most_similar("rtae", known), Some("rate"));
        assert_eq!(most_similar("rateunit", known), Some("rate_unit"));
        assert_eq!(most_similar("sessions", known), None);
        assert_eq!(most_similar("rate", []), None);
    }
}
