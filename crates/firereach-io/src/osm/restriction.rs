//! Turn restrictions from `type=restriction` relations.

use std::collections::HashSet;

use firereach_model::feature::{RestrictionKind, TurnRestriction};
use firereach_model::problem::{Done, Severity};

use super::extract::{Extract, MemberKind, Relation, TagView};
use super::ledger::{Layer, Ledger, Remark};

/// Takes one relation; `roads` are the ways that became roads.
pub(super) fn take(
    ledger: &mut Ledger,
    extract: &Extract,
    relation: &Relation,
    tags: &TagView<'_>,
    roads: &HashSet<i64>,
) {
    let is_restriction = tags.get("type").is_some_and(|t| t == "restriction" || t.starts_with("restriction:"));
    if !is_restriction {
        return;
    }
    let via_nodes: Vec<i64> = members(relation, MemberKind::Node, "via");
    let at = via_nodes.first().and_then(|id| extract.place(*id));
    let mut entry = ledger.enter(Layer::Restrictions, format!("relation/{}", relation.id), at);
    let Some(rule) = rule(tags) else {
        let for_whom: Vec<&str> =
            tags.iter().map(|(key, _)| key).filter(|key| key.starts_with("restriction")).collect();
        entry.set_aside(
            "OSM-TURN-OTHERS",
            Severity::Info,
            if for_whom.is_empty() { "no `restriction` tag".to_owned() } else { for_whom.join(", ") },
            "a restriction at all times for all motor vehicles",
            "none needed: it does not bind an engine on every call",
        );
        return;
    };
    let kind = if rule.starts_with("no_") {
        RestrictionKind::No
    } else if rule.starts_with("only_") {
        RestrictionKind::Only
    } else {
        let found = format!("`restriction` is \"{rule}\"");
        entry.set_aside("OSM-TURN-WORD", Severity::Warning, found, "no_… or only_…", "correct the tag");
        return;
    };
    let from = members(relation, MemberKind::Way, "from");
    let to = members(relation, MemberKind::Way, "to");
    let via_ways = members(relation, MemberKind::Way, "via");
    if from.is_empty() || to.is_empty() || (via_nodes.len() != 1) == via_ways.is_empty() {
        entry.set_aside(
            "OSM-TURN-MEMBERS",
            Severity::Warning,
            format!(
                "{} from, {} via node(s), {} via way(s), {} to",
                from.len(),
                via_nodes.len(),
                via_ways.len(),
                to.len()
            ),
            "a from, a to, and one node or some ways between",
            "complete the members of the relation",
        );
        return;
    }
    let strangers: Vec<i64> =
        from.iter().chain(&to).chain(&via_ways).copied().filter(|id| !roads.contains(id)).collect();
    if let Some(first) = strangers.first() {
        let is_outside = extract.way(*first).is_none();
        let (code, severity, why) = if is_outside {
            ("OSM-TURN-OUTSIDE", Severity::Info, "is not in the extract")
        } else {
            ("OSM-TURN-ROAD", Severity::Warning, "is not a road in use")
        };
        let found = format!("way/{first} {why}");
        entry.set_aside(code, severity, found, "roads of the extract", "none needed where the roads lie outside");
        return;
    }
    if let Some(&node) = via_nodes.first().filter(|_| via_ways.is_empty()) {
        let touches = |id: &i64| extract.way(*id).is_some_and(|way| way.refs.contains(&node));
        if !from.iter().chain(&to).all(touches) {
            entry.set_aside(
                "OSM-TURN-APART",
                Severity::Warning,
                format!("node/{node} does not lie on every road of the turn"),
                "roads that meet at the via node",
                "correct the members; a road was probably split after the restriction was drawn",
            );
            return;
        }
    }
    let excepts_emergency =
        tags.get("except").is_some_and(|list| list.split([';', ',']).any(|who| who.trim() == "emergency"));
    if from.len() * to.len() > 1 && !matches!(rule, "no_entry" | "no_exit") {
        entry.remark(Remark {
            code: "OSM-TURN-MANY",
            severity: Severity::Info,
            done: Done::Repaired,
            found: format!("{} from and {} to", from.len(), to.len()),
            expected: "one from and one to",
            repair: "split the relation; every pair is used",
        });
    }
    for one in &from {
        for other in &to {
            let restriction = TurnRestriction {
                origin: entry.origin(),
                from: format!("way/{one}"),
                via_node: via_nodes.first().copied().filter(|_| via_ways.is_empty()),
                via_roads: via_ways.iter().map(|id| format!("way/{id}")).collect(),
                to: format!("way/{other}"),
                kind,
                excepts_emergency,
            };
            entry.layers().restrictions.push(restriction);
        }
    }
}

/// The rule that binds every motor vehicle at every hour, or the one that binds vehicles of an engine's kind.
fn rule<'a>(tags: &TagView<'a>) -> Option<&'a str> {
    tags.first(&["restriction", "restriction:motor_vehicle", "restriction:vehicle", "restriction:emergency"])
        .map(|(_, rule)| rule)
}

fn members(relation: &Relation, kind: MemberKind, role: &str) -> Vec<i64> {
    relation.members.iter().filter(|m| m.kind == kind && &*m.role == role).map(|m| m.id).collect()
}
