//! The cases: which houses are measured, by whom, and what the aims say of them.
//!
//! Not every size with every other: each row of sizes answers an aim, the rest stands still at 1,000 agents, 16 needs of
//! which each profile meets a quarter, and 1,000 waiting calls (none beside idle agents).
//!
//! | aim | what varies |
//! | --- | --- |
//! | the price of everything else | who distributes, at 16 skills and 1,000 agents |
//! | agents | 10, 100, 1,000, 100,000 agents |
//! | waiting | 0, 1,000, 1,000,000 waiting calls (100,000 in the quick selection) |
//! | needs | 1, 16, 256 and 4,096 needs and profiles, at 25 % and at 5 %; the last with 5,000 agents and waiting calls, as is 16 beside it, so that there are agents and calls for most of them |
//! | life | a full call life |

use std::fmt;
use std::rc::Rc;

use super::baseline::ordered_sets::OrderedSets;
use super::drill::{Drill, Measured, Operation, State};
use super::host::Host;
use super::site::{Drawn, Site};

/// Who distributes the calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    Engine,
    OrderedSets,
}

impl Subject {
    pub const ALL: [Self; 2] = [Self::Engine, Self::OrderedSets];

    pub fn name(self) -> &'static str {
        match self {
            Self::Engine => "engine",
            Self::OrderedSets => "ordered sets",
        }
    }

    /// Whether it knows this operation: the baselines have no ladders.
    pub fn knows(self, operation: Operation) -> bool {
        self == Self::Engine || operation != Operation::RungDue
    }

    pub fn house(self, drawn: &Rc<Drawn>, house: House) -> Box<dyn Measured> {
        let (state, waiting) = (house.state, house.waiting);
        match self {
            Self::Engine => Box::new(Drill::<Host>::new(drawn, state, waiting)),
            Self::OrderedSets => Box::new(Drill::<OrderedSets>::new(drawn, state, waiting)),
        }
    }
}

/// A site in one state, with so many calls waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct House {
    pub site: Site,
    pub state: State,
    pub waiting: usize,
}

/// One operation in one house.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Case {
    pub operation: Operation,
    pub house: House,
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Site { agents, needs, percent } = self.house.site;
        write!(f, "{:<12} agents={agents:<6} needs={needs:<4} fit={percent:<3} ", self.operation.name())?;
        write!(f, "waiting={:<7}", self.house.waiting)
    }
}

impl House {
    const fn new(site: Site, state: State, waiting: usize) -> Self {
        Self { site, state, waiting }
    }

    /// What is measured here.
    pub fn operations(self) -> impl Iterator<Item = Operation> {
        // In an empty house there is nobody to hang up or to be rung for.
        let possible = move |operation: &Operation| {
            operation.state() == self.state
                && (self.waiting > 0 || self.state == State::Idle || *operation == Operation::ArriveWait)
        };
        Operation::ALL.into_iter().filter(possible)
    }

    pub fn case(self, operation: Operation) -> Case {
        Case { operation, house: self }
    }

    /// Who is measured here: the ordered sets not where a thousand of them hold each of thousands of idle agents, as it
    /// takes them minutes to get there.
    pub fn subjects(self) -> impl Iterator<Item = Subject> {
        let too_much = self.state == State::Idle && self.site.needs > 1_000;
        Subject::ALL.into_iter().filter(move |subject| *subject == Subject::Engine || !too_much)
    }
}

/// How much is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Selection {
    Quick,
    Full,
}

pub const USUAL: Site = Site::new(1_000, 16, 25);
const FEW_AGENTS: Site = Site::new(100, 16, 25);
const MANY_AGENTS: Site = Site::new(100_000, 16, 25);
const USUAL_WAITING: usize = 1_000;
/// Sites with many needs, and those they are compared with.
const LARGE: usize = 5_000;

/// All houses of a selection, those of one site together.
pub fn houses(selection: Selection) -> Vec<House> {
    let mut houses = Vec::new();
    let mut add = |site, busy: &[usize], idle: &[usize]| {
        houses.extend(busy.iter().map(|waiting| House::new(site, State::Busy, *waiting)));
        houses.extend(idle.iter().map(|waiting| House::new(site, State::Idle, *waiting)));
    };
    let many = many_waiting(selection);
    add(USUAL, &[0, USUAL_WAITING, many], &[0, USUAL_WAITING, many]);
    add(Site::new(1_000, 16, 5), &[USUAL_WAITING], &[0]);
    add(Site::new(10, 16, 25), &[USUAL_WAITING], &[0]);
    add(FEW_AGENTS, &[USUAL_WAITING], &[0]);
    add(MANY_AGENTS, &[USUAL_WAITING], &[0]);
    add(Site::new(1_000, 1, 100), &[USUAL_WAITING], &[0]);
    for percent in [25, 5] {
        add(Site::new(1_000, 256, percent), &[USUAL_WAITING], &[0]);
        add(Site::new(LARGE, 16, percent), &[LARGE], &[0]);
        add(Site::new(LARGE, 4_096, percent), &[LARGE], &[0]);
    }
    houses
}

fn many_waiting(selection: Selection) -> usize {
    match selection {
        Selection::Quick => 100_000,
        Selection::Full => 1_000_000,
    }
}

/// What was promised of one figure.
pub struct Aim {
    /// In one word, as the committed figures name it.
    pub name: &'static str,
    pub case: Case,
    /// What the engine's figure is divided by; `None` for the figure itself.
    pub by: Option<(Case, Subject)>,
    /// What comes out is at most this.
    pub bound: f64,
}

/// Every aim, figure by figure.
pub fn aims(selection: Selection) -> Vec<Aim> {
    let mut aims = Vec::new();
    let busy = |site, waiting| House::new(site, State::Busy, waiting);
    let idle = |site, waiting| House::new(site, State::Idle, waiting);
    for case in [busy(USUAL, USUAL_WAITING).case(Operation::ReadyOffer), idle(USUAL, 0).case(Operation::ArriveOffer)] {
        aims.push(Aim { name: "price", case, by: Some((case, Subject::OrderedSets)), bound: 3.0 });
    }
    let life = idle(USUAL, 0).case(Operation::FullLife);
    aims.push(Aim { name: "life", case: life, by: None, bound: 3_000.0 });
    let both = |site, waiting| [busy(site, waiting), idle(site, 0)];
    let mut compare = |name, bound, large: House, small: House| {
        for operation in large.operations() {
            let by = Some((small.case(operation), Subject::Engine));
            aims.push(Aim { name, case: large.case(operation), by, bound });
        }
    };
    for (large, small) in both(MANY_AGENTS, USUAL_WAITING).into_iter().zip(both(FEW_AGENTS, USUAL_WAITING)) {
        compare("agents", 1.2, large, small);
    }
    let many = many_waiting(selection);
    compare("waiting", 1.0, busy(USUAL, many), busy(USUAL, USUAL_WAITING));
    compare("waiting", 1.0, idle(USUAL, many), idle(USUAL, USUAL_WAITING));
    for percent in [25, 5] {
        let sites = [4_096, 16].map(|needs| both(Site::new(LARGE, needs, percent), LARGE));
        for (large, small) in sites[0].into_iter().zip(sites[1]) {
            compare("needs", 3.0, large, small);
        }
    }
    aims
}
