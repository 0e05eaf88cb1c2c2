//! The centres that are simulated: floors and scenarios as a planner would write them.

use std::fmt::Write as _;
use std::sync::Arc;

use cordboard::Plan;
use cordboard::sim::{Scenario, Simulation};
use cordboard::stats::{Figures, Tally, TallyOptions};

/// Calls that ended unanswered stand on the follow-up list, where nobody here calls them back: no more than these.
const LIMITS: &str = "limits = { follow_ups = 1_000 }";

/// Three centres that are small enough to be written as a loop by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Model {
    /// Three kinds of calls, 20, 18 and 16 a minute, and four groups of 15 agents who know some of them, preferred in
    /// this order; 1 minute of talk, 2 minutes of patience, both exponential; the longest idle of a group first, who is
    /// free takes the call that waits longest.
    SkillCentre,
    /// M/M/100+M: 100 calls a minute, 1 minute of talk, 2 minutes of patience (Erlang A).
    ErlangA,
    /// M/M/10 at a load of 0.9: 3 calls a minute, 3 minutes of talk, nobody hangs up (Erlang C).
    ErlangC,
}

/// Who knows what in the skill centre, by group.
pub(crate) const SKILLS: [&[usize]; 4] = [&[0], &[1, 0], &[2, 1], &[2, 1, 0]];
pub(crate) const GROUP: usize = 15;
pub(crate) const PER_MINUTE: [f64; 3] = [20.0, 18.0, 16.0];

impl Model {
    pub(crate) const ALL: [Self; 3] = [Self::SkillCentre, Self::ErlangA, Self::ErlangC];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::SkillCentre => "skill centre",
            Self::ErlangA => "Erlang A, M/M/100+M",
            Self::ErlangC => "Erlang C, M/M/10",
        }
    }

    /// Calls a minute, in all.
    pub(crate) fn rate(self) -> f64 {
        match self {
            Self::SkillCentre => PER_MINUTE.iter().sum(),
            Self::ErlangA => 100.0,
            Self::ErlangC => 3.0,
        }
    }

    /// The floor and what happens on it, so long that about so many calls come.
    pub(crate) fn centre(self, calls: f64) -> Centre {
        let hours = calls / self.rate() / 60.0;
        match self {
            Self::SkillCentre => skill_centre(hours),
            Self::ErlangA => one_queue(
                100,
                100,
                "calls = { talk = { exponential = '1m' }, patience = { exponential = '2m' } }",
                hours,
            ),
            Self::ErlangC => one_queue(10, 3, "calls = { talk = { exponential = '3m' } }", hours),
        }
    }
}

/// A floor and a scenario.
pub(crate) struct Centre {
    pub(crate) plan: Arc<Plan>,
    pub(crate) scenario: Scenario,
}

/// What a simulation came to.
pub(crate) struct Day {
    pub(crate) calls: u64,
    pub(crate) figures: Figures,
}

impl Centre {
    fn of(floor: &str, scenario: &str) -> Self {
        let plan = Plan::from_toml(&format!("{LIMITS}\n{floor}"));
        let plan = Arc::new(plan.unwrap_or_else(|problems| panic!("{problems}")));
        let scenario = Scenario::from_toml(scenario, &plan).unwrap_or_else(|problems| panic!("{problems}"));
        Self { plan, scenario }
    }

    /// Runs it through, with every figure there is.
    pub(crate) fn run(&self, seed: u64) -> Day {
        let simulation = Simulation::new(self.plan.clone(), &self.scenario, seed);
        run(simulation.unwrap_or_else(|problems| panic!("{problems}")), &self.plan)
    }
}

pub(crate) fn run(mut simulation: Simulation, plan: &Plan) -> Day {
    let options = TallyOptions { work_until: simulation.horizon(), ..TallyOptions::default() };
    let mut tally = Tally::new(plan, options);
    let run = simulation.run(&mut |output| tally.fold(output)).unwrap_or_else(|failure| panic!("{failure}"));
    Day { calls: run.calls, figures: tally.figures(run.ended) }
}

fn one_queue(agents: usize, per_minute: u32, calls: &str, hours: f64) -> Centre {
    let mut floor = String::from(
        "name = 'One queue'\nrules = { wait_limit = '0s' }\nteams = [{ name = 'desks' }]\nqueues = [{ name = 'line' }]\n",
    );
    for agent in 0..agents {
        let _ = writeln!(floor, "[[agents]]\nname = 'a{agent}'\nteam = 'desks'");
    }
    let scenario = format!(
        "hours = {hours}\n{calls}\nqueues = [{{ queue = 'line', arrivals = {{ per_minute = {per_minute} }} }}]\n\
         shifts = [{{ teams = ['desks'], from = '00:00', to = '24:00' }}]\n"
    );
    Centre::of(&floor, &scenario)
}

fn skill_centre(hours: f64) -> Centre {
    let mut floor = String::from("name = 'Skill centre'\nrules = { wait_limit = '0s' }\nskills = ['s0', 's1', 's2']\n");
    for kind in 0..PER_MINUTE.len() {
        let _ = writeln!(floor, "[[queues]]\nname = 'q{kind}'\nneed = 's{kind}'");
        let groups = (0..SKILLS.len()).map(|group| format!("'team g{group}'"));
        let _ = writeln!(floor, "prefer = [{}]", groups.collect::<Vec<_>>().join(", "));
    }
    for (group, skills) in SKILLS.iter().enumerate() {
        let _ = writeln!(floor, "[[teams]]\nname = 'g{group}'");
        let skills: Vec<String> = skills.iter().map(|skill| format!("s{skill} = 5")).collect();
        for agent in 0..GROUP {
            let _ = writeln!(
                floor,
                "[[agents]]\nname = 'g{group}-{agent}'\nteam = 'g{group}'\nskills = {{ {} }}",
                skills.join(", ")
            );
        }
    }
    let mut scenario = format!(
        "hours = {hours}\ncalls = {{ talk = {{ exponential = '1m' }}, patience = {{ exponential = '2m' }} }}\n"
    );
    let teams: Vec<String> = (0..SKILLS.len()).map(|group| format!("'g{group}'")).collect();
    let _ = writeln!(scenario, "shifts = [{{ teams = [{}], from = '00:00', to = '24:00' }}]", teams.join(", "));
    for (kind, per_minute) in PER_MINUTE.iter().enumerate() {
        let _ = writeln!(scenario, "[[queues]]\nqueue = 'q{kind}'\narrivals = {{ per_minute = {per_minute:.0} }}");
    }
    Centre::of(&floor, &scenario)
}

/// A centre of 1,000 seats, staffed around the clock: eight queues, ten teams who serve two or three of them, talk of
/// 4 minutes and work after it of half a minute, 2.5 minutes of patience; 189 calls a minute, 85 % occupancy.
pub(crate) fn thousand(hours: f64) -> Centre {
    const QUEUES: usize = 8;
    const TEAMS: usize = 10;
    let mut floor = String::from("name = 'A thousand seats'\nrules = { wrap_up = { timed = '2m' } }\n");
    let skills: Vec<String> = (0..QUEUES).map(|skill| format!("'s{skill}'")).collect();
    let _ = writeln!(floor, "skills = [{}]", skills.join(", "));
    for queue in 0..QUEUES {
        let _ = writeln!(floor, "[[queues]]\nname = 'q{queue}'\nneed = 's{queue}'");
    }
    for team in 0..TEAMS {
        let _ = writeln!(floor, "[[teams]]\nname = 't{team}'");
        let known: Vec<String> = (0..2 + team % 2).map(|n| format!("s{} = {}", (team + n) % QUEUES, 5 + n)).collect();
        for agent in 0..1_000 / TEAMS {
            let _ = writeln!(
                floor,
                "[[agents]]\nname = 't{team}-{agent}'\nteam = 't{team}'\nskills = {{ {} }}",
                known.join(", ")
            );
        }
    }
    let mut scenario = format!(
        "hours = {hours}\n[calls]\ntalk = {{ lognormal = {{ mean = '4m', cv = 1.0 }} }}\n\
         wrap_up = {{ exponential = '30s' }}\npatience = {{ exponential = '150s' }}\n"
    );
    let teams: Vec<String> = (0..TEAMS).map(|team| format!("'t{team}'")).collect();
    let _ = writeln!(scenario, "[[shifts]]\nteams = [{}]\nfrom = '00:00'\nto = '24:00'", teams.join(", "));
    for queue in 0..QUEUES {
        let _ = writeln!(scenario, "[[queues]]\nqueue = 'q{queue}'\narrivals = {{ per_hour = {} }}", 189 * 60 / QUEUES);
    }
    Centre::of(&floor, &scenario)
}
