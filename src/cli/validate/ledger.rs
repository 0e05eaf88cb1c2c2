//! What happened in a run, as far as the reference cases ask: a fold over the engine's public outputs.
//!
//! A run is cut into parts. A call counts, to its end, in the part in which it arrived; time spent counts in the part in
//! which it was spent. What comes before the first cut is warm-up, what comes after the last is a part of its own: the
//! calls of the others are followed into it, while calls go on arriving.

use core::ops::AddAssign;
use std::collections::BTreeMap;
use std::sync::Arc;

use cordboard::engine::{Event, Fact, Outcome, Output, VisitExit};
use cordboard::{CallId, Span, Time};

/// What a ledger has to know of a centre.
#[derive(Clone, Debug, Default)]
pub(super) struct Frame {
    /// Where the run is cut, in order.
    pub(super) cuts: Vec<Time>,
    /// Within which times calls should be answered.
    pub(super) targets: Vec<Span>,
    pub(super) classes: usize,
    pub(super) groups: usize,
    /// The group of each agent.
    pub(super) group_of: Vec<usize>,
    /// Squares of waits are taken about this many seconds.
    pub(super) centre: f64,
    /// The mean patience in seconds where it is exponential; 0 where it is not.
    pub(super) patience: f64,
    /// Means that are known, in seconds, for the controls.
    pub(super) known: Option<Known>,
    /// Whether callers call again, and are to be followed.
    pub(super) retrials: bool,
}

/// Means in seconds.
#[derive(Clone, Debug)]
pub(super) struct Known {
    /// Between two arrivals, whatever their classes.
    pub(super) gap: f64,
    /// Of talk, by class and group.
    pub(super) talk: Vec<Vec<f64>>,
}

/// The run so far.
#[derive(Clone, Debug)]
pub(super) struct Ledger {
    frame: Arc<Frame>,
    /// The parts between the cuts, then what comes after.
    pub(super) parts: Vec<Part>,
    /// When the last call ended.
    pub(super) ended: Time,
    /// Sums of what is zero in the mean: see [`Controls`].
    pub(super) controls: [f64; CONTROLS],
    present: Present,
    /// Calls that came to nothing, and when they ended.
    away: BTreeMap<CallId, Time>,
}

/// One part of a run.
#[derive(Clone, Debug, Default)]
pub(super) struct Part {
    pub(super) length: f64,
    /// By class, the calls that arrived in it.
    pub(super) rows: Vec<Row>,
    /// By class, seconds waited in it.
    pub(super) waited: Vec<f64>,
    /// By group, seconds busy in it.
    pub(super) busy: Vec<f64>,
    /// Calls abandoned in it.
    pub(super) abandoned: u64,
    /// How many are waiting and in service at its end.
    pub(super) waiting_at_end: u64,
    pub(super) busy_at_end: u64,
    /// Calls that came again in it, and how long they had been away, in seconds.
    pub(super) repeats: u64,
    pub(super) away: f64,
}

/// Calls of one class that arrived in one part.
#[derive(Clone, Debug, Default)]
pub(super) struct Row {
    pub(super) offered: f64,
    pub(super) refused: f64,
    pub(super) answered: f64,
    pub(super) abandoned: f64,
    pub(super) timed_out: f64,
    /// Those who waited at all.
    pub(super) waited: f64,
    /// Seconds waited, of all that were not refused; of the answered, and of those who hung up.
    pub(super) wait: f64,
    pub(super) wait_answered: f64,
    pub(super) wait_abandoned: f64,
    /// Squares of waits about the frame's centre.
    pub(super) squares: f64,
    /// By target.
    pub(super) within: Vec<Within>,
    /// By group: answered, and answered at once.
    pub(super) by_group: Vec<[f64; 2]>,
}

/// Calls by one target.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Within {
    pub(super) answered: f64,
    pub(super) abandoned: f64,
    /// Not refused, and waited longer.
    pub(super) later: f64,
    /// As many as would have been answered within the target had nobody hung up: each answered call stands for all
    /// callers who were offered as long a wait, of whom e^(-wait / patience) had that much patience.
    pub(super) patient: f64,
}

/// How many controls there are: half of them weigh gaps between arrivals, half of them talks.
pub(super) const CONTROLS: usize = 2 * WEIGHTS;
const WEIGHTS: usize = 5;

/// The state that weighs controls.
#[derive(Clone, Debug, Default)]
struct Present {
    waiting: f64,
    busy: f64,
    agents: f64,
    /// When the last call arrived, and the weights of the gap after it.
    arrived: Option<(Time, [f64; WEIGHTS])>,
    /// By agent: the talk in hand, by its mean and its weights.
    desks: Vec<Option<(f64, [f64; WEIGHTS])>>,
}

impl Ledger {
    pub(super) fn new(frame: Arc<Frame>) -> Self {
        let part = |length: f64| Part {
            length,
            rows: vec![Row::new(&frame); frame.classes],
            waited: vec![0.0; frame.classes],
            busy: vec![0.0; frame.groups],
            ..Part::default()
        };
        let lengths = frame.cuts.windows(2).map(|pair| (pair[1] - pair[0]).as_secs_f64());
        let parts = lengths.chain([0.0]).map(part).collect();
        let agents = frame.group_of.len();
        let present = Present { agents: agents as f64, desks: vec![None; agents], ..Present::default() };
        Self { parts, ended: Time::ZERO, controls: [0.0; CONTROLS], present, away: BTreeMap::new(), frame }
    }

    /// Takes in what the engine says next.
    pub(super) fn fold(&mut self, output: &Output) {
        let Event::Fact(fact) = &output.event else { return };
        let at = output.at;
        match *fact {
            Fact::CallArrived { prior_call: Some(prior), .. } if self.frame.retrials => {
                if let (Some(ended), Some(part)) = (self.away.remove(&prior), self.part_of(at)) {
                    self.parts[part].repeats += 1;
                    self.parts[part].away += (at - ended).as_secs_f64();
                }
            }
            Fact::VisitStarted { .. } => self.visit_started(at),
            Fact::VisitEnded { queue, exit, wait, started, .. } => {
                self.visit_ended(at, queue.index(), exit, wait, started);
            }
            Fact::LegEnded { agent, talk, .. } => self.leg_ended(at, agent.index(), talk),
            Fact::CallEnded { call, outcome, .. } => {
                self.ended = at;
                if self.frame.retrials && matches!(outcome, Outcome::Refused(_) | Outcome::Abandoned) {
                    self.away.insert(call, at);
                }
            }
            _ => {}
        }
    }

    /// The part an instant lies in; `None` during the warm-up.
    fn part_of(&self, at: Time) -> Option<usize> {
        self.frame.cuts.partition_point(|cut| *cut <= at).checked_sub(1)
    }

    fn visit_started(&mut self, at: Time) {
        self.present.waiting += 1.0;
        let Some(known) = &self.frame.known else { return };
        if let Some((before, weights)) = self.present.arrived {
            let excess = (at - before).as_secs_f64() - known.gap;
            add(&mut self.controls[..WEIGHTS], weights, excess);
        }
        let counts = self.part_of(at).is_some_and(|part| part + 1 < self.parts.len());
        self.present.arrived = counts.then(|| (at, self.present.weights()));
    }

    fn visit_ended(&mut self, at: Time, class: usize, exit: VisitExit, wait: Span, started: Time) {
        self.present.waiting -= 1.0;
        let (arrived, now) = (self.part_of(started), self.part_of(at));
        self.spend(started, at, |part, secs| part.waited[class] += secs, |part| part.waiting_at_end += 1);
        if exit == VisitExit::Abandoned {
            now.into_iter().for_each(|now| self.parts[now].abandoned += 1);
        }
        if let VisitExit::Served { agent } = exit {
            self.present.busy += 1.0;
            let known = self.frame.known.as_ref().filter(|_| now.is_some_and(|now| now + 1 < self.parts.len()));
            let mean = known.map(|known| known.talk[class][self.frame.group_of[agent.index()]]);
            self.present.desks[agent.index()] = mean.map(|mean| (mean, self.present.weights()));
        }
        if let Some(arrived) = arrived {
            self.parts[arrived].rows[class].count(&self.frame, exit, wait);
        }
    }

    fn leg_ended(&mut self, at: Time, agent: usize, talk: Span) {
        self.present.busy -= 1.0;
        let (group, began) = (self.frame.group_of[agent], Time::from_nanos(at.as_nanos() - talk.as_nanos()));
        self.spend(began, at, |part, secs| part.busy[group] += secs, |part| part.busy_at_end += 1);
        if let Some((mean, weights)) = self.present.desks[agent].take() {
            add(&mut self.controls[WEIGHTS..], weights, talk.as_secs_f64() - mean);
        }
    }

    /// Shares out a stretch of time among the parts, and says at whose ends it went on.
    fn spend(&mut self, from: Time, to: Time, time: impl Fn(&mut Part, f64), goes_on: impl Fn(&mut Part)) {
        if from == to {
            return;
        }
        let cuts = &self.frame.cuts;
        for (index, part) in self.parts.iter_mut().enumerate() {
            let (begins, ends) = (cuts[index], cuts.get(index + 1).copied().unwrap_or(Time::MAX));
            let (first, last) = (from.max(begins), to.min(ends));
            if first < last {
                time(part, (last - first).as_secs_f64());
            }
            if from < ends && ends < to {
                goes_on(part);
            }
        }
    }
}

impl Present {
    /// What controls are weighed with: functions of how many calls there are, and how many more than agents.
    fn weights(&self) -> [f64; WEIGHTS] {
        let calls = self.waiting + self.busy;
        let more = (calls - self.agents).max(0.0);
        [1.0, calls, f64::from(more > 0.0), more, more * more]
    }
}

fn add(sums: &mut [f64], weights: [f64; WEIGHTS], excess: f64) {
    sums.iter_mut().zip(weights).for_each(|(sum, weight)| *sum += weight * excess);
}

impl Part {
    /// All classes together, or one.
    pub(super) fn row(&self, class: Option<usize>) -> Row {
        let mut sum = Row::default();
        match class {
            Some(class) => sum += &self.rows[class],
            None => self.rows.iter().for_each(|row| sum += row),
        }
        sum
    }
}

impl Row {
    fn new(frame: &Frame) -> Self {
        let within = vec![Within::default(); frame.targets.len()];
        Self { within, by_group: vec![[0.0; 2]; frame.groups], ..Self::default() }
    }

    /// Those who were not refused.
    pub(super) fn entered(&self) -> f64 {
        self.offered - self.refused
    }

    fn count(&mut self, frame: &Frame, exit: VisitExit, wait: Span) {
        self.offered += 1.0;
        if matches!(exit, VisitExit::Refused(_)) {
            self.refused += 1.0;
            return;
        }
        let secs = wait.as_secs_f64();
        self.waited += f64::from(!wait.is_zero());
        self.wait += secs;
        self.squares += (secs - frame.centre).powi(2);
        let in_time = || frame.targets.iter().map(|target| wait <= *target);
        for (within, in_time) in self.within.iter_mut().zip(in_time()) {
            within.later += f64::from(!in_time);
        }
        match exit {
            VisitExit::Served { agent } => {
                self.answered += 1.0;
                self.wait_answered += secs;
                let by_group = &mut self.by_group[frame.group_of[agent.index()]];
                by_group[0] += 1.0;
                by_group[1] += f64::from(wait.is_zero());
                let stands_for = if frame.patience > 0.0 { (secs / frame.patience).exp() } else { 1.0 };
                for within in
                    self.within.iter_mut().zip(in_time()).filter_map(|(within, in_time)| in_time.then_some(within))
                {
                    within.answered += 1.0;
                    within.patient += stands_for;
                }
            }
            VisitExit::Abandoned => {
                self.abandoned += 1.0;
                self.wait_abandoned += secs;
                for (within, in_time) in self.within.iter_mut().zip(in_time()) {
                    within.abandoned += f64::from(in_time);
                }
            }
            _ => self.timed_out += 1.0,
        }
    }
}

impl AddAssign<&Self> for Row {
    fn add_assign(&mut self, other: &Self) {
        let Self { offered, refused, answered, abandoned, timed_out, waited, .. } = other;
        let Self { wait, wait_answered, wait_abandoned, squares, within, by_group, .. } = other;
        self.offered += offered;
        self.refused += refused;
        self.answered += answered;
        self.abandoned += abandoned;
        self.timed_out += timed_out;
        self.waited += waited;
        self.wait += wait;
        self.wait_answered += wait_answered;
        self.wait_abandoned += wait_abandoned;
        self.squares += squares;
        self.within.resize(within.len().max(self.within.len()), Within::default());
        for (mine, theirs) in self.within.iter_mut().zip(within) {
            mine.answered += theirs.answered;
            mine.abandoned += theirs.abandoned;
            mine.later += theirs.later;
            mine.patient += theirs.patient;
        }
        self.by_group.resize(by_group.len().max(self.by_group.len()), [0.0; 2]);
        for (mine, theirs) in self.by_group.iter_mut().zip(by_group) {
            mine.iter_mut().zip(theirs).for_each(|(mine, theirs)| *mine += theirs);
        }
    }
}
