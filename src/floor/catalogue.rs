//! The catalogue: all profiles and needs, and which fits which as bit sets, so that matching never evaluates an
//! expression.
//!
//! Made with the plan. An engine copies it only when a call brings a need that the plan does not know.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Need, Profile};
use crate::bits::Bits;
use crate::ids::{NeedId, ProfileId, SkillId};

/// How many profiles and needs a catalogue holds at most (each).
pub(crate) const CATALOGUE_MAX: usize = 4096;

/// Profiles, needs, and which fits which.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Catalogue {
    profiles: Vec<Profile>,
    needs: Vec<Need>,
    /// By need: the skills it names.
    skills_of: Vec<Box<[SkillId]>>,
    /// Each known need with its id.
    #[serde(with = "crate::pairs")]
    ids: BTreeMap<Need, NeedId>,
    /// By need: the profiles that meet it.
    profiles_of: Vec<Bits>,
    /// By profile: the needs it meets.
    needs_of: Vec<Bits>,
}

/// The catalogue holds as many entries as it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CatalogueFull;

impl Catalogue {
    /// A catalogue of these profiles, by [`ProfileId`], with no need yet.
    pub(crate) fn new(profiles: Vec<Profile>) -> Result<Self, CatalogueFull> {
        if profiles.len() > CATALOGUE_MAX {
            return Err(CatalogueFull);
        }
        let needs_of = vec![Bits::default(); profiles.len()];
        Ok(Self { profiles, needs_of, ..Self::default() })
    }

    /// The id of this need, if the catalogue knows it.
    pub(crate) fn known(&self, need: &Need) -> Option<NeedId> {
        self.ids.get(need).copied()
    }

    /// The id of this need; entered if it is new and there is room.
    pub(crate) fn intern(&mut self, need: Need) -> Result<NeedId, CatalogueFull> {
        if let Some(id) = self.known(&need) {
            return Ok(id);
        }
        if self.needs.len() >= CATALOGUE_MAX {
            return Err(CatalogueFull);
        }
        let id = NeedId(self.needs.len() as u16);
        self.skills_of.push(need.skills().into());
        self.needs.push(need.clone());
        self.profiles_of.push(Bits::default());
        self.ids.insert(need, id);
        self.fill(id);
        Ok(id)
    }

    /// Puts a need in the place of one that nobody uses any more; the id stays the same.
    pub(crate) fn replace(&mut self, id: NeedId, need: Need) {
        self.skills_of[id.index()] = need.skills().into();
        let old = core::mem::replace(&mut self.needs[id.index()], need.clone());
        self.ids.remove(&old);
        self.ids.insert(need, id);
        self.fill(id);
    }

    fn fill(&mut self, id: NeedId) {
        let need = &self.needs[id.index()];
        for (index, profile) in self.profiles.iter().enumerate() {
            let fits = need.met_by(profile);
            self.profiles_of[id.index()].set(index, fits);
            self.needs_of[index].set(id.index(), fits);
        }
    }

    pub(crate) fn need(&self, id: NeedId) -> Option<&Need> {
        self.needs.get(id.index())
    }

    pub(crate) fn needs(&self) -> usize {
        self.needs.len()
    }

    pub(crate) fn profiles(&self) -> usize {
        self.profiles.len()
    }

    pub(crate) fn fits(&self, need: NeedId, profile: ProfileId) -> bool {
        self.profiles_of.get(need.index()).is_some_and(|profiles| profiles.contains(profile.index()))
    }

    /// The profiles that meet this need, which must be known.
    pub(crate) fn profiles_of(&self, need: NeedId) -> &Bits {
        &self.profiles_of[need.index()]
    }

    /// The needs that this profile meets; it must be known.
    pub(crate) fn needs_of(&self, profile: ProfileId) -> &Bits {
        &self.needs_of[profile.index()]
    }

    /// The facts behind this profile, which must be known.
    pub(crate) fn profile(&self, profile: ProfileId) -> &Profile {
        &self.profiles[profile.index()]
    }

    /// This profile's weight for choices by weighted chance.
    pub(crate) fn weight(&self, profile: ProfileId) -> u8 {
        self.profiles[profile.index()].weight
    }

    /// The sum of this profile's levels over the skills that the need names.
    pub(crate) fn score(&self, need: NeedId, profile: ProfileId) -> u32 {
        let levels = &self.profiles[profile.index()].levels;
        let level = |skill: &SkillId| u32::from(levels.get(skill.index()).copied().unwrap_or(0));
        self.skills_of[need.index()].iter().map(level).sum()
    }
}
