//! How long callers wait: what has become of them after so long.

use super::Section;
use super::axis::Axis;
use super::html::{Table, figure, legend, multiples};
use super::number::{Number, Unit};
use super::plot::Plot;
use super::sheet::Sheet;

/// A plot shows waits up to the first within which this share of all visits that ever end have ended.
const SHOWN: f64 = 0.995;
/// More queues than this are only in the table.
const QUEUES_MAX: usize = 12;

/// How many have ended within a wait, as shares.
struct Within {
    secs: f64,
    answered: Number,
    abandoned: Number,
    left: Number,
}

fn steps(sheet: &Sheet<'_>, prefix: &str) -> Vec<Within> {
    let one = |secs: f64, figure: &str| sheet.get(&format!("{prefix}waits/{secs}s"), figure, Unit::Share);
    let step = |secs: f64| Within {
        secs,
        answered: one(secs, "answered_rate"),
        abandoned: one(secs, "abandoned_rate"),
        left: one(secs, "left_rate"),
    };
    let mut steps: Vec<Within> = sheet.names.waits.iter().map(|wait| step(wait.within_s)).collect();
    let ended =
        |step: &Within| [&step.answered, &step.abandoned, &step.left].iter().filter_map(|of| of.mean()).sum::<f64>();
    let all = steps.last().map_or(0.0, ended);
    let enough = steps.iter().position(|step| ended(step) >= all * SHOWN).unwrap_or(steps.len());
    steps.truncate((enough + 1).max(4));
    steps
}

/// All callers together, then each queue.
pub(super) fn section(sheet: &Sheet<'_>) -> Section {
    let targets: Vec<f64> = sheet.names.queues.iter().map(|queue| queue.target_s).collect();
    let one_target = targets.first().copied().filter(|first| targets.iter().all(|target| target == first));
    let all = steps(sheet, "");
    let mut plot = Plot::wide(
        "What has become of callers by the time they have waited",
        "From below: answered. From above: abandoned, then left otherwise. Between them: still waiting.",
        330.0,
        axis(&all),
        Axis::share("share of visits"),
    );
    draw(&mut plot, &all, one_target);
    let mut html = legend(&KEYS);
    html.push_str(&figure(
        &plot.svg(),
        "Read upwards at any wait: so many have been answered by then (blue, from below), so many still wait (grey), so \
         many have hung up (orange, from above). The dashed line is the answer target; the thin band around the edge of \
         the blue is the 95 % interval.",
    ));
    html.push_str(&table("What has become of callers, by how long they have waited", &all).details());
    let queues = sheet.queues();
    if (2..=QUEUES_MAX).contains(&queues.len()) {
        let target =
            |name: &str| sheet.names.queues.iter().find(|queue| queue.name == name).map(|queue| queue.target_s);
        let plots: Vec<(String, Vec<Within>, Option<f64>)> = queues
            .iter()
            .map(|(name, section)| ((*name).to_owned(), steps(sheet, &format!("{section}/")), target(name)))
            .collect();
        html.push_str("<h3>By queue</h3>\n");
        html.push_str(&small(&plots));
        for (name, steps, _) in &plots {
            html.push_str(&table(&format!("waits in {name}"), steps).details());
        }
    }
    Section::new("waits", "How long callers wait", html)
}

/// VIPs and others side by side.
pub(super) fn of_callers(sheet: &Sheet<'_>) -> String {
    let came = |section: &str| sheet.get(&format!("{section}/visits"), "offered", Unit::Count).mean() > Some(0.0);
    let callers: Vec<(String, String)> =
        sheet.callers().into_iter().filter(|(_, section)| came(section)).take(QUEUES_MAX).collect();
    let plots: Vec<(String, Vec<Within>, Option<f64>)> =
        callers.into_iter().map(|(name, section)| (name, steps(sheet, &format!("{section}/")), None)).collect();
    let mut html = legend(&KEYS) + &small(&plots);
    for (name, steps, _) in &plots {
        html.push_str(&table(&format!("waits of {name}"), steps).details());
    }
    html
}

const KEYS: [(&str, &str); 4] =
    [("answered", "answered"), ("waiting", "still waiting"), ("left", "left otherwise"), ("abandoned", "abandoned")];

fn small(plots: &[(String, Vec<Within>, Option<f64>)]) -> String {
    let svg = |(name, steps, target): &(String, Vec<Within>, Option<f64>)| {
        let description = "Answered from below, abandoned from above, still waiting between them, by time waited.";
        let mut plot = Plot::small(name, description, axis(steps), Axis::share("share of visits"));
        draw(&mut plot, steps, *target);
        plot.svg()
    };
    multiples(&plots.iter().map(svg).collect::<Vec<_>>())
}

fn axis(steps: &[Within]) -> Axis {
    Axis::seconds("time waited", steps.last().map_or(1.0, |step| step.secs))
}

fn draw(plot: &mut Plot, steps: &[Within], target: Option<f64>) {
    let line = |value: &dyn Fn(&Within) -> f64| -> Vec<(f64, f64)> {
        steps.iter().map(|step| (step.secs, value(step))).collect()
    };
    let share = |number: &Number| number.mean().unwrap_or(0.0);
    let end = steps.last().map_or(1.0, |step| step.secs);
    let answered = line(&|step| share(&step.answered));
    let abandoned = line(&|step| 1.0 - share(&step.abandoned));
    let left = line(&|step| 1.0 - share(&step.abandoned) - share(&step.left));
    let top = vec![(0.0, 1.0), (end, 1.0)];
    plot.area("waiting", &answered, &left);
    plot.area("answered", &[(0.0, 0.0), (end, 0.0)], &answered);
    plot.area("left", &left, &abandoned);
    plot.area("abandoned", &abandoned, &top);
    if steps.iter().any(|step| step.answered.half() > 0.0) {
        let edge = |sign: f64| line(&|step| share(&step.answered) + sign * step.answered.half());
        plot.area("band", &edge(-1.0), &edge(1.0));
    }
    if let Some(target) = target.filter(|target| *target <= end) {
        let at = steps.iter().find(|step| step.secs == target);
        let reached = at.and_then(|step| step.answered.mean()).map(|share| format!(": {:.1} %", share * 100.0));
        plot.mark(target, &format!("target {target} s{}", reached.unwrap_or_default()));
    }
}

fn table(caption: &str, steps: &[Within]) -> Table {
    let mut table = Table::new(caption, &["within", "answered", "abandoned", "left otherwise"]);
    for step in steps {
        let numbers = vec![step.answered.clone(), step.abandoned.clone(), step.left.clone()];
        table.row(&format!("{} s", step.secs), numbers);
    }
    table
}
