//! The cases: which houses are measured, by whom, and what the aims say of them.
//!
//! Not every size with every other: each row of sizes answers an aim, the rest stands still at 1,000 agents, 16 needs of
//! which each profile meets a quarter, and 1,000 waiting calls.
//!
//! | aim | what varies |
//! | --- | --- |
//! | `price` of everything else | who distributes, at 16 skills and 1,000 agents |
//! | `agents` | 10, 100, 1,000, 100,000 agents |
//! | `waiting` | 0, 1,000, 100,000 and (not in the quick selection) 1,000,000 waiting calls |
//! | `needs` | 1, 16, 256 and 4,096 needs and profiles, at 25 % and at 5 %; the last with 5,000 agents and waiting calls, as is 16 beside it, so that there are agents and calls for most of them |
//! | `life` | a full call life |

use std::fmt;
use std::rc::Rc;

use super::baseline::{deques::Deques, ordered_sets::OrderedSets, scan::Scan};
use super::drill::{Drill, Measured, Operation, State};
use super::host::Host;
use super::site::{Drawn, Site};

/// Who distributes the calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    Engine,
    OrderedSets,
    Deques,
    Scan,
}

/// A site in one state, with so many calls waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct House {
    pub site: Site,
    pub waiting: usize,
    pub state: State,
}

/// One operation in one house.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Case {
    pub house: House,
    pub operation: Operation,
}

/// How much is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Selection {
    Quick,
    Full,
}

impl Subject {
    pub const ALL: [Self; 4] = [Self::Engine, Self::OrderedSets, Self::Deques, Self::Scan];

    pub fn name(self) -> &'static str {
        match self {
            Self::Engine => "engine",
            Self::OrderedSets => "ordered sets",
            Self::Deques => "deques",
            Self::Scan => "linear scan",
        }
    }

    /// Whether it knows this operation: the baselines have no ladders.
    pub fn knows(self, operation: Operation) -> bool {
        self == Self::Engine || operation != Operation::RungDue
    }

    /// Whether it is measured here; not where that takes minutes to set up or to do.
    pub fn is_measured(self, house: House, selection: Selection) -> bool {
        match self {
            Self::Engine | Self::Deques => true,
            // A thousand sets that each hold a thousand idle agents.
            Self::OrderedSets => house.state == State::Busy || house.site.needs <= 1_000,
            Self::Scan if selection == Selection::Quick => house.site == USUAL && house.waiting <= USUAL_WAITING,
            Self::Scan => house.site.needs == 16 && house.waiting <= LARGE,
        }
    }

    pub fn house(self, drawn: &Rc<Drawn>, house: House) -> Box<dyn Measured> {
        let House { state, waiting, .. } = house;
        match self {
            Self::Engine => Box::new(Drill::<Host>::new(drawn, state, waiting)),
            Self::OrderedSets => Box::new(Drill::<OrderedSets>::new(drawn, state, waiting)),
            Self::Deques => Box::new(Drill::<Deques>::new(drawn, state, waiting)),
            Self::Scan => Box::new(Drill::<Scan>::new(drawn, state, waiting)),
        }
    }
}

impl fmt::Display for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Site { agents, needs, percent } = self;
        write!(f, "agents={agents} needs={needs} fit={percent}%")
    }
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let House { site, waiting, .. } = self.house;
        write!(f, "{} {site} waiting={waiting}", self.operation.name())
    }
}

impl House {
    const fn new(site: Site, waiting: usize, state: State) -> Self {
        Self { site, waiting, state }
    }

    const fn both(site: Site, waiting: usize) -> [Self; 2] {
        [Self::new(site, waiting, State::Busy), Self::new(site, waiting, State::Idle)]
    }

    pub fn case(self, operation: Operation) -> Case {
        Case { house: self, operation }
    }

    /// What can be measured here.
    pub fn cases(self) -> impl Iterator<Item = Case> {
        // Where nobody waits, nobody hangs up or can be rung for.
        let possible = move |operation: &Operation| {
            operation.state() == self.state && (self.waiting > 0 || !operation.takes_from_waiting())
        };
        Operation::ALL.into_iter().filter(possible).map(move |operation| self.case(operation))
    }
}

impl Case {
    /// What the engine's figure is held against: the ordered sets in the same case, or, where they have none, what it
    /// takes them to have a call wait.
    pub fn baseline(self) -> (Case, Subject) {
        let subject = Subject::OrderedSets;
        if subject.knows(self.operation) && subject.is_measured(self.house, Selection::Quick) {
            (self, subject)
        } else {
            (House::new(USUAL, USUAL_WAITING, State::Busy).case(Operation::ArriveWait), subject)
        }
    }
}

const USUAL: Site = Site::new(1_000, 16, 25);
const USUAL_WAITING: usize = 1_000;
const FEW_AGENTS: Site = Site::new(100, 16, 25);
const MANY_AGENTS: Site = Site::new(100_000, 16, 25);
/// Agents and waiting calls of the sites with many needs, and of those they are compared with.
const LARGE: usize = 5_000;
const MANY_NEEDS: usize = 4_096;

/// How many calls wait where many do.
fn many_waiting(selection: Selection) -> &'static [usize] {
    match selection {
        Selection::Quick => &[100_000],
        Selection::Full => &[100_000, 1_000_000],
    }
}

/// All houses of a selection.
pub fn houses(selection: Selection) -> Vec<House> {
    let mut settings = vec![(USUAL, 0), (USUAL, USUAL_WAITING)];
    settings.extend(many_waiting(selection).iter().map(|many| (USUAL, *many)));
    settings.push((Site::new(10, 16, 25), USUAL_WAITING));
    settings.extend([FEW_AGENTS, MANY_AGENTS].map(|site| (site, USUAL_WAITING)));
    settings.push((Site::new(1_000, 1, 100), USUAL_WAITING));
    settings.push((Site::new(1_000, 16, 5), USUAL_WAITING));
    for percent in [25, 5] {
        settings.push((Site::new(1_000, 256, percent), USUAL_WAITING));
        settings.extend([16, MANY_NEEDS].map(|needs| (Site::new(LARGE, needs, percent), LARGE)));
    }
    settings.into_iter().flat_map(|(site, waiting)| House::both(site, waiting)).collect()
}

/// What was promised of one figure of the engine's.
pub struct Aim {
    /// Which promise, in one word.
    pub name: &'static str,
    pub case: Case,
    /// What the figure is divided by; `None` for the figure itself.
    pub by: Option<(Case, Subject)>,
    /// What comes out is at most this.
    pub bound: f64,
}

impl fmt::Display for Aim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name, self.case)?;
        match self.by {
            None => Ok(()),
            Some((of, subject)) if of == self.case => write!(f, " by {}", subject.name()),
            Some((Case { house: House { site, waiting, .. }, .. }, _)) => write!(f, " by {site} waiting={waiting}"),
        }
    }
}

/// Every aim, figure by figure.
pub fn aims(selection: Selection) -> Vec<Aim> {
    let mut aims = Vec::new();
    let usual = House::both(USUAL, USUAL_WAITING);
    for case in usual.into_iter().flat_map(House::cases) {
        if matches!(case.operation, Operation::ReadyOffer | Operation::ArriveOffer) {
            aims.push(Aim { name: "price", case, by: Some((case, Subject::OrderedSets)), bound: 3.0 });
        }
        if case.operation == Operation::FullLife {
            aims.push(Aim { name: "life", case, by: None, bound: 3_000.0 });
        }
    }
    let mut compare = |name, bound, large: [House; 2], small: [House; 2]| {
        for (large, small) in large.into_iter().zip(small) {
            aims.extend(large.cases().map(|case| Aim {
                name,
                case,
                by: Some((small.case(case.operation), Subject::Engine)),
                bound,
            }));
        }
    };
    compare("agents", 1.2, House::both(MANY_AGENTS, USUAL_WAITING), House::both(FEW_AGENTS, USUAL_WAITING));
    for many in many_waiting(selection) {
        compare("waiting", 1.0, House::both(USUAL, *many), usual);
    }
    for percent in [25, 5] {
        let [many, few] = [MANY_NEEDS, 16].map(|needs| House::both(Site::new(LARGE, needs, percent), LARGE));
        compare("needs", 3.0, many, few);
    }
    aims
}
