//! Every field of a scenario in one table: its form with unit and range, and its default. What it does, its own
//! documentation says. A test holds the table to the types.
//!
//! * A *share* is a number from 0 to 1.
//! * A *length* is a length of time as floors write it: `"90s"`, `"1m30s"`, `"3 rings"`.
//! * A *distribution* says how lengths are drawn: `{ exponential = "3m" }` and the other forms of
//!   [`Distribution`](crate::sim::Distribution), each with its ranges.
//! * A *time of day* is `"07:00"` or `"23:30:00"`.
//! * A *name* is one that the floor has.
//! * `*` stands for a name.
//!
//! | field | form | default |
//! | --- | --- | --- |
//! | `name` | text | none |
//! | `begins` | a day from 1970 to 2199, `"2024-01-31"` | `"2024-01-01"`, or the day of the first recorded call |
//! | `hours` | above 0, at most 1,000,000 hours | 24, or to the end of the day of the last recorded call |
//! | `warm_up` | a length, shorter than the scenario | no time |
//! | `drain` | a length | `"24h"` |
//! | `calls.patience` | a distribution, or `"never"` | `"never"` |
//! | `calls.talk` | a distribution | `{ exponential = "3m" }` |
//! | `calls.hold.share` | a share of calls | 0 |
//! | `calls.hold.length` | a distribution | must be there with `hold` |
//! | `calls.wrap_up` | a distribution | no time |
//! | `calls.ended_by_agent` | a share of calls | 0 |
//! | `calls.answer` | a distribution | no time |
//! | `calls.cannot_answer` | a share of calls | 0 |
//! | `calls.complaints` | a share of calls | 0 |
//! | `calls.transfers.share` | a share of calls; all together at most 1 | 0 |
//! | `calls.transfers.to` | one of `queue`, `agent`, `team`, `extension` with a name, or `number` | must be there |
//! | `calls.transfers.consult` | true, false | false |
//! | `calls.consults.length` | a distribution | `{ exponential = "30s" }` |
//! | `calls.consults.patience` | a distribution | `{ fixed = "1m" }` |
//! | `calls.consults.conference` | a share of consultations; with `back` at most 1 | 0 |
//! | `calls.consults.back` | a share of consultations | 0 |
//! | `calls.preferred.share` | a share of calls | 0 |
//! | `calls.preferred.agents` | names of agents | must be there with `preferred` |
//! | `calls.keys.key` | one of `0` to `9`, `*` and `#` | must be there |
//! | `calls.keys.share` | a share of calls; all together at most 1 | 0 |
//! | `calls.keys.after` | a distribution | no time |
//! | `calls.callback.share` | a share of calls | 0 |
//! | `calls.callback.due` | a length | no promise |
//! | `calls.callback.reached` | a share of attempts | 1 |
//! | `calls.callback.answer` | a distribution | no time |
//! | `calls.message.share` | a share of calls | must be there with `message` |
//! | `calls.message.length` | a distribution | must be there with `message` |
//! | `calls.dispositions.*` | a share of calls; all together at most 1 | 0 |
//! | `calls.again.share` | a share of calls | must be there with `again` |
//! | `calls.again.after` | a distribution | must be there with `again` |
//! | `calls.retry.refused` | a share of the calls refused | 0 |
//! | `calls.retry.abandoned` | a share of the calls abandoned | 0 |
//! | `calls.retry.after` | a distribution | must be there with `retry` |
//! | `agents.missed` | a share of offers; with the next three at most 1 | 0 |
//! | `agents.declined` | a share of offers | 0 |
//! | `agents.busy` | a share of offers | 0 |
//! | `agents.unreachable` | a share of offers | 0 |
//! | `agents.back_after_miss` | a distribution | `{ fixed = "1m" }` |
//! | `agents.back_after_call` | a distribution | `{ fixed = "1m" }` |
//! | `agents.late.share` | a share of the times an agent comes to work | must be there with `late` |
//! | `agents.late.by` | a distribution | must be there with `late` |
//! | `agents.absent` | a share of the times an agent should come to work | 0 |
//! | `agents.phone_failures.every` | a length of work, at least `"1m"` | must be there with `phone_failures` |
//! | `agents.phone_failures.repair` | a distribution | must be there with `phone_failures` |
//! | `supervisors.listen.per_hour` | 0 to 10,000,000 times per hour and supervisor | must be there with `listen` |
//! | `supervisors.listen.length` | a distribution | must be there with `listen` |
//! | `supervisors.listen.whisper` | a share of the times; with `barge` at most 1 | 0 |
//! | `supervisors.listen.barge` | a share of the times | 0 |
//! | `supervisors.listen.take_over` | a share of the times | 0 |
//! | `supervisors.moves.per_hour` | 0 to 10,000,000 times per hour and supervisor | must be there with `moves` |
//! | `supervisors.moves.to` | names of queues | must be there with `moves` |
//! | `supervisors.approval.after` | a distribution | no time |
//! | `supervisors.approval.refused` | a share of breaks | 0 |
//! | `switch.ring_delay` | a distribution | no time |
//! | `switch.connect_delay` | a distribution | no time |
//! | `telephones.answered` | a share of the times | 1 |
//! | `telephones.busy` | a share of the times; with `answered` at most 1 | 0 |
//! | `telephones.answer` | a distribution | no time |
//! | `follow_up.called_back` | a share of entries; with `closed` at most 1 | 0 |
//! | `follow_up.closed` | a share of entries | 0 |
//! | `follow_up.after` | a distribution | no time |
//! | `queues.queue` | the name of a queue, each at most once | must be there |
//! | `queues.arrivals.per_hour` | 0 to 10,000,000 calls per hour: a number, a list, or either by `weekdays`, `weekend`, `mon` to `sun` | 0 |
//! | `queues.arrivals.per_minute` | the same per minute, in its place | 0 |
//! | `queues.arrivals.every` | a length from `"1m"` to `"24h"`, a whole part of a day | `"1h"` |
//! | `queues.arrivals.overdispersed.cv` | 0 to 10 | 0 |
//! | `queues.arrivals.overdispersed.every` | a length, at least `"1m"` | `"24h"` |
//! | `queues.arrivals.overdispersed.shared` | text | factors of its own |
//! | `queues.arrivals.bursts.per_hour` | 0 to 10,000 bursts per hour | must be there with `bursts` |
//! | `queues.arrivals.bursts.calls` | `{ fixed = … }` or `{ geometric = … }`, 1 to 100,000 calls | must be there with `bursts` |
//! | `queues.arrivals.bursts.after` | a distribution | no time |
//! | `queues.arrivals.recorded` | a file, `{ file = …, queue = … }`, or a list of [recorded calls](super::recording); in place of it `queue_log`, a file likewise | none |
//! | `queues.tiers.*.share` | a share of the queue's calls; all together at most 1 | 0 |
//! | `queues.tiers.*.calls` | as `calls` | the queue's |
//! | `queues.needs.share` | a share of the queue's calls; all together at most 1 | 0 |
//! | `queues.needs.need` | a need, `"english >= 3"` | must be there |
//! | `queues.calls` | as `calls` | the scenario's |
//! | `queues.teams.*.answer` | a distribution | the queue's |
//! | `queues.teams.*.talk` | a distribution | the queue's |
//! | `queues.teams.*.hold` | as `calls.hold` | the queue's |
//! | `queues.teams.*.wrap_up` | a distribution | the queue's |
//! | `shifts.name` | text | none |
//! | `shifts.teams` | names of teams | none; with `agents` somebody must be there |
//! | `shifts.agents` | names of agents | none |
//! | `shifts.days` | any of `mon`, `tue`, `wed`, `thu`, `fri`, `sat`, `sun` | every day |
//! | `shifts.from` | a time of day | must be there |
//! | `shifts.to` | a time of day up to `"24:00"` | must be there |
//! | `shifts.breaks.at` | a time of day within the shift; no two breaks of an agent overlap, those of the allowance included | must be there |
//! | `shifts.breaks.stagger` | a length | no time |
//! | `shifts.breaks.length` | a length above no time | must be there |
//! | `shifts.breaks.reason` | the name of a reason | must be there |
//! | `shifts.allowance.breaks` | lengths above no time, each at most its part of the shift | must be there with `allowance` |
//! | `shifts.allowance.reason` | the name of a reason | must be there with `allowance` |
//! | `shifts.allowance.margin` | a length, less than half of the shift | no time |
//! | `alternatives.name` | text, each once | must be there |
//! | `alternatives.shifts` | as `shifts` | nobody at work |
//! | `faults.lost_hangups` | a share of hang-ups | 0 |
//! | `faults.vanishing_agents` | a share of ringing phones, and of connected calls | 0 |
//! | `faults.back_after_vanishing` | a distribution | `{ exponential = "10m" }` |
//! | `faults.duplicates` | a share of the switch's reports | 0 |
//! | `faults.late_answers` | a share of withdrawn offers | 0 |
//! | `faults.nonsense` | a share of inputs | 0 |
