//! A planner's morning: load the traffic, staff it, compare the roster with the one there is, write the report, ask
//! what if.
//!
//! ```text
//! floor + scenario ──> forecast ──> requirement ──> least cover ──> simulated ──> compared with today
//! ```
//!
//! `cordboard staff`, `compare`, `what-if` and `sweep` do the same from the command line.

use std::sync::Arc;

use cordboard::planning::{Change, CheckOptions, Forecast, Pattern, StaffOptions, Sweep, staff, what_if};
use cordboard::report::{Page, StaffingRow};
use cordboard::sim::{Alternative, Runs, Scenario, compare};
use cordboard::{Plan, Span};

const REPLICATIONS: u32 = 10;
const HOUR: Span = Span::from_secs(3_600);

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Load the traffic: a weekday at the hotel.
    let plan = Arc::new(Plan::load("examples/floors/hotel.toml")?);
    let scenario = Scenario::load("examples/floors/hotel.scenario.toml", &plan)?;
    let forecast = Forecast::of(&plan, &scenario, HOUR)?;
    for queue in &forecast.queues {
        let calls: f64 = queue.calls.iter().sum();
        println!("{}: {calls:.0} calls a day, each keeps an operator busy for {:.0} s", queue.queue, queue.handle_s);
    }
    let outside = forecast.queues.first().ok_or("no queue")?;
    assert_eq!(outside.calls.get(9), Some(&116.0));

    // Staff it: nine of ten calls within three rings in every hour, at least one operator at any time and three at the
    // peak, in shifts of six and eight hours.
    let check = CheckOptions { replications: REPLICATIONS, ..CheckOptions::default() };
    let options = StaffOptions {
        interval: HOUR,
        share: 0.9,
        peak_minimum: 3,
        patterns: Pattern::grid(&[360, 480], 60),
        teams: vec!["operators".to_owned()],
        check: Some(check),
        ..StaffOptions::default()
    };
    let staffing = staff(&plan, &scenario, &options, &|_| true)?;
    for pool in &staffing.pools {
        println!("{}: {} people, {} paid hours", pool.queues.join(", "), pool.people, pool.paid_hours);
        for interval in &pool.intervals {
            println!("{}  needed {}, on shift {}", interval.from, interval.required + interval.raised, interval.cover);
            assert!(interval.cover >= interval.required + interval.raised);
        }
        assert!(pool.proven_least);
    }
    assert_eq!(staffing.met, Some(true));

    // Compare two rosters by the same calls: today's and the planned one.
    let today = Alternative { name: "today".into(), plan: plan.clone(), scenario: scenario.clone() };
    let planned =
        Alternative { name: "planned".into(), plan: staffing.plan.clone(), scenario: staffing.rostered.clone() };
    let comparison = compare(&[today, planned], 1, REPLICATIONS, &|| ())?;
    let planned = comparison.get("planned").ok_or("nothing planned")?;
    let level = planned.get("service level").ok_or("no service level")?;
    let (mean, difference) = (level.value.mean.ok_or("no call")?, level.difference.ok_or("no difference")?);
    println!("service level {:.1} %, {:+.1} points from today", mean * 100.0, difference.mean.unwrap_or(0.0) * 100.0);
    assert!(mean > 0.9);

    // Write it down for those who decide.
    let rows = staffing.pools.iter().flat_map(|pool| &pool.intervals).map(|interval| {
        let needed = interval.required + interval.raised;
        StaffingRow::new(interval.from.as_str(), interval.calls, needed.into(), interval.cover.into())
    });
    let page = Page::new("Operators at the switchboard")
        .line(format!("{REPLICATIONS} replications from seed 1"))
        .comparison(&comparison)?
        .staffing(&rows.collect::<Vec<_>>())?;
    let file = std::env::temp_dir().join("planners_morning.html");
    page.write(std::fs::File::create(&file)?)?;
    println!("written to {}", file.display());
    assert!(std::fs::read_to_string(&file)?.contains("Operators at the switchboard"));

    // What if a fifth more people call, and what if one operator more is there for them?
    let busy = [Change::of("volume", "1.2")?, Change::of("agents.operators", "1")?];
    let changed = what_if(&staffing.plan, &staffing.rostered, &busy, &Runs::new(REPLICATIONS), 1, &|_| true)?;
    let calls = changed.alternatives.get(1).and_then(|changed| changed.get("calls")).ok_or("no calls")?;
    let more = calls.difference.and_then(|difference| difference.mean).ok_or("no difference")?;
    println!("{}: {more:+.0} calls a day", changed.alternatives.get(1).map_or("", |changed| &changed.name));
    assert!(more > 0.0);

    // And how far does the roster carry?
    let sweep: Sweep = "volume=0.8..1.6..0.2".parse()?;
    let result = sweep.run(&staffing.plan, &staffing.rostered, &Runs::new(REPLICATIONS), 1, &|_| true)?;
    let levels: Vec<f64> =
        result.points.iter().filter_map(|point| point.compared.get("service level")?.value.mean).collect();
    for (point, level) in result.points.iter().zip(&levels) {
        println!("{} times the calls: {:.1} %", point.value, level * 100.0);
    }
    assert!(levels.len() == 5 && levels.first() > levels.last());
    Ok(())
}
