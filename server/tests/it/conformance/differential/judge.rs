//! Whether two answers are the same, and the smallest case for which they are not.

use serde_json::Value;

use super::{
    case::{Act, Case},
    servers::{Reply, Servers},
    wanted::Wanted,
    world::World,
};

/// Questions that may be spent on making one case smaller.
const BUDGET: usize = 400;
/// The same for a case whose difference is a wanted one.
const SMALL_BUDGET: usize = 60;

/// A case whose answers differ.
pub(super) struct Finding {
    pub(super) number: usize,
    pub(super) case: Case,
    pub(super) replies: [Reply; 2],
    /// The wanted difference that it is, by its place in the table.
    pub(super) class: Option<usize>,
}

/// Whether both answers say the same; where the order of a list is left open, as sets.
pub(super) fn same(case: &Case, [ours, theirs]: &[Reply; 2]) -> bool {
    if ours == theirs {
        return true;
    }
    if ours.status != theirs.status || !matches!(case.act, Act::List) || case.is_ordered() {
        return false;
    }
    let (ours, theirs) = (Page::of(&ours.body), Page::of(&theirs.body));
    match (ours, theirs) {
        (Some(ours), Some(theirs)) => ours.head == theirs.head && ours.sorted == theirs.sorted,
        _ => false,
    }
}

/// A page without the order of its records.
struct Page {
    head: Value,
    sorted: Vec<String>,
}

impl Page {
    fn of(body: &Value) -> Option<Self> {
        let mut head = body.clone();
        let items = head.as_object_mut()?.remove("items")?;
        let items = items.as_array()?;
        let mut sorted: Vec<String> = items.iter().map(Value::to_string).collect();
        sorted.sort();
        // Which records are on a page is left open with the order.
        let total = head["totalItems"].as_u64();
        if total.is_none_or(|total| total > u64::try_from(items.len()).unwrap()) {
            sorted.iter_mut().for_each(String::clear);
        }
        Some(Self { head, sorted })
    }
}

/// What a difference comes down to: the smallest case that shows it and is not wanted, or else
/// the wanted difference that it is.
pub(super) async fn boil_down(
    servers: &Servers,
    world: &World,
    wanted: &Wanted,
    mut found: Finding,
) -> Finding {
    found.class = wanted.class_of(&found.case, &found.replies);
    let mut left = if found.class.is_some() { SMALL_BUDGET } else { BUDGET };
    'smaller: loop {
        for case in found.case.smaller() {
            if left == 0 {
                return found;
            }
            left -= 1;
            if case.rule.is_some()
                && !matches!(case.act, Act::Rule)
                && !servers.set_rules(&case).await
            {
                continue;
            }
            let replies = servers.ask(world, &case).await;
            let class = wanted.class_of(&case, &replies);
            if class.is_none() && !same(&case, &replies) {
                left = if found.class.is_some() { BUDGET } else { left };
                found = Finding { case, replies, class, ..found };
                continue 'smaller;
            }
        }
        return found;
    }
}
