//! The figures of the reference cases by their names, as ratios of sums in a ledger.
//!
//! The conventions are the file's: a wait counts from joining to the answer or the hang-up, and is 0 for who is answered
//! at once; rates are of the calls offered unless their name says otherwise.

use super::estimate::Ratio;
use super::ledger::{Ledger, Part, Row};

/// How a figure is read from a replication.
pub(super) type Measure = Box<dyn Fn(&Ledger) -> Ratio + Send + Sync>;

/// A figure: how it is measured, and whether it is a probability.
pub(super) struct Figure {
    pub(super) measure: Measure,
    pub(super) share: bool,
}

/// A name taken apart: `sl_class1_20` is `sl` of class 0 within 20 s.
#[derive(Debug, PartialEq)]
struct Name {
    base: String,
    class: Option<usize>,
    target: Option<f64>,
}

impl Name {
    fn of(name: &str) -> Self {
        let (mut base, mut class, mut target) = (Vec::new(), None, None);
        for word in name.split('_') {
            if let Some(number) = word.strip_suffix('s').unwrap_or(word).parse().ok().filter(|_| target.is_none()) {
                target = Some(number);
            } else if let Some(number) = word.strip_prefix("class").and_then(|number| number.parse::<usize>().ok()) {
                class = number.checked_sub(1);
            } else {
                base.push(word);
            }
        }
        if base.last() == Some(&"s") {
            base.pop();
        }
        Self { base: base.join("_"), class, target }
    }
}

/// The figure of this name about a steady state: about one class if the name or `class` says so, else about all
/// callers. `targets` are those of the ledger. `None` if there is no such figure.
pub(super) fn steady(name: &str, class: Option<usize>, targets: &[f64]) -> Option<Figure> {
    let Name { base, class: named, target } = Name::of(name);
    let class = class.or(named);
    if let Some(measure) = of_centre(&base, class) {
        return Some(Figure { share: false, measure });
    }
    let at = target.map(|target| targets.iter().position(|known| *known == target));
    // A name without a target has no use for one.
    let at = at.unwrap_or(Some(0))?;
    let of = of_calls(&base)?;
    let measure: Measure = Box::new(move |ledger| of(&first(ledger).row(class), at));
    Some(Figure { share: !base.starts_with("mean") && base != "var_wait_all", measure })
}

/// The part that is measured.
fn first(ledger: &Ledger) -> &Part {
    &ledger.parts[0]
}

fn of_calls(base: &str) -> Option<fn(&Row, usize) -> Ratio> {
    Some(match base {
        "p_block" => |row, _| (row.refused, row.offered),
        "p_wait" | "p_wait_offered" => |row, _| (row.waited, row.offered),
        "p_wait_entered" => |row, _| (row.waited, row.entered()),
        "p_abandon" | "p_abandon_offered" => |row, _| (row.abandoned, row.offered),
        "p_abandon_entered" => |row, _| (row.abandoned, row.entered()),
        "p_abandon_given_wait" => |row, _| (row.abandoned, row.waited),
        "p_served" => |row, _| (row.answered, row.offered),
        "mean_wait_all" | "mean_wait" | "mean_wait_entered" => |row, _| (row.wait, row.entered()),
        "mean_wait_given_wait" => |row, _| (row.wait, row.waited),
        "mean_wait_served" => |row, _| (row.wait_answered, row.answered),
        "mean_wait_abandoned" => |row, _| (row.wait_abandoned, row.abandoned),
        "var_wait_all" => |row, _| (row.squares, row.entered()),
        "sl" | "sl_offered" => |row, at| (row.within[at].answered, row.offered),
        "sl_entered" => |row, at| (row.within[at].answered, row.entered()),
        "sl_answered" => |row, at| (row.within[at].answered, row.answered),
        "sl_excl_short_ab" => |row, at| (row.within[at].answered, row.offered - row.within[at].abandoned),
        "sl_answered_or_ab" => |row, at| (row.within[at].answered + row.within[at].abandoned, row.offered),
        "sl_virtual" => |row, at| (row.within[at].patient, row.offered),
        "p_wait_gt" | "p_wait_gt_entered" => |row, at| (row.within[at].later, row.entered()),
        "p_wait_le_given_abandon" => |row, at| (row.within[at].abandoned, row.abandoned),
        "p_wait_le_given_served" => |row, at| (row.within[at].answered, row.answered),
        _ => return None,
    })
}

fn of_centre(base: &str, class: Option<usize>) -> Option<Measure> {
    Some(match base {
        "mean_queue" => Box::new(move |ledger| {
            let Part { waited, length, .. } = first(ledger);
            let of = |class: usize| waited.get(class).copied().unwrap_or_default();
            (class.map_or_else(|| waited.iter().sum(), of), *length)
        }),
        "mean_busy" => Box::new(|ledger| (first(ledger).busy.iter().sum(), first(ledger).length)),
        "mean_in_system" => Box::new(|ledger| {
            let Part { waited, busy, length, .. } = first(ledger);
            (waited.iter().chain(busy).sum(), *length)
        }),
        "throughput_per" | "throughput_per_s" => {
            Box::new(|ledger| (first(ledger).row(None).answered, first(ledger).length))
        }
        _ => return None,
    })
}

/// The share of time in which agents are busy: of one group or of all, with so many agents.
pub(super) fn occupancy(group: Option<usize>, agents: u32) -> Figure {
    let measure: Measure = Box::new(move |ledger| {
        let Part { busy, length, .. } = first(ledger);
        let of = |group: usize| busy.get(group).copied().unwrap_or_default();
        (group.map_or_else(|| busy.iter().sum(), of), *length * f64::from(agents))
    });
    Figure { measure, share: true }
}

/// How many agents of a group are busy.
pub(super) fn busy(group: usize) -> Figure {
    Figure { measure: Box::new(move |ledger| (first(ledger).busy[group], first(ledger).length)), share: false }
}

/// The share of a class that a group answers: of the answered, or at once of the offered.
pub(super) fn share_of_group(class: usize, group: usize, at_once: bool) -> Figure {
    let measure: Measure = Box::new(move |ledger| {
        let row = first(ledger).row(Some(class));
        let [answered, immediate] = row.by_group[group];
        if at_once { (immediate, row.offered) } else { (answered, row.answered) }
    });
    Figure { measure, share: true }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_which_figure_of_which_callers_within_which_time() {
        let name = |base: &str, class, target| Name { base: base.into(), class, target };
        assert_eq!(Name::of("sl_class1_20"), name("sl", Some(0), Some(20.0)));
        assert_eq!(Name::of("p_wait_gt_60s_entered"), name("p_wait_gt_entered", None, Some(60.0)));
        assert_eq!(Name::of("mean_wait_served_s"), name("mean_wait_served", None, None));
        assert_eq!(Name::of("throughput_per_s"), name("throughput_per", None, None));
        assert!(steady("p_wait_of_the_king", None, &[]).is_none());
        assert!(steady("sl_offered_20", None, &[60.0]).is_none());
    }
}
