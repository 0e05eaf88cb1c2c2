//! Small bars for tables: a share of a fixed width, in eighths of a character.

/// How wide a bar is.
const WIDTH: usize = 18;

/// A bar for this share, 0 to 1; what is outside is cut.
pub(super) fn bar(share: f64) -> String {
    const PARTS: [char; 8] = ['·', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];
    let eighths = (share.clamp(0.0, 1.0) * (WIDTH * 8) as f64).round() as usize;
    let (whole, part) = (eighths / 8, eighths % 8);
    let end: String = PARTS.get(part).into_iter().take(WIDTH - whole).collect();
    let rest = WIDTH - whole - end.chars().count();
    format!("{}{end}{}", "█".repeat(whole), "·".repeat(rest))
}

/// A bar of whole things: `needed` of `most` full, what is there beyond them light, what is missing hollow.
pub(super) fn cover(needed: u32, there: u32, most: u32) -> String {
    let place = |count: u32| (f64::from(count) / f64::from(most.max(1)) * WIDTH as f64).round() as usize;
    let (needed, there) = (place(needed).min(WIDTH), place(there).min(WIDTH));
    let (full, spare, missing) = (needed.min(there), there.saturating_sub(needed), needed.saturating_sub(there));
    let rest = WIDTH - full - spare - missing;
    format!("{}{}{}{}", "█".repeat(full), "▒".repeat(spare), "□".repeat(missing), "·".repeat(rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bar_is_as_wide_as_every_other() {
        for share in [f64::NAN, -1.0, 0.0, 0.001, 0.5, 0.77, 0.999, 1.0, 7.0] {
            assert_eq!(bar(share).chars().count(), WIDTH, "{share}");
        }
        for (needed, there, most) in [(0, 0, 0), (3, 5, 12), (5, 3, 12), (9, 9, 7), (0, 12, 12)] {
            assert_eq!(cover(needed, there, most).chars().count(), WIDTH, "{needed} {there} {most}");
        }
        assert_eq!((bar(0.5), bar(1.0)), (format!("{}{}", "█".repeat(9), "·".repeat(9)), "█".repeat(18)));
        assert_eq!(cover(6, 12, 18), format!("{}{}{}", "█".repeat(6), "▒".repeat(6), "·".repeat(6)));
    }
}
