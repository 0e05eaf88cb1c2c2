//! A description as text, for people at a terminal.

use core::fmt;

use super::{Description, OrderDescription, People, QueueDescription, RoleDescription, RungDescription};
use crate::floor::{Length, OrderLevel, Reserve, defaults};

impl fmt::Display for People {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.count == 0 {
            return f.write_str("nobody");
        }
        write!(f, "{}: {}", self.count, self.names.join(", "))?;
        if self.count > self.names.len() { f.write_str(", …") } else { Ok(()) }
    }
}

impl fmt::Display for Description {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = if self.name.is_empty() { "A floor" } else { &self.name };
        let count = |count: usize, noun: &str| format!("{count} {noun}{}", if count == 1 { "" } else { "s" });
        let (agents, queues) = (count(self.agents, "agent"), count(self.queues.len(), "queue"));
        let callers = count(self.directory, "known caller");
        writeln!(f, "{name}: {agents}, {queues}, {callers}; a ring lasts {}", Length::Span(self.ring))?;
        if self.supervisors.count > 0 {
            wrapped(f, "", &format!("Supervisors, from role {} up: {}", self.supervision, self.supervisors))?;
        }
        if !self.approval.is_empty() {
            wrapped(f, "", &format!("Breaks that need approval: {}", self.approval.join(", ")))?;
        }
        if let Some(trunks) = self.trunks {
            writeln!(f, "At most {} on a line at once.", count(trunks as usize, "caller"))?;
        }
        match self.waiting_limit {
            None => {}
            Some(0) => writeln!(f, "Nobody waits: who finds nobody free is refused.")?,
            Some(limit) => writeln!(f, "At most {} in all queues together.", count(limit as usize, "caller"))?,
        }
        if let Some(zone) = &self.zone {
            writeln!(f, "Times of day are those of {zone}.")?;
        }
        for order in self.orders.iter().take(ORDERS_SHOWN) {
            wrapped(f, "", &order.to_string())?;
        }
        if let Some(more @ 1..) = self.orders.len().checked_sub(ORDERS_SHOWN) {
            writeln!(f, "And {more} more have an order of queues.")?;
        }
        if self.queues.iter().flat_map(|queue| &queue.ladders).any(|ladder| !ladder.rungs.is_empty()) {
            writeln!(f, "Times are at the latest: a rung none of whose people is signed in is passed at once.")?;
        }
        self.queues.iter().try_for_each(|queue| write!(f, "\n{queue}"))
    }
}

/// So many orders of queues are shown.
const ORDERS_SHOWN: usize = 8;

impl fmt::Display for OrderDescription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let level = |level: &OrderLevel| match level {
            OrderLevel::Queue(queue) => queue.clone(),
            OrderLevel::Alike(queues) => queues.join(" and "),
        };
        let levels: Vec<String> = self.levels.iter().map(level).collect();
        match levels.as_slice() {
            [] => write!(f, "Order of {}: all queues alike", self.of),
            levels => write!(f, "Order of {}: {}, then all others", self.of, levels.join(", then ")),
        }
    }
}

impl fmt::Display for QueueDescription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "queue {}, class {}", self.name, self.class)?;
        wrapped(f, "  needs     ", &self.need)?;
        wrapped(f, "  served by ", &self.served_by.to_string())?;
        if self.choice != defaults::CHOICE || !self.prefer.is_empty() {
            let mut groups: Vec<String> =
                self.prefer.iter().map(|group| format!("{} ({})", group.need, group.people)).collect();
            if let Some(first) = groups.first_mut() {
                first.push_str(" first");
                groups.push("all others; ".into());
            }
            wrapped(f, "  chosen    ", &format!("{}by {}", groups.join(", then "), self.choice))?;
        }
        if !self.reserve.is_empty() {
            let kept = |reserve: &Reserve| format!("{} of team {}", reserve.keep, reserve.team);
            let kept: Vec<String> = self.reserve.iter().map(kept).collect();
            wrapped(f, "  leaves    ", &format!("{} idle for other queues", kept.join(", ")))?;
        }
        let after_call = self.after_call.as_ref().map(|reason| format!("then a break: {reason}"));
        let after: Vec<String> = self.wrap_up.iter().cloned().chain(after_call).collect();
        if !after.is_empty() {
            wrapped(f, "  wrap-up   ", &after.join(", "))?;
        }
        for key in &self.keys {
            wrapped(f, &format!("  key {}     ", key.key), &key.leads)?;
        }
        let up = going_up(&self.escalation);
        if !up.is_empty() {
            let stays = if self.agent_stays { "; the agent stays until then" } else { "" };
            wrapped(f, "  goes up   ", &format!("{up}{stays}"))?;
        }
        if self.complaint != self.escalation {
            let up = going_up(&self.complaint);
            wrapped(f, "  complaint ", if up.is_empty() { "nobody" } else { &up })?;
        }
        for ladder in &self.ladders {
            if let Some(tier) = &ladder.tier {
                writeln!(f, "  tier {tier}{}", if ladder.rungs.is_empty() { ": no ladder" } else { "" })?;
            }
            ladder.rungs.iter().try_for_each(|rung| rung.fmt(f))?;
        }
        Ok(())
    }
}

impl fmt::Display for RungDescription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut does = Vec::new();
        if self.joined_by.count > 0 {
            does.push(format!("+{}", self.joined_by));
        }
        does.extend(self.also.iter().cloned());
        if does.is_empty() {
            does.push("nobody new".into());
        }
        let only_if = self.only_if.as_ref().map(|condition| format!("if {condition}"));
        let unless = self.unless.as_ref().map(|condition| format!("unless {condition}"));
        let conditions: Vec<String> = only_if.into_iter().chain(unless).collect();
        let colon = if conditions.is_empty() { "" } else { ": " };
        let at = format!("  {:>9} ", Length::Span(self.at).to_string());
        wrapped(f, &at, &format!("{}{colon}{}", conditions.join(", "), does.join("; ")))
    }
}

/// Roles that nobody has are passed, and not worth a word.
fn going_up(roles: &[RoleDescription]) -> String {
    let there = roles.iter().filter(|role| role.people.count > 0);
    let text = |role: &RoleDescription| {
        let at = if role.at.is_zero() { "at once".into() } else { format!("after {}", Length::Span(role.at)) };
        format!("{} {at} ({})", role.role, role.people)
    };
    there.map(text).collect::<Vec<_>>().join(", ")
}

/// A paragraph whose further lines stand under its first, within 100 columns.
fn wrapped(f: &mut fmt::Formatter<'_>, label: &str, text: &str) -> fmt::Result {
    const WIDTH: usize = 100;
    let indent = label.chars().count();
    f.write_str(label)?;
    let mut column = indent;
    for (place, word) in text.split(' ').enumerate() {
        let width = word.chars().count();
        if place > 0 && column + 1 + width > WIDTH {
            write!(f, "\n{:indent$}", "")?;
            column = indent;
        } else if place > 0 {
            f.write_str(" ")?;
            column += 1;
        }
        f.write_str(word)?;
        column += width;
    }
    f.write_str("\n")
}
