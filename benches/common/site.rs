//! A site: a contact centre of a given size, drawn from a fixed seed.
//!
//! It has as many queues as needs, each with a need of its own, and as many profiles, each with the same share of all
//! needs; the agents are drawn uniformly over the profiles (each profile has one at least, where there are enough). The
//! last of the agents is a foreman, who is signed in and never ready. One more queue is served by foremen alone: the
//! *backlog*, where calls can wait beside idle agents.
//!
//! Up to 256 needs, each queue asks for one skill, and each profile has the given share of the skills. With more, each
//! queue asks for a subject and a language, as a floor holds 1,024 skills: a profile that knows half of the subjects and
//! half of the languages meets a quarter of the needs.
//!
//! Rules, ladder and limits are those of `examples/floors/hotel.toml`: three rings to answer, three rings at each desk,
//! people added by the first rung, wrap-up, classes of which the first may withdraw phones that ring. The first rung
//! comes after two rings instead of three, so that it does not fall on the instant of the answer target and can be
//! measured by itself. Where the catalogue of 4,096 needs has no room for what the rung would widen each need to, it
//! notifies somebody instead of adding people.

use std::collections::BTreeSet;
use std::sync::Arc;

use cordboard::floor::{Agent, Class, Entry, Floor, Length, Limits, Queue, Rules, Rung, RungAction, Team, WrapUp};
use cordboard::{AgentId, Plan, QueueId};

use super::draw::Draw;

/// How many needs and profiles an engine holds at most.
const CATALOGUE_MAX: usize = 4096;
/// Of these, the backlog's need, what it takes to go up the chain of command, and the foreman's profile.
const RESERVED: usize = 4;
/// How many needs ask for one skill each; more are pairs of a subject and a language.
const SINGLE_MAX: usize = 256;
/// Numbers that are in the directory; one call in ten comes from one of them.
pub const KNOWN_CALLERS: usize = 100;

/// How large.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Site {
    pub agents: usize,
    /// How many needs, and how many profiles.
    pub needs: usize,
    /// The share of the needs that a profile meets, in hundredths.
    pub percent: usize,
}

/// The floor of a site, and who fits what on it.
pub struct Drawn {
    pub site: Site,
    pub plan: Arc<Plan>,
    /// By agent: the profile.
    pub profile_of: Vec<u16>,
    /// By profile: the queues whose need it meets, ascending.
    pub queues_of: Vec<Vec<u16>>,
    /// How many queues agents serve; the backlog is the next after them.
    pub queues: usize,
    /// The share of pairs of agent and queue that fit, in hundredths.
    pub realised: f64,
}

impl Site {
    pub const fn new(agents: usize, needs: usize, percent: usize) -> Self {
        Self { agents, needs, percent }
    }

    pub fn draw(self) -> Drawn {
        let mut draw = Draw::new(7);
        let queues = self.needs.min(CATALOGUE_MAX - RESERVED);
        let kinds = Kinds::of(self.needs);
        let profiles = kinds.profiles(self, queues, &mut draw);
        let mut profile_of: Vec<u16> = (0..profiles.len().min(self.agents - 1) as u16).collect();
        profile_of.extend((profile_of.len()..self.agents - 1).map(|_| draw.below(profiles.len()) as u16));
        draw.shuffle(&mut profile_of);
        let queues_of: Vec<Vec<u16>> = profiles.iter().map(|skills| kinds.met_by(skills, queues)).collect();

        let agent = |(index, profile): (usize, &u16)| Agent {
            name: format!("agent {index}"),
            team: "operators".into(),
            skills: profiles[usize::from(*profile)].iter().map(|skill| (kinds.skill(*skill), 5)).collect(),
            endpoint: Some(format!("desk/{index}")),
            ..Agent::default()
        };
        let mut agents: Vec<Agent> = profile_of.iter().enumerate().map(agent).collect();
        agents.push(Agent {
            name: "foreman".into(),
            team: "foremen".into(),
            role: Some("foreman".into()),
            ..Agent::default()
        });
        let widens = 2 * queues + RESERVED <= CATALOGUE_MAX;
        let mut all_queues: Vec<Queue> = (0..queues)
            .map(|queue| Queue {
                name: format!("queue {queue}"),
                need: Some(kinds.need(queue)),
                ladder: ladder(widens),
                ..Queue::default()
            })
            .collect();
        all_queues.push(Queue {
            name: "backlog".into(),
            teams: vec!["foremen".into()],
            ladder: ladder(false),
            ..Queue::default()
        });
        let floor = Floor {
            name: "bench".into(),
            ring_cadence: Some(Length::secs(6)),
            chain: vec!["operator".into(), "foreman".into()],
            skills: (0..kinds.skills()).map(|skill| kinds.skill(skill)).collect(),
            reasons: vec!["break".into()],
            classes: vec![
                Class { name: "emergency".into(), withdraws_ringing: true, ..Class::default() },
                Class { name: "vip".into(), ..Class::default() },
                Class { name: "normal".into(), ..Class::default() },
            ],
            rules: rules(),
            limits: Limits { calls: Some(2_000_000), ..Limits::default() },
            teams: ["operators", "foremen"].map(|name| Team { name: name.into(), ..Team::default() }).into(),
            agents,
            queues: all_queues,
            directory: (0..KNOWN_CALLERS)
                .map(|caller| Entry {
                    number: known_caller(caller).as_str().into(),
                    name: format!("caller {caller}").as_str().into(),
                    ..Entry::default()
                })
                .collect(),
            ..Floor::default()
        };
        let plan = floor.compile().unwrap_or_else(|problems| panic!("{problems}"));
        let mut drawn = Drawn { site: self, plan: Arc::new(plan), profile_of, queues_of, queues, realised: 0.0 };
        drawn.realised = drawn.check();
        drawn
    }
}

/// The number of a caller who is in the directory.
pub fn known_caller(caller: usize) -> String {
    format!("+86 21 5550 {caller:04}")
}

fn rules() -> Rules {
    Rules {
        target: Some(Length::rings(3)),
        ring_limit: Some(Length::rings(3)),
        no_ring_limit: Some(Length::secs(5)),
        connect_limit: Some(Length::secs(5)),
        misses: Some(1),
        cool_down: Some(Length::secs(30)),
        delay_declined: Some(Length::secs(6)),
        delay_busy: Some(Length::secs(12)),
        delay_unreachable: Some(Length::secs(60)),
        wrap_up: Some(WrapUp::Timed(Length::secs(5))),
        hold_reminder: Some(Length::secs(30)),
        hold_limit: Some(Length::secs(180)),
        lease: Some(Length::secs(7200)),
        wait_limit: Some(Length::secs(600)),
        ..Rules::default()
    }
}

fn ladder(widens: bool) -> Vec<Rung> {
    let first = if widens { RungAction::AddRole("foreman".into()) } else { RungAction::Notify("foreman".into()) };
    vec![
        Rung { after: Length::rings(2), actions: vec![first], ..Rung::default() },
        Rung { after: Length::rings(5), actions: vec![RungAction::Notify("duty manager".into())], ..Rung::default() },
    ]
}

/// What needs are made of.
enum Kinds {
    /// Each need asks for one skill, of so many.
    Skills(usize),
    /// Each need asks for a subject and a language, of so many each.
    Pairs(usize),
}

impl Kinds {
    fn of(needs: usize) -> Self {
        if needs <= SINGLE_MAX { Self::Skills(needs) } else { Self::Pairs(needs.isqrt()) }
    }

    /// How many skills there are.
    fn skills(&self) -> usize {
        match self {
            Self::Skills(skills) => *skills,
            Self::Pairs(side) => 2 * side,
        }
    }

    fn skill(&self, skill: usize) -> String {
        match self {
            Self::Pairs(side) if skill >= *side => format!("language{}", skill - side),
            _ => format!("subject{skill}"),
        }
    }

    fn need(&self, queue: usize) -> String {
        match self {
            Self::Skills(_) => self.skill(queue),
            Self::Pairs(side) => format!("{} and {}", self.skill(queue / side), self.skill(side + queue % side)),
        }
    }

    /// As many different profiles as needs, as far as there are so many: each a list of skills.
    fn profiles(&self, site: Site, wanted: usize, draw: &mut Draw) -> Vec<Vec<usize>> {
        let mut profiles = BTreeSet::new();
        let mut tries = 0;
        while profiles.len() < wanted.min(site.agents - 1) && tries < 100 * wanted {
            tries += 1;
            profiles.insert(match *self {
                Self::Skills(1) => vec![0],
                Self::Skills(skills) => draw.some_of(share(skills, site.percent).max(1), skills),
                Self::Pairs(side) => {
                    // As near to the square root of the share as two whole numbers come.
                    let subjects = (side * side * site.percent / 100).isqrt();
                    let languages = share(side * side, site.percent) / subjects;
                    let mut skills = draw.some_of(subjects, side);
                    skills.extend(draw.some_of(languages, side).into_iter().map(|language| side + language));
                    skills
                }
            });
        }
        let mut profiles: Vec<Vec<usize>> = profiles.into_iter().collect();
        draw.shuffle(&mut profiles);
        profiles
    }

    /// The queues whose need these skills meet, ascending.
    fn met_by(&self, skills: &[usize], queues: usize) -> Vec<u16> {
        let met: Vec<usize> = match *self {
            Self::Skills(_) => skills.to_vec(),
            Self::Pairs(side) => {
                let (subjects, languages): (Vec<usize>, Vec<usize>) = skills.iter().partition(|skill| **skill < side);
                let pair = |subject: &usize| {
                    let subject = *subject;
                    languages.iter().map(move |language| subject * side + language - side)
                };
                subjects.iter().flat_map(pair).collect()
            }
        };
        met.into_iter().filter(|queue| *queue < queues).map(|queue| queue as u16).collect()
    }
}

/// The share of a number, rounded to the nearest.
fn share(of: usize, percent: usize) -> usize {
    (of * percent + 50) / 100
}

impl Drawn {
    pub fn backlog(&self) -> u16 {
        self.queues as u16
    }

    pub fn serves(&self, agent: u32) -> &[u16] {
        &self.queues_of[usize::from(self.profile_of[agent as usize])]
    }

    /// Queues with at least so many agents who fit.
    pub fn queues_with(&self, agents: usize) -> Vec<u16> {
        let mut fit = vec![0; self.queues];
        for profile in &self.profile_of {
            self.queues_of[usize::from(*profile)].iter().for_each(|queue| fit[usize::from(*queue)] += 1);
        }
        (0..self.queues as u16).filter(|queue| fit[usize::from(*queue)] >= agents).collect()
    }

    /// The plan has the profiles and needs that were asked for, and agrees about who fits what; the share that fits, in
    /// hundredths.
    fn check(&self) -> f64 {
        let queue_plans = self.plan.queues();
        let mut needs: Vec<_> = queue_plans.iter().map(|queue| queue.need).collect();
        needs.sort_unstable();
        needs.dedup();
        assert_eq!(needs.len(), self.queues + 1, "each queue has a need of its own");
        let mut checked = vec![false; self.queues_of.len()];
        let mut fit = 0;
        for (agent, profile) in self.profile_of.iter().enumerate() {
            let queues = &self.queues_of[usize::from(*profile)];
            fit += queues.len();
            if core::mem::replace(&mut checked[usize::from(*profile)], true) {
                continue;
            }
            let agent = AgentId(agent as u32);
            let fits = |queue: &u16| self.plan.fits(agent, queue_plans[QueueId(u32::from(*queue)).index()].need);
            assert!((0..=self.queues as u16).filter(fits).eq(queues.iter().copied()), "plan and draw agree");
        }
        let realised = 100.0 * fit as f64 / (self.profile_of.len() * self.queues) as f64;
        let asked = if self.site.needs == 1 { 100.0 } else { self.site.percent as f64 };
        // Of 16 skills, 5 % is less than one.
        assert!((realised - asked).abs() < 1.5, "{:?} has {realised} % compatible pairs", self.site);
        realised
    }
}
