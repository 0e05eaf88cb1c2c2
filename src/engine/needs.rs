//! The needs in use: the plan's, and those that calls bring themselves.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::floor::{Catalogue, CatalogueFull, Need, Plan};
use crate::ids::NeedId;

/// The catalogue with the needs that calls have brought. It is the plan's own until the first of those comes.
#[derive(Clone, Debug, Hash, Serialize, Deserialize)]
pub(super) struct Needs {
    catalogue: Arc<Catalogue>,
    /// How many needs are the plan's; they stay for good.
    of_plan: usize,
    /// By need brought by calls, counted from `of_plan`: how many visits use it.
    users: Vec<u32>,
    /// A queue's need and a call's own, and the need that is both.
    #[serde(with = "crate::pairs")]
    both: BTreeMap<(NeedId, NeedId), NeedId>,
}

impl Needs {
    pub(super) fn new(plan: &Plan) -> Self {
        let catalogue = plan.catalogue.clone();
        Self { of_plan: catalogue.needs(), catalogue, users: Vec::new(), both: BTreeMap::new() }
    }

    pub(super) fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// The need of a call in a place where `base` is needed, and which has a need of its own.
    pub(super) fn both(&mut self, base: NeedId, own: Option<&Need>) -> Result<NeedId, CatalogueFull> {
        let Some(own) = own else { return Ok(base) };
        let known = self.catalogue.known(own).and_then(|own| self.both.get(&(base, own)).copied());
        if let Some(both) = known {
            return Ok(both);
        }
        let own_id = self.enter(own.clone())?;
        let base_need = self.catalogue.need(base).cloned().ok_or(CatalogueFull)?;
        // While it is being entered nobody uses the call's own need; it must not make room for the combination.
        self.hold(own_id);
        let both = self.enter(Need::All(vec![own.clone(), base_need]));
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
        need.index().checked_sub(self.of_plan).and_then(|place| self.users.get_mut(place))
    }

    fn enter(&mut self, need: Need) -> Result<NeedId, CatalogueFull> {
        if let Some(id) = self.catalogue.known(&need) {
            return Ok(id);
        }
        let catalogue = Arc::make_mut(&mut self.catalogue);
        match catalogue.intern(need.clone()) {
            Ok(id) => {
                self.users.push(0);
                Ok(id)
            }
            Err(CatalogueFull) => {
                // Make room: the first need that no visit uses any more gives its number.
                let place = self.users.iter().position(|users| *users == 0).ok_or(CatalogueFull)?;
                let id = NeedId((self.of_plan + place) as u16);
                catalogue.replace(id, need);
                self.both.retain(|(_, own), both| *own != id && *both != id);
                Ok(id)
            }
        }
    }

    /// How many visits use each need that calls have brought.
    pub(super) fn users(&self) -> impl Iterator<Item = (NeedId, u32)> {
        self.users.iter().enumerate().map(|(place, users)| (NeedId((self.of_plan + place) as u16), *users))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::floor::CATALOGUE_MAX;
    use crate::ids::TeamId;

    fn needs() -> Needs {
        let floor = crate::Floor {
            teams: vec![crate::floor::Team { name: "operators".into() }],
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
        let expected = Need::All(vec![own, needs.catalogue().need(base).unwrap().clone()]);
        assert_eq!(needs.catalogue().need(first), Some(&expected));
    }

    #[test]
    fn needs_that_no_call_uses_any_more_make_room_for_new_ones() {
        let mut needs = needs();
        let base = NeedId(0);
        let kept = needs.both(base, Some(&Need::Team(TeamId(0)))).unwrap();
        needs.hold(kept);
        let kept_need = needs.catalogue().need(kept).cloned();
        for team in 1..3 * CATALOGUE_MAX as u16 {
            let both = needs.both(base, Some(&Need::Team(TeamId(team)))).unwrap();
            assert_ne!(both, kept);
            let expected = Need::All(vec![Need::Team(TeamId(team)), Need::All(Vec::new())]);
            assert_eq!(needs.catalogue().need(both), Some(&expected));
        }
        assert_eq!(needs.catalogue().need(kept).cloned(), kept_need);
        assert_eq!(needs.catalogue().needs(), CATALOGUE_MAX);
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
        assert_eq!(refused, Some((CATALOGUE_MAX - needs.of_plan - 1) as u16));
    }
}
