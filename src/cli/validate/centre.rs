//! A centre of the reference cases as data, and as the floor and the scenario in which the engine runs it.
//!
//! Both are TOML texts, as anybody might write them: what runs is what `cordboard simulate` would run.

use core::fmt::Write as _;
use std::collections::BTreeMap;

/// Who calls, who answers, and by which rules they meet. Classes and groups are counted from 0; their queues and teams
/// are called `c0`, `c1`, … and `g0`, `g1`, ….
#[derive(Clone, Debug, Default)]
pub(super) struct Centre {
    pub(super) classes: Vec<Class>,
    pub(super) groups: Vec<Group>,
    pub(super) choice: Choice,
    pub(super) order: Order,
    /// How many calls may be in the centre at once.
    pub(super) trunks: Option<u32>,
    /// How many may wait in all.
    pub(super) waiting_limit: Option<u32>,
    /// Callers who call again.
    pub(super) retry: Option<Retry>,
    /// More rules of the floor, as TOML.
    pub(super) rules: Option<&'static str>,
    /// From which to which hour of the day calls come and people work, on working days; `None` for always.
    pub(super) open: Option<(u32, u32)>,
}

/// Callers of one kind.
#[derive(Clone, Debug)]
pub(super) struct Class {
    /// So many an hour, when calls come.
    pub(super) calls_per_hour: f64,
    pub(super) patience: Option<Law>,
    /// Those with the smallest number are served first.
    pub(super) priority: u32,
    /// How many of them may wait.
    pub(super) waiting_places: Option<u32>,
    /// The groups in the order in which they are tried; empty for all alike.
    pub(super) prefers: Vec<usize>,
    /// Groups in which more than so many must be idle.
    pub(super) reserve: Vec<(usize, u32)>,
}

/// Agents who are all alike.
#[derive(Clone, Debug)]
pub(super) struct Group {
    pub(super) agents: u32,
    /// By class: whom they serve, for how long, and with which rank, the smallest first.
    pub(super) serves: BTreeMap<usize, (Law, u32)>,
}

/// Who is rung.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Choice {
    /// Who has been idle for longest; where a class prefers groups, in the first that has anybody.
    #[default]
    LongestIdle,
    /// The best rank, then who has been idle for longest.
    BestRank,
    /// Anybody, by chance.
    Random,
}

/// Which call an agent takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Order {
    /// That of the first priority that has waited longest.
    #[default]
    Priority,
    /// That of the agent's best rank that has waited longest.
    Rank,
}

/// Callers who call again.
#[derive(Clone, Copy, Debug)]
pub(super) struct Retry {
    pub(super) refused: f64,
    pub(super) abandoned: f64,
    pub(super) after: Law,
}

/// How long something takes, in seconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Law {
    Fixed(f64),
    Exponential(f64),
    Uniform(f64, f64),
    Erlang { mean: f64, k: f64 },
    Lognormal { mean: f64, cv: f64 },
    Weibull { mean: f64, shape: f64 },
}

impl Law {
    pub(super) fn mean(self) -> f64 {
        match self {
            Self::Fixed(mean) | Self::Exponential(mean) => mean,
            Self::Uniform(from, to) => (from + to) / 2.0,
            Self::Erlang { mean, .. } | Self::Lognormal { mean, .. } | Self::Weibull { mean, .. } => mean,
        }
    }

    fn toml(self) -> String {
        match self {
            Self::Fixed(secs) => format!("{{ fixed = \"{secs}s\" }}"),
            Self::Exponential(mean) => format!("{{ exponential = \"{mean}s\" }}"),
            Self::Uniform(from, to) => format!("{{ uniform = [\"{from}s\", \"{to}s\"] }}"),
            Self::Erlang { mean, k } => format!("{{ erlang = {{ mean = \"{mean}s\", k = {k} }} }}"),
            Self::Lognormal { mean, cv } => format!("{{ lognormal = {{ mean = \"{mean}s\", cv = {cv:?} }} }}"),
            Self::Weibull { mean, shape } => format!("{{ weibull = {{ mean = \"{mean}s\", shape = {shape:?} }} }}"),
        }
    }
}

impl Class {
    /// A class of which so many call in an hour, and who is as any other.
    pub(super) fn per_hour(calls: f64, patience: Option<Law>) -> Self {
        Self {
            calls_per_hour: calls,
            patience,
            priority: 0,
            waiting_places: None,
            prefers: Vec::new(),
            reserve: Vec::new(),
        }
    }
}

impl Group {
    /// Agents who serve these classes alike.
    pub(super) fn alike(agents: u32, classes: usize, talk: Law) -> Self {
        Self { agents, serves: (0..classes).map(|class| (class, (talk, 1))).collect() }
    }
}

impl Centre {
    /// How many calls arrive in an hour.
    pub(super) fn per_hour(&self) -> f64 {
        self.classes.iter().map(|class| class.calls_per_hour).sum()
    }

    pub(super) fn agents(&self) -> u32 {
        self.groups.iter().map(|group| group.agents).sum()
    }

    /// Which group an agent is in, by the agent's number.
    pub(super) fn group_of(&self) -> Vec<usize> {
        let group = |(index, group): (usize, &Group)| (0..group.agents).map(move |_| index);
        self.groups.iter().enumerate().flat_map(group).collect()
    }

    /// The name of an agent, by group and place in it.
    pub(super) fn agent_name(group: usize, place: u32) -> String {
        format!("g{group}-{place}")
    }

    /// The longest of the mean times that a call may be in the centre: in service and, if callers hang up, waiting.
    pub(super) fn longest(&self) -> f64 {
        let talks = self.groups.iter().flat_map(|group| group.serves.values()).map(|(talk, _)| talk.mean());
        let patiences = self.classes.iter().filter_map(|class| class.patience).map(Law::mean);
        talks.fold(0.0, f64::max) + patiences.fold(0.0, f64::max)
    }

    /// The floor, where calls should be answered within so many seconds.
    pub(super) fn floor(&self, target: f64) -> String {
        let mut text = String::from("limits = { follow_ups = 0, remembered = 0 }\n");
        let mut line = |of: core::fmt::Arguments<'_>| {
            // Writing to a string does not fail.
            let _ = writeln!(text, "{of}");
        };
        let choice = match self.choice {
            Choice::LongestIdle => "longest-idle",
            Choice::BestRank => "best-skilled",
            Choice::Random => "random",
        };
        let wait_limit = self.rules.unwrap_or("wait_limit = \"0s\"");
        line(format_args!("rules = {{ choice = \"{choice}\", target = \"{target}s\", {wait_limit} }}"));
        self.trunks.iter().for_each(|trunks| line(format_args!("trunks = {trunks}")));
        self.waiting_limit.iter().for_each(|limit| line(format_args!("waiting_limit = {limit}")));
        if let Some(last) = self.classes.iter().map(|class| class.priority).max().filter(|last| *last > 0) {
            let classes: Vec<String> = (0..=last).map(|class| format!("{{ name = \"p{class}\" }}")).collect();
            line(format_args!("classes = [{}]", classes.join(", ")));
        }
        if self.choice == Choice::BestRank {
            let skills: Vec<String> = (0..self.classes.len()).map(|class| format!("\"s{class}\"")).collect();
            line(format_args!("skills = [{}]", skills.join(", ")));
        }
        for (index, group) in self.groups.iter().enumerate() {
            line(format_args!("[[teams]]\nname = \"g{index}\""));
            if self.order == Order::Rank {
                line(format_args!("order = [{}]", group.order()));
            }
            let skills = if self.choice == Choice::BestRank { group.skills() } else { String::new() };
            for place in 0..group.agents {
                let name = Self::agent_name(index, place);
                line(format_args!("[[agents]]\nname = \"{name}\"\nteam = \"g{index}\"{skills}"));
            }
        }
        for (index, class) in self.classes.iter().enumerate() {
            line(format_args!("[[queues]]\nname = \"c{index}\""));
            let teams: Vec<String> = self.serving(index).map(|group| format!("\"g{group}\"")).collect();
            line(format_args!("teams = [{}]", teams.join(", ")));
            if self.choice == Choice::BestRank {
                line(format_args!("need = \"s{index}\""));
            }
            if !class.prefers.is_empty() {
                let prefer: Vec<String> = class.prefers.iter().map(|group| format!("\"team g{group}\"")).collect();
                line(format_args!("prefer = [{}]", prefer.join(", ")));
            }
            if self.classes.iter().any(|class| class.priority > 0) {
                line(format_args!("class = \"p{}\"", class.priority));
            }
            if !class.reserve.is_empty() {
                let reserve =
                    class.reserve.iter().map(|(team, keep)| format!("{{ team = \"g{team}\", keep = {keep} }}"));
                line(format_args!("reserve = [{}]", reserve.collect::<Vec<_>>().join(", ")));
            }
            class.waiting_places.iter().for_each(|places| line(format_args!("rules.length_limit = {places}")));
        }
        text
    }

    fn serving(&self, class: usize) -> impl Iterator<Item = usize> + '_ {
        self.groups.iter().enumerate().filter(move |(_, group)| group.serves.contains_key(&class)).map(|(at, _)| at)
    }

    /// The scenario, so many hours long.
    pub(super) fn scenario(&self, hours: f64) -> String {
        let mut text = format!("hours = {hours:?}\n");
        let mut line = |of: core::fmt::Arguments<'_>| {
            // Writing to a string does not fail.
            let _ = writeln!(text, "{of}");
        };
        if let Some(Retry { refused, abandoned, after }) = self.retry {
            let after = after.toml();
            line(format_args!("calls.retry = {{ refused = {refused:?}, abandoned = {abandoned:?}, after = {after} }}"));
        }
        for (index, class) in self.classes.iter().enumerate() {
            line(format_args!("[[queues]]\nqueue = \"c{index}\""));
            let rate = |hour: u32| {
                if self.open.is_none_or(|(from, to)| (from..to).contains(&hour)) { class.calls_per_hour } else { 0.0 }
            };
            match self.open {
                None => line(format_args!("arrivals = {{ per_hour = {:?} }}", class.calls_per_hour)),
                Some(_) => {
                    line(format_args!("arrivals = {{ per_hour = {:?} }}", (0..24).map(rate).collect::<Vec<_>>()))
                }
            }
            class.patience.iter().for_each(|patience| line(format_args!("calls.patience = {}", patience.toml())));
            let talks = |group: usize| self.groups[group].serves[&index].0;
            let Some(first) = self.serving(index).next().map(talks) else { continue };
            line(format_args!("calls.talk = {}", first.toml()));
            for group in self.serving(index).filter(|group| talks(*group) != first) {
                line(format_args!("teams.g{group}.talk = {}", talks(group).toml()));
            }
        }
        let teams: Vec<String> = (0..self.groups.len()).map(|group| format!("\"g{group}\"")).collect();
        let (from, to) = self.open.unwrap_or((0, 24));
        line(format_args!("[[shifts]]\nteams = [{}]\nfrom = \"{from:02}:00\"\nto = \"{to:02}:00\"", teams.join(", ")));
        text
    }
}

impl Group {
    /// The queues in order of rank, equals together.
    fn order(&self) -> String {
        let mut levels: BTreeMap<u32, Vec<String>> = BTreeMap::new();
        for (class, (_, rank)) in &self.serves {
            levels.entry(*rank).or_default().push(format!("\"c{class}\""));
        }
        let level = |queues: Vec<String>| match queues.as_slice() {
            [one] => one.clone(),
            many => format!("[{}]", many.join(", ")),
        };
        levels.into_values().map(level).collect::<Vec<_>>().join(", ")
    }

    /// Skills by rank: the first rank is the highest level.
    fn skills(&self) -> String {
        let skills = self.serves.iter().map(|(class, (_, rank))| format!("s{class} = {}", 11 - rank));
        format!("\nskills = {{ {} }}", skills.collect::<Vec<_>>().join(", "))
    }
}
