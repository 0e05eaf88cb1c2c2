//! What the README shows is what the crate does.

/// The first fenced block of this kind.
fn block<'a>(text: &'a str, kind: &str) -> Vec<&'a str> {
    let mut lines = text.lines().skip_while(|line| *line != format!("```{kind}"));
    lines.next();
    lines.take_while(|line| *line != "```").collect()
}

#[test]
fn the_embedding_in_the_readme_is_the_one_in_the_guide_which_is_run() {
    let guide: Vec<String> = include_str!("../src/lib.rs")
        .lines()
        .skip_while(|line| !line.starts_with("//! use cordboard::"))
        .take_while(|line| *line != "//! ```")
        .filter(|line| !line.starts_with("//! # "))
        .map(|line| line.trim_start_matches("//!").trim_start_matches(' ').to_owned())
        .collect();
    let readme: Vec<&str> = block(include_str!("../README.md"), "rust").iter().map(|line| line.trim_start()).collect();
    let guide: Vec<&str> = guide.iter().map(|line| line.trim_start()).collect();
    assert!(readme.len() > 5);
    assert_eq!(readme, guide);
}

#[test]
fn the_readme_and_the_manifest_name_the_same_rust() {
    let version = include_str!("../Cargo.toml").lines().find_map(|line| line.strip_prefix("rust-version = "));
    let version = version.expect("the manifest names one").trim_matches('"');
    assert!(include_str!("../README.md").contains(&format!("Rust {version} or later")));
    assert!(include_str!("../clippy.toml").contains(&format!("msrv = \"{version}\"")));
}
