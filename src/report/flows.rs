//! Which way calls take: from their queues over the rungs of the ladder to who answered, as bands whose width is how
//! many they are.

use core::fmt::Write as _;
use std::collections::BTreeMap;

use super::Section;
use super::html::{Table, escape, figure};
use super::number::{Number, Unit};
use super::plot::{open, short};
use super::sheet::Sheet;
use crate::stats::FlowSummary;

/// More queues and rungs than this are drawn as one.
const QUEUES_MAX: usize = 8;
const RUNGS_MAX: u16 = 4;
const WIDTH: f64 = 960.0;
const NODE: f64 = 12.0;
/// Where the columns begin.
const COLUMNS: [f64; 3] = [150.0, 470.0, 770.0];
/// Names need so much room each; all bands together get the rest.
const GAP: f64 = 17.0;
const BANDS: f64 = 300.0;

/// Others and VIPs apart: they climb other ladders.
pub(super) fn section(sheet: &Sheet<'_>, ladders: &[String]) -> Option<Section> {
    let flows = &sheet.summary.flows;
    if flows.is_empty() {
        return None;
    }
    let mut html = String::new();
    let tiers = flows.iter().any(|flow| flow.tier.is_some());
    for (vips, title) in [(false, if tiers { "Callers of no VIP tier" } else { "All callers" }), (true, "VIPs")] {
        let these: Vec<&FlowSummary> = flows.iter().filter(|flow| flow.tier.is_some() == vips).collect();
        if these.is_empty() {
            continue;
        }
        if tiers {
            let _ = writeln!(html, "<h3>{title}</h3>");
        }
        let caption = "From the queue (left) by the last rung of its ladder that was reached (middle) to the team that \
                       answered, or how else the visit ended (right). The wider a band, the more visits.";
        html.push_str(&figure(&Sankey::of(&these).svg(title), caption));
    }
    html.push_str(&table(flows).details());
    if !ladders.is_empty() {
        html.push_str("<details><summary>What the rungs are</summary><ul class=\"notes\">");
        for line in ladders {
            let _ = write!(html, "<li>{}</li>", escape(line));
        }
        html.push_str("</ul></details>\n");
    }
    Some(Section::new("flow", "Which way calls take", html))
}

fn table(flows: &[FlowSummary]) -> Table {
    let mut table = Table::new("visits by queue, rung and end", &["way", "visits"]);
    for (place, flow) in flows.iter().enumerate() {
        let tier = flow.tier.as_ref().map(|tier| format!(" ({tier})")).unwrap_or_default();
        let name = format!("{}{tier} → {} → {}", flow.queue, rung(flow.rung), end(flow).0);
        let path = ["simulation", "flows", &place.to_string(), "visits"].map(str::to_owned);
        table.row(&name, vec![Number::new(flow.visits, Unit::Count, path.into())]);
    }
    table
}

fn rung(rung: u16) -> String {
    match rung {
        0 => "before any rung".to_owned(),
        rung => format!("rung {rung}"),
    }
}

/// How a visit ended, in words, and the class of its colour.
fn end(flow: &FlowSummary) -> (String, &'static str) {
    let to = flow.to.as_deref().unwrap_or("?");
    match flow.exit.as_str() {
        "answered" => (flow.team.clone().unwrap_or_else(|| "answered".to_owned()), "answered"),
        "abandoned" => ("abandoned".to_owned(), "abandoned"),
        "overflowed" => (format!("on to {to}"), "left"),
        "moved" => (format!("moved to {to}"), "left"),
        exit => (exit.replace('_', " "), "left"),
    }
}

/// A node of one column.
#[derive(Debug)]
struct Node {
    name: String,
    visits: f64,
    y: f64,
    height: f64,
    /// Up to where bands have come in and gone out.
    into: f64,
    out: f64,
}

/// A band from a node to one of the next column.
#[derive(Debug)]
struct Band {
    from: usize,
    to: usize,
    class: &'static str,
    visits: f64,
}

#[derive(Debug)]
struct Sankey {
    columns: [Vec<Node>; 3],
    /// Between the first two columns, and between the last two.
    bands: [Vec<Band>; 2],
    scale: f64,
    height: f64,
}

impl Sankey {
    fn of(flows: &[&FlowSummary]) -> Self {
        let mut by_queue: Vec<(&str, f64)> = Vec::new();
        for flow in flows {
            let visits = flow.visits.mean.unwrap_or(0.0);
            match by_queue.iter_mut().find(|(queue, _)| *queue == flow.queue) {
                Some((_, sum)) => *sum += visits,
                None => by_queue.push((&flow.queue, visits)),
            }
        }
        by_queue.sort_by(|a, b| b.1.total_cmp(&a.1));
        let kept: Vec<&str> = by_queue.iter().take(QUEUES_MAX).map(|(queue, _)| *queue).collect();
        let queue_of = |flow: &FlowSummary| {
            if kept.contains(&flow.queue.as_str()) { flow.queue.clone() } else { "other queues".to_owned() }
        };
        // Answered first, then abandoned, then the rest.
        let rank = |class: &str| ["answered", "abandoned", "left"].iter().position(|of| *of == class);

        let mut sankey =
            Self { columns: [const { Vec::new() }; 3], bands: [const { Vec::new() }; 2], scale: 1.0, height: 0.0 };
        let mut first: BTreeMap<(usize, usize), f64> = BTreeMap::new();
        let mut second: BTreeMap<(usize, Option<usize>, usize), (&'static str, f64)> = BTreeMap::new();
        let mut ends: Vec<(String, &'static str, f64)> = Vec::new();
        for flow in flows {
            let (name, class) = end(flow);
            let visits = flow.visits.mean.unwrap_or(0.0);
            match ends.iter_mut().find(|(of, ..)| *of == name) {
                Some((.., sum)) => *sum += visits,
                None => ends.push((name, class, visits)),
            }
        }
        ends.sort_by(|a, b| rank(a.1).cmp(&rank(b.1)).then(b.2.total_cmp(&a.2)));
        for (name, ..) in &ends {
            sankey.node(2, name);
        }
        let mut ordered: Vec<&&FlowSummary> = flows.iter().collect();
        let place = |flow: &FlowSummary| kept.iter().position(|queue| *queue == flow.queue).unwrap_or(QUEUES_MAX);
        ordered.sort_by_key(|flow| (place(flow), flow.rung));
        for flow in ordered {
            let visits = flow.visits.mean.unwrap_or(0.0);
            let queue = queue_of(flow);
            let (name, class) = end(flow);
            let step = if flow.rung >= RUNGS_MAX { format!("rung {RUNGS_MAX} or later") } else { rung(flow.rung) };
            let from = sankey.node(0, &queue);
            let step = sankey.node(1, &format!("{queue}: {step}"));
            let to = sankey.node(2, &name);
            for (column, node) in [from, step, to].into_iter().enumerate() {
                sankey.columns[column][node].visits += visits;
            }
            *first.entry((from, step)).or_default() += visits;
            second.entry((step, rank(class), to)).or_insert((class, 0.0)).1 += visits;
        }
        sankey.bands[0] =
            first.into_iter().map(|((from, to), visits)| Band { from, to, class: "way", visits }).collect();
        sankey.bands[1] =
            second.into_iter().map(|((from, _, to), (class, visits))| Band { from, to, class, visits }).collect();
        sankey.lay_out();
        sankey
    }

    fn node(&mut self, column: usize, name: &str) -> usize {
        let nodes = &mut self.columns[column];
        nodes.iter().position(|node| node.name == name).unwrap_or_else(|| {
            nodes.push(Node { name: name.to_owned(), visits: 0.0, y: 0.0, height: 0.0, into: 0.0, out: 0.0 });
            nodes.len() - 1
        })
    }

    /// Each node gets room for its name; what is left of a column stands in the middle.
    fn lay_out(&mut self) {
        let all: f64 = self.columns[0].iter().map(|node| node.visits).sum();
        self.scale = if all > 0.0 { BANDS / all } else { 0.0 };
        let (scale, room) = (self.scale, |height: f64| height.max(2.0).max(GAP - 4.0) + 4.0);
        let heights =
            self.columns.each_ref().map(|nodes| nodes.iter().map(|node| room(node.visits * scale)).sum::<f64>());
        self.height = heights.into_iter().fold(0.0, f64::max) + 30.0;
        for (nodes, height) in self.columns.iter_mut().zip(heights) {
            let mut y = 26.0 + (self.height - 30.0 - height) / 2.0;
            for node in nodes {
                node.height = (node.visits * scale).max(1.5);
                let whole = room(node.height);
                node.y = y + (whole - node.height) / 2.0;
                (node.into, node.out) = (node.y, node.y);
                y += whole;
            }
        }
    }

    fn svg(mut self, title: &str) -> String {
        let description = "Bands from queues over rungs of the ladder to the teams that answered, and to other ends.";
        let mut svg = open(title, description, (WIDTH, self.height));
        for (x, anchor, heading) in [
            (COLUMNS[0] + NODE, "end", "queue"),
            (COLUMNS[1] + NODE, "middle", "last rung reached"),
            (COLUMNS[2], "start", "answered by, or ended"),
        ] {
            let _ = write!(svg, "<text class=\"title\" x=\"{x}\" y=\"13\" text-anchor=\"{anchor}\">{heading}</text>");
        }
        for (column, bands) in self.bands.iter().enumerate() {
            let [left, right] = [COLUMNS[column] + NODE, COLUMNS[column + 1]];
            let middle = (left + right) / 2.0;
            for band in bands {
                let thick = band.visits * self.scale;
                let (from, to) = (&self.columns[column][band.from], &self.columns[column + 1][band.to]);
                let (start, end) = (from.out + thick / 2.0, to.into + thick / 2.0);
                let said = format!("{} → {}: {:.1}", from.name, to.name, band.visits);
                let _ = write!(
                    svg,
                    "<path class=\"band-of {}\" stroke-width=\"{:.2}\" d=\"M{left} {start:.1}C{middle} {start:.1} {middle} {end:.1} {right} {end:.1}\"><title>{}</title></path>",
                    band.class,
                    thick.max(0.6),
                    escape(&said)
                );
                self.columns[column][band.from].out += thick;
                self.columns[column + 1][band.to].into += thick;
            }
        }
        for (column, nodes) in self.columns.iter().enumerate() {
            let x = COLUMNS[column];
            for node in nodes {
                let (at, anchor) = if column == 0 { (x - 8.0, "end") } else { (x + NODE + 8.0, "start") };
                let name =
                    if column == 1 { node.name.rsplit_once(": ").map_or("", |(_, step)| step) } else { &node.name };
                let count = super::number::grouped(node.visits, usize::from(node.visits < 100.0));
                let _ = write!(
                    svg,
                    "<rect class=\"node\" x=\"{x}\" y=\"{:.1}\" width=\"{NODE}\" height=\"{:.1}\"/>\
                     <text class=\"node-name\" x=\"{at}\" y=\"{:.1}\" text-anchor=\"{anchor}\">{} <tspan class=\"count\">{count}</tspan></text>",
                    node.y,
                    node.height,
                    node.y + node.height / 2.0 + 4.5,
                    escape(&short(name, if column == 0 { 14 } else { 20 }))
                );
            }
        }
        svg + "</svg>"
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::Estimate;

    fn flow(queue: &str, rung: u16, team: Option<&str>, visits: f64) -> FlowSummary {
        FlowSummary {
            queue: queue.to_owned(),
            rung,
            exit: if team.is_some() { "answered" } else { "abandoned" }.to_owned(),
            team: team.map(str::to_owned),
            visits: Estimate { mean: Some(visits), half_width: None, n: 1 },
            ..FlowSummary::default()
        }
    }

    #[test]
    fn what_comes_into_a_node_goes_out_of_it() {
        let flows = [
            flow("a", 0, Some("desk"), 70.0),
            flow("a", 1, Some("foremen"), 20.0),
            flow("a", 1, None, 5.0),
            flow("b", 0, Some("desk"), 5.0),
        ];
        let sankey = Sankey::of(&flows.iter().collect::<Vec<_>>());
        let visits = |column: usize| {
            sankey.columns[column].iter().map(|node| (node.name.as_str(), node.visits)).collect::<Vec<_>>()
        };
        assert_eq!(visits(0), [("a", 95.0), ("b", 5.0)]);
        assert_eq!(visits(1), [("a: before any rung", 70.0), ("a: rung 1", 25.0), ("b: before any rung", 5.0)]);
        assert_eq!(visits(2), [("desk", 75.0), ("foremen", 20.0), ("abandoned", 5.0)]);
        for bands in &sankey.bands {
            assert_eq!(bands.iter().map(|band| band.visits).sum::<f64>(), 100.0);
        }
        for nodes in &sankey.columns {
            assert!(nodes.windows(2).all(|pair| pair[0].y + pair[0].height < pair[1].y), "{nodes:?}");
        }
    }

    #[test]
    fn the_smallest_of_many_queues_are_drawn_as_one() {
        let names: Vec<String> = (0..12).map(|queue| format!("q{queue}")).collect();
        let flows: Vec<FlowSummary> =
            names.iter().zip(0..).map(|(name, place)| flow(name, 9, None, 100.0 - f64::from(place))).collect();
        let sankey = Sankey::of(&flows.iter().collect::<Vec<_>>());
        let last = sankey.columns[0].last().unwrap();
        assert_eq!(
            (sankey.columns[0].len(), last.name.as_str(), last.visits),
            (9, "other queues", 92.0 + 91.0 + 90.0 + 89.0)
        );
        assert!(sankey.columns[1].iter().all(|node| node.name.ends_with("rung 4 or later")));
    }
}
