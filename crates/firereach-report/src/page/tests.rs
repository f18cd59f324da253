use super::*;

#[test]
fn data_cannot_end_its_element_and_reads_back_as_it_was() {
    for hostile in
        ["<script>alert(1)</script>", "</script><!--", "a & b", "\u{2028}\u{2029}", "{{program}}", "\u{202e}txt"]
    {
        let json = serde_json::to_string(hostile).expect("text");
        let escaped = as_script_data(&json);
        assert!(!escaped.contains(['<', '>', '&', '\u{2028}', '\u{2029}']), "{escaped}");
        assert_eq!(serde_json::from_str::<String>(&escaped).expect("JSON"), hostile);
    }
}

#[test]
fn the_frame_says_that_nothing_may_be_fetched() {
    assert!(FRAME.contains("default-src 'none'"));
    for part in PROGRAM.iter().chain([&LOOK]) {
        assert!(!part.contains("http://") || part.contains("http://www.w3.org/2000/svg"), "an address");
        for word in [
            "https://",
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
            "fetch(",
            "@import",
            "url(",
        ] {
            let is_own_pattern = word == "url(" && part.contains("url(#");
            assert!(is_own_pattern || !part.contains(word), "`{word}` has no place in the page");
        }
    }
}

#[test]
fn every_word_that_the_page_asks_for_is_known_in_both_languages() {
    let words = words::all();
    for (key, pair) in &words {
        assert!(pair.iter().all(|word| !word.is_empty()), "{key}");
    }
    let known = |key: &str| words.contains_key(key);
    for part in PROGRAM {
        for (at, _) in part.match_indices("t(\"") {
            // `t("…")` itself, not a name that ends in t.
            let is_call = !part[..at].ends_with(|c: char| c.is_alphanumeric() || c == '.');
            let (key, end) = part[at + 3..].split_once('"').expect("the end of the key");
            // A key that goes on is put together of parts.
            if is_call && end.starts_with(')') {
                assert!(known(key), "the page asks for `{key}`");
            }
        }
    }
    for (at, _) in FRAME.match_indices("data-t=\"") {
        let (key, _) = FRAME[at + 8..].split_once('"').expect("the end of the key");
        assert!(known(key), "the frame asks for `{key}`");
    }
}

#[test]
fn numbers_have_no_more_decimals_than_they_mean() {
    assert_eq!(data::rounded(1.0 / 3.0, 2), 0.33);
    assert!(data::rounded(-0.0001, 2).is_sign_positive());
}
