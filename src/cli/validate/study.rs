//! A study: one centre run many times, and the figures of all the cases that are about it.

use core::ops::ControlFlow;
use std::sync::Arc;

use cordboard::sim::{Failure, Moment, Scenario, Simulation, replicate_while};
use cordboard::{Plan, Span, Time};

use super::centre::{Centre, Class, Group, Law};
use super::estimate::{Estimate, Ratio, estimate};
use super::figure::{Figure, Measure};
use super::ledger::{CONTROLS, Frame, Known, Ledger};

/// One centre, how it is run, and what is compared.
pub(super) struct Study {
    /// The first of its cases.
    pub(super) name: String,
    pub(super) centre: Centre,
    pub(super) design: Design,
    /// Within which times calls should be answered, in seconds.
    pub(super) targets: Vec<f64>,
    /// About how many seconds squares of waits are taken.
    pub(super) about: f64,
    pub(super) checks: Vec<Check>,
}

/// How a centre is run. Times are in seconds.
#[derive(Clone, Debug)]
pub(super) struct Design {
    pub(super) replications: u32,
    /// Where a run is cut; see the ledger.
    pub(super) cuts: Vec<f64>,
    /// Until when calls arrive.
    pub(super) horizon: f64,
    /// Whether gaps and talks serve as controls.
    pub(super) controlled: bool,
}

/// One figure of one case.
pub(super) struct Check {
    pub(super) case: String,
    pub(super) metric: String,
    pub(super) exact: f64,
    /// The standard deviation of the reference figure itself; 0 where it is exact.
    pub(super) spread: f64,
    /// Whether it is a probability.
    pub(super) share: bool,
    pub(super) measure: Measure,
}

/// What one check came to; `None` where nothing was seen of it.
pub(super) type Found = Option<Estimate>;

impl Check {
    /// A figure that is known exactly.
    pub(super) fn exact(case: &str, metric: String, exact: f64, Figure { measure, share }: Figure) -> Self {
        Self { case: case.to_owned(), metric, exact, spread: 0.0, share, measure }
    }
}

impl Design {
    /// For a centre in its steady state: so many calls in all, over so many replications.
    ///
    /// The warm-up is long beside the time in which a centre forgets how it began. Where callers hang up or are refused
    /// that is about as long as a call is there. In an unbounded queue at load ρ it is 1 / (cμ (1 - √ρ)²), the
    /// relaxation time of M/M/c.
    pub(super) fn steady(centre: &Centre, calls: f64, replications: u32) -> Self {
        let longest = centre.longest();
        let warm_up = match Self::load(centre) {
            Some(load) => 6.0 * longest / f64::from(centre.agents()) / (1.0 - load.sqrt()).powi(2) + 6.0 * longest,
            None => 20.0 * longest,
        };
        let length = calls / f64::from(replications) * 3600.0 / centre.per_hour();
        // Waiting calls of the window are served while others go on arriving.
        let horizon = warm_up * 1.5 + length;
        // Callers who call again are no Poisson process.
        let controlled = centre.retry.is_none();
        Self { replications, cuts: vec![warm_up, warm_up + length], horizon, controlled }
    }

    /// Days of so many seconds, from an empty start to when the last call has ended: so many that so many calls come.
    pub(super) fn days(centre: &Centre, calls: f64, close: f64) -> Self {
        let days = (calls * 3600.0 / close / centre.per_hour()).ceil();
        // A number of calls is far below 2^32.
        Self { replications: days as u32, cuts: vec![0.0, close], horizon: close, controlled: false }
    }

    /// The load of an unbounded queue, `None` where waits are bounded.
    fn load(centre: &Centre) -> Option<f64> {
        let bounded = centre.trunks.is_some() || centre.waiting_limit.is_some();
        let patient = |class: &Class| class.patience.is_none() && class.waiting_places.is_none();
        let [group] = centre.groups.as_slice() else { return None };
        if bounded || !centre.classes.iter().all(patient) {
            return None;
        }
        let talk = |class: usize| group.serves.get(&class).map_or(0.0, |(talk, _)| talk.mean());
        let work = centre.classes.iter().enumerate().map(|(index, class)| class.calls_per_hour * talk(index));
        Some(work.sum::<f64>() / 3600.0 / f64::from(group.agents))
    }
}

impl Study {
    /// The floor and the scenario.
    pub(super) fn texts(&self) -> (String, String) {
        (
            self.centre.floor(self.targets.first().copied().unwrap_or(20.0)),
            self.centre.scenario(self.design.horizon / 3600.0),
        )
    }

    fn frame(&self) -> Frame {
        let Centre { classes, groups, .. } = &self.centre;
        let patience = match classes.as_slice() {
            [one] => one.patience.and_then(|law| if let Law::Exponential(mean) = law { Some(mean) } else { None }),
            _ => None,
        };
        let talk = |class: usize| {
            let mean = |group: &Group| group.serves.get(&class).map_or(0.0, |(talk, _)| talk.mean());
            groups.iter().map(mean).collect()
        };
        let talk: Vec<Vec<f64>> = (0..classes.len()).map(talk).collect();
        Frame {
            cuts: self.design.cuts.iter().map(|cut| Time::ZERO + Span::from_secs_f64(*cut)).collect(),
            targets: self.targets.iter().map(|target| Span::from_secs_f64(*target)).collect(),
            classes: classes.len(),
            groups: groups.len(),
            group_of: self.centre.group_of(),
            centre: self.about,
            patience: patience.unwrap_or_default(),
            known: self.design.controlled.then(|| Known { gap: 3600.0 / self.centre.per_hour(), talk }),
            retrials: self.centre.retry.is_some(),
        }
    }

    /// Runs it and gives what each check came to, in their order; `None` if it was stopped. `go_on` hears from every
    /// simulation, from any thread, and says whether it is to go on; having said no, it says so for good.
    pub(super) fn run(
        &self,
        seed: u64,
        go_on: &(impl Fn(&Moment) -> bool + Sync),
    ) -> Result<Option<Vec<Found>>, String> {
        let wrong = |what: String| format!("{}: {what}", self.name);
        let (floor, scenario) = self.texts();
        let plan = Plan::from_toml(&floor).map_err(|problems| wrong(problems.to_string()))?;
        let scenario = Scenario::from_toml(&scenario, &plan).map_err(|problems| wrong(problems.to_string()))?;
        let frame = Arc::new(self.frame());
        let expected = self.design.replications;
        let one = |replication, mut simulation: Simulation| -> Result<_, Failure> {
            let (horizon, mut since) = (simulation.horizon(), Time::ZERO);
            let mut heard = |at: Time| {
                let at = at.min(horizon);
                let moment = Moment { alternative: 0, replication, since, at, horizon, expected };
                since = at;
                go_on(&moment)
            };
            let mut ledger = Ledger::new(frame.clone());
            if simulation.run_while(&mut |output| ledger.fold(output), &mut heard)?.is_none() || !heard(horizon) {
                return Ok(None);
            }
            let ratios: Vec<Ratio> = self.checks.iter().map(|check| (check.measure)(&ledger)).collect();
            Ok(Some((ratios, ledger.controls)))
        };
        let mut runs = Vec::with_capacity(expected as usize);
        let mut failed = None;
        let take = |_, run| {
            match run {
                Ok(Some(run)) => runs.push(run),
                Ok(None) => return ControlFlow::Break(()),
                Err(failure) => {
                    failed = Some(failure);
                    return ControlFlow::Break(());
                }
            }
            ControlFlow::Continue(())
        };
        let ran = replicate_while(&plan.into(), &scenario, self.seed(seed), expected, one, take);
        ran.map_err(|problems| wrong(problems.to_string()))?;
        if let Some(failure) = failed {
            return Err(wrong(failure.to_string()));
        }
        if runs.len() < expected as usize {
            return Ok(None);
        }
        let controls: Vec<[f64; CONTROLS]> = runs.iter().map(|(_, controls)| *controls).collect();
        let controls = self.design.controlled.then_some(controls.as_slice());
        let found = (0..self.checks.len()).map(|check| {
            let ratios: Vec<Ratio> = runs.iter().map(|(ratios, _)| ratios[check]).collect();
            estimate(&ratios, controls)
        });
        Ok(Some(found.collect()))
    }

    /// A seed of its own for each study, so that they owe nothing to one another: FNV-1a of its name.
    fn seed(&self, seed: u64) -> u64 {
        let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        self.name.bytes().fold(0xcbf2_9ce4_8422_2325, step).wrapping_add(seed)
    }
}

#[cfg(test)]
mod tests {
    use cordboard::stats::{Tally, TallyOptions};

    use super::super::cases::Case;
    use super::super::{effort, studies};
    use super::*;

    /// What `cordboard simulate` counts and what is held against the references are the same.
    #[test]
    fn the_tally_counts_what_the_ledger_counts() {
        let wanted = |case: &Case| ["EA08", "MK05", "NP08", "PG09"].contains(&case.id.as_str());
        let cases: Vec<Case> = Case::all().unwrap().into_iter().filter(wanted).collect();
        for study in studies(&cases, Some(20_000.0 * f64::from(effort::of("EA08").1))).unwrap() {
            let (floor, scenario) = study.texts();
            let plan = Arc::new(Plan::from_toml(&floor).unwrap());
            let scenario = Scenario::from_toml(&scenario, &plan).unwrap();
            let mut simulation = Simulation::new(plan.clone(), &scenario, 5).unwrap();
            let horizon = simulation.horizon();
            let mut ledger = Ledger::new(Frame { cuts: vec![Time::ZERO, horizon], ..study.frame() }.into());
            let mut tally = Tally::new(&plan, TallyOptions { work_until: horizon, ..TallyOptions::default() });
            let run = simulation.run(&mut |output| {
                ledger.fold(output);
                tally.fold(output);
            });
            let (figures, part) = (tally.figures(run.unwrap().ended), &ledger.parts[0]);
            let same = |what: &str, mine: f64, theirs: Option<f64>| {
                let theirs = theirs.unwrap_or_default();
                assert!((mine - theirs).abs() <= 1e-9 * mine.abs(), "{}: {what} {mine}, {theirs}", study.name);
            };
            for (class, queue) in figures.queues.iter().enumerate() {
                let (row, visits) = (part.row(Some(class)), &queue.visits);
                let count = |count: u64| Some(count as f64);
                assert!(row.offered > 5_000.0);
                same("offered", row.offered, count(visits.offered));
                same("refused", row.refused, count(visits.refused));
                same("answered", row.answered, count(visits.answered));
                same("abandoned", row.abandoned, count(visits.abandoned));
                same("in target", row.within[0].answered, count(visits.answered_in_target));
                same("abandoned in target", row.within[0].abandoned, count(visits.abandoned_in_target));
                let (answered, abandoned) = (visits.answered as f64, visits.abandoned as f64);
                let wait = |mean: Option<f64>, calls: f64| mean.map(|mean| mean * calls);
                same("speed of answer", row.wait_answered, wait(visits.speed_of_answer_mean_s, answered));
                same("abandon wait", row.wait_abandoned, wait(visits.abandon_wait_mean_s, abandoned));
            }
            for (team, busy) in figures.teams.iter().zip(&part.busy) {
                same("talk", *busy, Some(team.work.talk_s));
                same("occupancy", busy / (part.length * team.work.agents as f64), team.work.occupancy);
            }
        }
    }
}
