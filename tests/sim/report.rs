//! The page of a simulation and of a comparison: what it holds, and what it cannot be made to hold.

use std::sync::Arc;

use cordboard::Plan;
use cordboard::report::{Page, StaffingRow};
use cordboard::sim::{Alternative, Scenario, compare, replicate};
use cordboard::stats::{Figures, Summary, Tally, TallyOptions};
use serde_json::Value;

/// A floor whose names are markup.
const FLOOR: &str = r#"
name = "A & B <script>alert(1)</script>"
teams = [{ name = "<b>desk</b>" }, { name = "foremen" }]
agents = [
    { name = "li", team = "<b>desk</b>" },
    { name = "\"wang\"", team = "<b>desk</b>" },
    { name = "he", team = "foremen", role = "foreman" },
]
tiers = [{ name = "gold's" }]
directory = [{ number = "1", name = "a guest", tier = "gold's" }]

[[queues]]
name = "line </script><img src=x>"
teams = ["<b>desk</b>"]
[[queues.ladder]]
after = "2 rings"
do = [{ add_team = "foremen" }]

[[queues]]
name = "quiet"
"#;

const SCENARIO: &str = r#"
name = "one"
hours = 3
calls = { patience = { exponential = "1m" }, talk = { exponential = "80s" } }
shifts = [{ teams = ["<b>desk</b>", "foremen"], from = "00:00", to = "24:00" }]
[[queues]]
queue = "line </script><img src=x>"
arrivals = { per_hour = 60 }
tiers = { "gold's" = { share = 0.3 } }
[[queues]]
queue = "quiet"
arrivals = { per_hour = 3 }
[[alternatives]]
name = "<i>two</i>"
shifts = [{ agents = ["li"], from = "00:00", to = "24:00" }]
"#;

fn plan() -> (Arc<Plan>, Scenario) {
    let plan = Arc::new(Plan::from_toml(FLOOR).unwrap_or_else(|problems| panic!("{problems}")));
    let scenario = Scenario::from_toml(SCENARIO, &plan).unwrap_or_else(|problems| panic!("{problems}"));
    (plan, scenario)
}

fn days(count: u32) -> Vec<Figures> {
    let (plan, scenario) = plan();
    let day = |_, mut simulation: cordboard::sim::Simulation| {
        let mut tally = Tally::new(&plan, TallyOptions { work_until: simulation.horizon(), ..Default::default() });
        let run = simulation.run(&mut |output| tally.fold(output)).unwrap();
        tally.figures(run.ended)
    };
    replicate(&plan, &scenario, 3, count, day).unwrap()
}

fn page() -> String {
    let (plan, scenario) = plan();
    let days = days(4);
    let comparison = compare(&Alternative::rosters(&plan, &scenario), 3, 3, &|| ()).unwrap();
    let staffing = [StaffingRow::new("08:00", 12.5, 3.0, 2.0), StaffingRow::new("08:30", 20.0, 4.0, 5.0)];
    let page = Page::new("A <week> of \"calls\"").line("seed & more").floor(&plan);
    let page = page.simulation(&"a & b", &days[0], Some(&Summary::of(&days))).unwrap();
    page.comparison(&comparison).unwrap().staffing(&staffing).unwrap().to_string()
}

/// The data in a page.
fn data(page: &str) -> Value {
    let (_, rest) = page.split_once("<script type=\"application/json\" id=\"data\">").unwrap();
    serde_json::from_str(rest.split_once("</script>").unwrap().0).unwrap()
}

#[test]
fn names_are_text_and_never_markup() {
    let page = page();
    assert!(page.contains("A &lt;week&gt; of &quot;calls&quot;") && page.contains("seed &amp; more"));
    for markup in ["<b>desk", "<img", "<i>two", "<week>", "alert(1)</script>"] {
        assert!(!page.contains(markup), "{markup}");
    }
    assert!(page.contains("&lt;b&gt;desk&lt;/b&gt;") && page.contains("line &lt;/script&gt;&lt;img src=x&gt;"));
    // One style, and one script that holds data and runs nothing.
    assert_eq!((page.matches("<script").count(), page.matches("<style").count()), (1, 1));
}

#[test]
fn the_page_needs_nothing_else() {
    let page = page();
    for address in ["http:", "https:", "//", "url(", "@import", " src="] {
        let mut html = page.split("<script type").next().unwrap().to_owned();
        html = html.replace("&lt;img src=x&gt;", "");
        assert!(!html.contains(address), "{address}");
    }
}

#[test]
fn the_data_is_what_the_commands_print() {
    let page = page();
    let data = data(&page);
    let days = days(4);
    let summary: Summary = serde_json::from_value(data["simulation"].clone()).unwrap();
    assert_eq!((summary.replications, &data["simulation"]["run"]), (4, &Value::from("a & b")));
    let (offered, own) =
        (summary.get("calls", "offered").unwrap(), Summary::of(&days).get("calls", "offered").unwrap());
    assert!((offered.mean.unwrap() - own.mean.unwrap()).abs() < 1e-9);
    assert_eq!(data["comparison"]["alternatives"][1]["name"], "<i>two</i>");
    assert_eq!(data["staffing"][1]["covered"], 5.0);
    let one = Page::new("one").simulation(&1, &days[0], None).unwrap().to_string();
    let figures: Figures = serde_json::from_value(self::data(&one)["simulation"].clone()).unwrap();
    assert_eq!(figures.calls, days[0].calls);
}

#[test]
fn every_part_has_its_plots_with_titles_and_its_numbers_as_tables() {
    let page = page();
    let sections = [
        "headline",
        "waits",
        "day",
        "queue-length",
        "queues",
        "vips",
        "teams",
        "flow",
        "comparison",
        "comparison-day",
        "comparison-queues",
        "staffing",
    ];
    for section in sections {
        let html = page.split(&format!("<section id=\"{section}\"")).nth(1).unwrap_or_else(|| panic!("no {section}"));
        let html = html.split("</section>").next().unwrap();
        assert!(html.contains("<table>") && html.contains("data-of="), "{section} has no numbers");
        assert!(page.contains(&format!("<a href=\"#{section}\">")), "{section} is not in the contents");
        for svg in html.split("<svg").skip(1) {
            assert!(svg.contains("role=\"img\"") && svg.contains("<title>") && svg.contains("<desc>"), "{svg}");
            assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
        }
    }
    assert!(page.contains("rung 1") && page.contains("joined by 1"), "the ladder is not explained");
}

#[test]
fn a_day_without_calls_has_a_page_too() {
    let plan = Plan::from_toml("name = 'empty'\nqueues = [{ name = 'desk' }]").unwrap();
    let figures = Tally::new(&plan, TallyOptions::default()).figures(cordboard::Time::from_secs(3600));
    let page = Page::new("empty").floor(&plan).simulation(&0, &figures, None).unwrap().to_string();
    assert!(page.contains("No calls came.") && !page.contains("NaN"), "{page}");
    assert!(Page::new("nothing").staffing(&[]).unwrap().to_string().contains("Required and covered"));
}
