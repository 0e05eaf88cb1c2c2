//! The day: demand, service level, staffing and queue length by hour.

use super::Section;
use super::axis::Axis;
use super::html::{Table, figure, legend, multiples};
use super::number::{Number, Unit};
use super::plot::{Plot, Step};
use super::sheet::Sheet;

/// Intervals of more hours than this would hide what they are about: they are only in the table.
const INTERVALS_MAX: usize = 48;
/// More queues or teams than this are only in the table.
const SMALL_MAX: usize = 12;

/// Demand and service level, and who was there.
pub(super) fn demand(sheet: &Sheet<'_>) -> Option<Section> {
    if sheet.shown().is_empty() {
        return None;
    }
    let mut html = legend(&[
        ("answered", "answered within the target"),
        ("late", "answered later"),
        ("abandoned", "not answered"),
    ]);
    html.push_str(&figure(
        &calls(sheet),
        "Visits that began in the hour, per hour, by what became of them. The upright lines are 95 % intervals of all.",
    ));
    html.push_str(&figure(
        &level(sheet),
        "Service level by hour: answered within the target, of the visits that began in it, with 95 % intervals.",
    ));
    html.push_str(&legend(&[
        ("signed-in", "signed in"),
        ("ready", "ready for calls"),
        ("busy", "with a call or in wrap-up"),
    ]));
    html.push_str(&figure(&agents(sheet), "Agents, mean over the hour. Between “ready” and “signed in” are breaks; between “busy” and “ready” is what is left for the next call."));
    html.push_str(&table(sheet).details());
    html.push_str(&teams(sheet));
    Some(Section::new("day", "Demand and staffing through the day", html))
}

fn clock(sheet: &Sheet<'_>) -> Axis {
    Axis::clock("time of day", &sheet.hours, sheet.first, sheet.last)
}

fn per_hour(sheet: &Sheet<'_>, hour: usize, part: &str, figure: &str) -> Number {
    sheet.of_hour(hour, part, figure, Unit::Count).per(&sheet.observed(hour), 3600.0, Unit::Rate)
}

/// How many agents, mean over an hour, spend this time.
fn desks(sheet: &Sheet<'_>, hour: usize, figure: &str) -> Number {
    sheet.of_hour(hour, "work", figure, Unit::Count).per(&sheet.observed(hour), 1.0, Unit::Rate)
}

/// The times that are handling.
const HANDLING: [&str; 6] = ["ringing_s", "connecting_s", "talk_s", "hold_s", "consult_s", "wrap_up_s"];

fn calls(sheet: &Sheet<'_>) -> String {
    let offered = |hour| per_hour(sheet, hour, "visits", "offered");
    let most = sheet.shown().filter_map(|hour| Some(offered(hour).mean()? + offered(hour).half())).fold(1.0, f64::max);
    let mut plot = Plot::wide(
        "Calls through the day",
        "One bar for each hour: answered within the target, answered later, not answered.",
        300.0,
        clock(sheet),
        Axis::linear("visits per hour", most),
    );
    for hour in sheet.shown() {
        let of = |figure| per_hour(sheet, hour, "visits", figure).mean().unwrap_or(0.0);
        let (in_target, answered, all) = (of("answered_in_target"), of("answered"), of("offered"));
        let (x, name) = (hour as f64, sheet.hours.get(hour).map_or("", String::as_str));
        let said = |what: &str, number: f64| format!("{name}: {number:.1} {what}");
        let sides = (x + 0.12, x + 0.88);
        plot.bar("answered", sides, (0.0, in_target), &said("answered within the target", in_target));
        plot.bar("late", sides, (in_target, answered), &said("answered later", answered - in_target));
        plot.bar("abandoned", sides, (answered, all), &said("not answered", all - answered));
        let half = offered(hour).half();
        if sheet.shown().len() <= INTERVALS_MAX {
            plot.whisker(x + 0.5, (all - half, all + half));
        }
    }
    plot.svg()
}

fn level(sheet: &Sheet<'_>) -> String {
    let mut plot = Plot::wide(
        "Service level through the day",
        "One dot for each hour, with its 95 % interval.",
        230.0,
        clock(sheet),
        Axis::share("service level"),
    );
    let level = |hour| sheet.of_hour(hour, "visits", "in_target_of_offered", Unit::Share);
    let points = |hour: usize| Some((hour as f64 + 0.5, level(hour).mean()?));
    plot.line("answered", &sheet.shown().filter_map(points).collect::<Vec<_>>());
    for hour in sheet.shown().filter(|_| sheet.shown().len() <= INTERVALS_MAX) {
        if let Some((x, mean)) = points(hour) {
            let (number, name) = (level(hour), sheet.hours.get(hour).map_or("", String::as_str));
            plot.whisker(x, ((mean - number.half()).max(0.0), (mean + number.half()).min(1.0)));
            plot.dot("answered", (x, mean), &format!("{name}: {}", number.text()));
        }
    }
    plot.svg()
}

fn agents(sheet: &Sheet<'_>) -> String {
    let busy = |hour| HANDLING.iter().filter_map(|figure| desks(sheet, hour, figure).mean()).sum::<f64>();
    let signed_in = |hour| desks(sheet, hour, "staffed_s").mean();
    let most = sheet.shown().filter_map(signed_in).chain(sheet.shown().map(busy)).fold(1.0, f64::max);
    let mut plot = Plot::wide(
        "Agents through the day",
        "Three stepped lines: signed in, ready, busy.",
        250.0,
        clock(sheet),
        Axis::linear("agents", most),
    );
    let steps = |height: &dyn Fn(usize) -> Option<f64>| -> Vec<Step> {
        sheet.shown().map(|hour| (hour as f64, hour as f64 + 1.0, height(hour))).collect()
    };
    for hour in sheet.shown() {
        let name = sheet.hours.get(hour).map_or("", String::as_str);
        plot.bar(
            "busy",
            (hour as f64, hour as f64 + 1.0),
            (0.0, busy(hour)),
            &format!("{name}: {:.1} busy", busy(hour)),
        );
    }
    plot.steps("ready", &steps(&|hour| desks(sheet, hour, "ready_s").mean()));
    plot.steps("signed-in", &steps(&signed_in));
    plot.svg()
}

fn table(sheet: &Sheet<'_>) -> Table {
    let head = [
        "from",
        "visits per hour",
        "in target",
        "answered",
        "service level",
        "speed of answer",
        "agents signed in",
        "ready",
        "occupancy",
    ];
    let mut table = Table::new("demand, service and staffing by hour of day", &head);
    for hour in sheet.shown() {
        let numbers = vec![
            per_hour(sheet, hour, "visits", "offered"),
            per_hour(sheet, hour, "visits", "answered_in_target"),
            per_hour(sheet, hour, "visits", "answered"),
            sheet.of_hour(hour, "visits", "in_target_of_offered", Unit::Share),
            sheet.of_hour(hour, "visits", "speed_of_answer_mean_s", Unit::Seconds),
            desks(sheet, hour, "staffed_s"),
            desks(sheet, hour, "ready_s"),
            sheet.of_hour(hour, "work", "occupancy", Unit::Share),
        ];
        table.row(sheet.hours.get(hour).map_or("", String::as_str), numbers);
    }
    table
}

/// Agents signed in, team by team.
fn teams(sheet: &Sheet<'_>) -> String {
    let some = |name: &str| sheet.get(&format!("teams/{name}"), "staffed_s", Unit::Count).mean() > Some(0.0);
    let teams: Vec<&str> = sheet.names.teams.iter().map(|team| team.name.as_str()).filter(|name| some(name)).collect();
    if teams.len() < 2 || teams.len() > SMALL_MAX {
        return String::new();
    }
    let head = core::iter::once("from").chain(teams.iter().copied()).map(str::to_owned).collect();
    let mut table = Table::with("agents signed in by team and hour of day", head);
    let signed_in = |team: &str, hour: usize| {
        let name = sheet.hours.get(hour).map_or("", String::as_str);
        let time = sheet.get(&format!("teams/{team}/hours/{name}"), "staffed_s", Unit::Count);
        time.per(&sheet.observed(hour), 1.0, Unit::Rate)
    };
    for hour in sheet.shown() {
        let name = sheet.hours.get(hour).map_or("", String::as_str);
        table.row(name, teams.iter().map(|team| signed_in(team, hour)).collect());
    }
    table.details()
}

/// How many callers waited.
pub(super) fn queue_length(sheet: &Sheet<'_>) -> Option<Section> {
    if sheet.shown().is_empty() {
        return None;
    }
    let queues = sheet.queues();
    let mut html =
        legend(&[("signed-in", "most at once"), ("answered", "mean over the hour"), ("band", "95 % interval")]);
    let all = |hour, figure| sheet.of_hour(hour, "waiting", figure, Unit::Rate);
    let plot = Plot::wide(
        "Callers waiting, in all queues",
        "Two stepped lines by hour of day: the most who waited at once, and the mean over time.",
        270.0,
        clock(sheet),
        Axis::linear("callers waiting", most(sheet, &all)),
    );
    html.push_str(&figure(
        &lengths(sheet, plot, &all),
        "Callers on the line who have not been answered, those whose call is ringing included. With replications, “most at \
         once” is the mean of each day's most.",
    ));
    let of_queue = |section: &str, hour: usize, figure: &str| {
        let name = sheet.hours.get(hour).map_or("", String::as_str);
        sheet.get(&format!("{section}/hours/{name}/waiting"), figure, Unit::Rate)
    };
    let named: Vec<(String, &str)> =
        queues.iter().map(|(name, section)| ((*name).to_owned(), section.as_str())).collect();
    let head = ["from", "mean", "most at once"].map(str::to_owned).into_iter();
    let mut table = Table::with(
        "callers waiting by hour of day",
        head.chain(named.iter().filter(|_| named.len() > 1).map(|(name, _)| format!("mean in {name}"))).collect(),
    );
    for hour in sheet.shown() {
        let queues = named.iter().filter(|_| named.len() > 1).map(|(_, section)| of_queue(section, hour, "mean"));
        let numbers = ["mean", "most"].map(|figure| all(hour, figure)).into_iter().chain(queues);
        table.row(sheet.hours.get(hour).map_or("", String::as_str), numbers.collect());
    }
    html.push_str(&table.details());
    if (2..=SMALL_MAX).contains(&named.len()) {
        let plots = named.iter().map(|(name, section)| {
            let of = |hour, figure: &'static str| of_queue(section, hour, figure);
            let axis = Axis::linear("callers waiting", most(sheet, &of));
            lengths(
                sheet,
                Plot::small(name, "Most at once and mean, by hour of day.", clock(sheet).thinned(), axis),
                &of,
            )
        });
        html.push_str("<h3>By queue</h3>\n");
        html.push_str(&multiples(&plots.collect::<Vec<_>>()));
    }
    Some(Section::new("queue-length", "How many wait", html))
}

type Length<'a> = dyn Fn(usize, &'static str) -> Number + 'a;

fn most(sheet: &Sheet<'_>, of: &Length<'_>) -> f64 {
    sheet.shown().filter_map(|hour| of(hour, "most").mean()).fold(0.1, f64::max)
}

fn lengths(sheet: &Sheet<'_>, mut plot: Plot, of: &Length<'_>) -> String {
    for hour in sheet.shown() {
        let mean = of(hour, "mean");
        if let Some(value) = mean.mean() {
            let (x, name) = (hour as f64, sheet.hours.get(hour).map_or("", String::as_str));
            plot.bar(
                "band",
                (x, x + 1.0),
                ((value - mean.half()).max(0.0), value + mean.half()),
                &format!("{name}: {}", mean.text()),
            );
        }
    }
    for (class, figure) in [("answered", "mean"), ("signed-in", "most")] {
        let step = |hour: usize| (hour as f64, hour as f64 + 1.0, of(hour, figure).mean());
        plot.steps(class, &sheet.shown().map(step).collect::<Vec<Step>>());
    }
    plot.svg()
}
