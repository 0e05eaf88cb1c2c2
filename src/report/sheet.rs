//! The figures of a simulation by section and name, each with its place in the page's data.

use std::collections::BTreeMap;

use super::number::{Number, Unit};
use crate::stats::{Estimate, Figures, Summary};

/// What a simulation came to, and the names of what there is.
#[derive(Debug)]
pub(super) struct Sheet<'a> {
    pub(super) names: &'a Figures,
    pub(super) summary: &'a Summary,
    sections: BTreeMap<&'a str, &'a BTreeMap<String, Estimate>>,
    /// When each hour of day begins, and the hours that are shown.
    pub(super) hours: Vec<String>,
    pub(super) first: usize,
    pub(super) last: usize,
}

impl<'a> Sheet<'a> {
    pub(super) fn of(names: &'a Figures, summary: &'a Summary) -> Self {
        let sections = summary.sections.iter().map(|section| (section.name.as_str(), &section.figures)).collect();
        let hours = names.hours.iter().map(|hour| hour.from.clone()).collect();
        let mut sheet = Self { names, summary, sections, hours, first: 0, last: 0 };
        let busy: Vec<usize> = (0..sheet.hours.len()).filter(|hour| sheet.busy(*hour)).collect();
        sheet.first = busy.first().copied().unwrap_or(0);
        sheet.last = busy.last().map_or(0, |last| last + 1);
        sheet
    }

    /// Whether anybody calls or works in an hour.
    fn busy(&self, hour: usize) -> bool {
        let some = |part: &str, figure: &str| self.of_hour(hour, part, figure, Unit::Count).mean() > Some(0.0);
        some("calls", "offered") || some("visits", "offered") || some("work", "staffed_s")
    }

    /// A figure; one that is not there is not defined.
    pub(super) fn get(&self, section: &str, figure: &str, unit: Unit) -> Number {
        let estimate = self.sections.get(section).and_then(|figures| figures.get(figure)).copied().unwrap_or_default();
        Number::new(estimate, unit, vec!["simulation".to_owned(), section.to_owned(), figure.to_owned()])
    }

    /// A figure of an hour of day.
    pub(super) fn of_hour(&self, hour: usize, part: &str, figure: &str, unit: Unit) -> Number {
        let name = self.hours.get(hour).map_or("", String::as_str);
        self.get(&format!("hours/{name}/{part}"), figure, unit)
    }

    /// For how long an hour of day was observed, all days together.
    pub(super) fn observed(&self, hour: usize) -> Number {
        self.of_hour(hour, "waiting", "observed_s", Unit::Seconds)
    }

    /// The hours that are shown.
    pub(super) fn shown(&self) -> core::ops::Range<usize> {
        self.first..self.last
    }

    /// Whether it is about several replications.
    pub(super) fn replicated(&self) -> bool {
        self.summary.replications > 1
    }

    /// The queues that anybody called: their name and section.
    pub(super) fn queues(&self) -> Vec<(&'a str, String)> {
        let queues = self.names.queues.iter().map(|queue| (queue.name.as_str(), format!("queues/{}", queue.name)));
        queues.filter(|(_, section)| self.get(section, "offered", Unit::Count).mean() > Some(0.0)).collect()
    }

    /// The VIP tiers, all VIPs and the others: their name and section; none on a floor without tiers.
    pub(super) fn callers(&self) -> Vec<(String, String)> {
        if self.names.tiers.is_empty() {
            return Vec::new();
        }
        let tiers = self.names.tiers.iter().map(|tier| (tier.name.clone(), format!("tiers/{}", tier.name)));
        let mut callers: Vec<(String, String)> = tiers.collect();
        if callers.len() > 1 {
            callers.push(("all VIPs".to_owned(), "vips".to_owned()));
        }
        callers.push(("other callers".to_owned(), "others".to_owned()));
        callers
    }
}
