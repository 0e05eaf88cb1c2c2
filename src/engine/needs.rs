//! The needs in use: the plan's, and those that calls bring themselves.
//!
//! The plan's catalogue is shared by all its engines; what calls bring is kept apart, so that a call with a need of its
//! own does not make an engine copy the catalogue (4 MB at the limits).

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::bits::Bits;
use crate::floor::lanes::Lane;
use crate::floor::{CATALOGUE_MAX, Catalogue, CatalogueFull, Interned, Need, Plan, Profile};
use crate::ids::{NeedId, ProfileId, SkillId};

/// What a call needs of its own is known in this lane; nobody waits for it alone.
const OWN: Lane = 0;
/// How many needs a word of a set of needs has.
const WORD: usize = u64::BITS as usize;

#[derive(Clone, Debug, Hash, Serialize, Deserialize)]
pub(super) struct Needs {
    catalogue: Arc<Catalogue>,
    /// Those brought by calls, under the numbers from `first_brought` on.
    brought: Interned,
    /// Begins a word of the sets of needs, so that such a set is the plan's words and then those of the brought ones.
    first_brought: usize,
    /// By need brought by calls: how many visits use it.
    users: Vec<u32>,
    /// A queue's need and a call's own, and the need that is both.
    #[serde(with = "crate::pairs")]
    both: BTreeMap<(NeedId, NeedId), NeedId>,
}

impl Needs {
    pub(super) fn new(plan: &Plan) -> Self {
        let catalogue = plan.catalogue.clone();
        Self {
            first_brought: catalogue.needs().next_multiple_of(WORD),
            catalogue,
            brought: Interned::default(),
            users: Vec::new(),
            both: BTreeMap::new(),
        }
    }

    /// The plan's profiles and needs.
    pub(super) fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    // --- what is known of a need ---

    pub(super) fn need(&self, id: NeedId) -> Option<&Need> {
        match self.place(id) {
            None => self.catalogue.need(id),
            Some(place) => self.brought.need(place),
        }
    }

    pub(super) fn fits(&self, need: NeedId, profile: ProfileId) -> bool {
        self.profiles_of(need).contains(profile.index())
    }

    /// The profiles that meet this need, which must be known.
    pub(super) fn profiles_of(&self, need: NeedId) -> &Bits {
        match self.place(need) {
            None => self.catalogue.profiles_of(need),
            Some(place) => self.brought.profiles_of(place),
        }
    }

    /// The skills that this need names, which must be known.
    pub(super) fn skills_of(&self, need: NeedId) -> &[SkillId] {
        match self.place(need) {
            None => self.catalogue.skills_of(need),
            Some(place) => self.brought.skills_of(place),
        }
    }

    /// The needs that this profile meets, 64 at a time: those from 64 times the argument on.
    pub(super) fn needs_of(&self, profile: ProfileId) -> impl Fn(usize) -> u64 + Copy {
        let (of_plan, brought) = (self.catalogue.needs_of(profile), self.brought.needs_of(profile));
        let words_of_plan = self.first_brought / WORD;
        move |place| match place.checked_sub(words_of_plan) {
            None => of_plan.word(place),
            Some(place) => brought.word(place),
        }
    }

    /// The needs in this lane, 64 at a time as above.
    pub(super) fn in_lane(&self, lane: Lane, place: usize) -> u64 {
        match place.checked_sub(self.first_brought / WORD) {
            None => self.catalogue.in_lane(lane).word(place),
            Some(place) => self.brought.in_lane(lane).word(place),
        }
    }

    /// The lane of this need, which must be known.
    pub(super) fn lane_of(&self, need: NeedId) -> Lane {
        match self.place(need) {
            None => self.catalogue.lane_of(need),
            Some(place) => self.brought.lane_of(place),
        }
    }

    /// The facts behind this profile, which must be known.
    pub(super) fn profile(&self, profile: ProfileId) -> &Profile {
        self.catalogue.profile(profile)
    }

    /// The place of a need among those brought by calls.
    fn place(&self, need: NeedId) -> Option<NeedId> {
        need.index().checked_sub(self.first_brought).map(|place| NeedId(place as u16))
    }

    // --- needs that calls bring ---

    /// The need of a call in a place where `base` is needed, and which has a need of its own.
    pub(super) fn both(&mut self, base: NeedId, own: Option<&Need>) -> Result<NeedId, CatalogueFull> {
        let Some(own) = own else { return Ok(base) };
        let known = self.known(own, OWN).and_then(|own| self.both.get(&(base, own)).copied());
        if let Some(both) = known {
            return Ok(both);
        }
        let own_id = self.enter(own.clone(), OWN)?;
        let base_need = self.need(base).cloned().ok_or(CatalogueFull)?;
        // While it is being entered nobody uses the call's own need; it must not make room for the combination.
        self.hold(own_id);
        let both = self.enter(Need::All(vec![own.clone(), base_need]), self.lane_of(base));
        self.release(own_id);
        let both = both?;
        self.both.insert((base, own_id), both);
        Ok(both)
    }

    /// One more visit uses this need.
    pub(super) fn hold(&mut self, need: NeedId) {
        if let Some(users) = self.users_of(need) {
            *users += 1;
        }
    }

    /// One visit less uses this need.
    pub(super) fn release(&mut self, need: NeedId) {
        if let Some(users) = self.users_of(need) {
            *users -= 1;
        }
    }

    fn users_of(&mut self, need: NeedId) -> Option<&mut u32> {
        self.place(need).and_then(|place| self.users.get_mut(place.index()))
    }

    fn known(&self, need: &Need, lane: Lane) -> Option<NeedId> {
        self.catalogue.known(need, lane).or_else(|| self.brought.known(need, lane).map(|place| self.id(place)))
    }

    fn id(&self, place: NeedId) -> NeedId {
        NeedId((self.first_brought + place.index()) as u16)
    }

    fn enter(&mut self, need: Need, lane: Lane) -> Result<NeedId, CatalogueFull> {
        if let Some(id) = self.known(&need, lane) {
            return Ok(id);
        }
        let people = self.catalogue.people();
        if self.catalogue.needs() + self.brought.len() < CATALOGUE_MAX {
            self.users.push(0);
            let place = self.brought.intern(need, lane, people);
            return Ok(self.id(place));
        }
        // Make room: the first need that no visit uses any more gives its number.
        let place = self.users.iter().position(|users| *users == 0).ok_or(CatalogueFull)?;
        let place = NeedId(place as u16);
        self.brought.replace(place, need, lane, people);
        let id = self.id(place);
        self.both.retain(|(_, own), both| *own != id && *both != id);
        Ok(id)
    }

    /// How many visits use each need that calls have brought.
    pub(super) fn users(&self) -> impl Iterator<Item = (NeedId, u32)> {
        self.users.iter().zip(0..).map(|(users, place)| (self.id(NeedId(place)), *users))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::floor::CATALOGUE_MAX;
    use crate::ids::TeamId;

    fn needs() -> Needs {
        let floor = crate::Floor {
            teams: vec![crate::floor::Team { name: "operators".into(), ..crate::floor::Team::default() }],
            queues: vec![crate::floor::Queue { name: "guests".into(), ..Default::default() }],
            ..Default::default()
        };
        Needs::new(&floor.compile().unwrap())
    }

    #[test]
    fn a_call_that_asks_for_the_same_again_shares_the_need() {
        let mut needs = needs();
        let own = Need::Team(TeamId(7));
        let base = NeedId(0);
        let first = needs.both(base, Some(&own)).unwrap();
        assert_eq!(needs.both(base, Some(&own)), Ok(first));
        assert_eq!(needs.both(base, None), Ok(base));
        let expected = Need::All(vec![own, needs.need(base).unwrap().clone()]);
        assert_eq!(needs.need(first), Some(&expected));
    }

    #[test]
    fn needs_that_no_call_uses_any_more_make_room_for_new_ones() {
        let mut needs = needs();
        let base = NeedId(0);
        let kept = needs.both(base, Some(&Need::Team(TeamId(0)))).unwrap();
        needs.hold(kept);
        let kept_need = needs.need(kept).cloned();
        for team in 1..3 * CATALOGUE_MAX as u16 {
            let both = needs.both(base, Some(&Need::Team(TeamId(team)))).unwrap();
            assert_ne!(both, kept);
            let expected = Need::All(vec![Need::Team(TeamId(team)), Need::All(Vec::new())]);
            assert_eq!(needs.need(both), Some(&expected));
        }
        assert_eq!(needs.need(kept).cloned(), kept_need);
        assert_eq!(needs.catalogue.needs() + needs.brought.len(), CATALOGUE_MAX);
    }

    #[test]
    fn one_need_too_many_is_refused_while_all_are_in_use() {
        let mut needs = needs();
        let base = NeedId(0);
        let refused = (0..2 * CATALOGUE_MAX as u16).find(|team| {
            let both = needs.both(base, Some(&Need::Team(TeamId(*team))));
            both.inspect(|both| needs.hold(*both)).is_err()
        });
        // Each call's own need gives way to the next one's; the combinations are in use and stay.
        assert_eq!(refused, Some((CATALOGUE_MAX - needs.catalogue.needs() - 1) as u16));
    }
}
