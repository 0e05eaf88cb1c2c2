//! Random queues, with their keys and what they leave of a team to others.

use super::*;

#[derive(Clone, Debug)]
pub(super) struct RawQueue {
    need: Option<&'static str>,
    teams: Vec<u8>,
    class: Option<u8>,
    credit: Option<Length>,
    rules: Rules,
    ladder: Vec<RawRung>,
    ladder_for_all: bool,
    prefer: Vec<&'static str>,
    reserve: Vec<(u8, u32)>,
    keys: Vec<(char, RawKey)>,
}

#[derive(Clone, Debug)]
enum RawKey {
    ToQueue(u8),
    ToNumber,
    Message,
    Callback,
    Disconnect,
}

pub(super) fn queue() -> BoxedStrategy<RawQueue> {
    let need = option::of(select(NEEDS.to_vec()));
    let credit = option::weighted(0.3, length());
    let ladder = (ladder(), prop::bool::weighted(0.2));
    let prefer = prop_oneof![2 => Just(Vec::new()), 1 => subsequence(NEEDS.to_vec(), 1..=3).prop_shuffle()];
    let key = prop_oneof![
        2 => any::<u8>().prop_map(RawKey::ToQueue),
        1 => Just(RawKey::ToNumber),
        2 => Just(RawKey::Message),
        3 => Just(RawKey::Callback),
        1 => Just(RawKey::Disconnect),
    ];
    let keys = prop::collection::btree_map(select(KEYS.to_vec()), key, 0..=3);
    let reserve = prop_oneof![3 => Just(Vec::new()), 1 => vec((any::<u8>(), 1..=2u32), 1..=2)];
    (need, vec(any::<u8>(), 0..=2), option::of(any::<u8>()), credit, rules(), ladder, (prefer, reserve, keys))
        .prop_map(|(need, teams, class, credit, rules, (ladder, ladder_for_all), (prefer, reserve, keys))| RawQueue {
            need,
            teams,
            class,
            credit,
            rules,
            ladder,
            ladder_for_all,
            prefer,
            reserve,
            keys: keys.into_iter().collect(),
        })
        .boxed()
}

impl RawQueue {
    pub(super) fn named(self, index: usize, names: &Names) -> Queue {
        let teams = distinct(self.teams.iter().map(|team| names.team(*team)).collect());
        let mut reserve: Vec<Reserve> = Vec::new();
        for (team, keep) in self.reserve {
            let team = names.team(team);
            if reserve.iter().all(|known| known.team != team) {
                reserve.push(Reserve { team, keep });
            }
        }
        let action = |key| match key {
            RawKey::ToQueue(queue) => KeyAction::ToQueue(names.queue(queue)),
            RawKey::ToNumber => KeyAction::ToNumber("+200".into()),
            RawKey::Message => KeyAction::Message,
            RawKey::Callback => KeyAction::Callback,
            RawKey::Disconnect => KeyAction::Disconnect("wished".into()),
        };
        Queue {
            name: format!("q{index}"),
            need: self.need.map(String::from),
            teams,
            class: self.class.map(|class| names.class(class)),
            credit: self.credit,
            rules: self.rules,
            ladder: named_ladder(self.ladder, names),
            ladder_for_all: self.ladder_for_all,
            prefer: self.prefer.iter().map(|need| (*need).into()).collect(),
            reserve,
            keys: self.keys.into_iter().map(|(key, leads)| Key { key, action: action(leads) }).collect(),
        }
    }
}
