//! The exported network, recomputed by a search that shares no code with the engine's.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use crate::program::{real_data, rows, scratch, succeed, word};

#[test]
fn anyone_can_recompute_the_times_from_the_exported_edges() {
    let Some(extract) = real_data("yuzhong/yuzhong.osm.pbf") else { return };
    let folder = scratch();
    let study = folder.path().join("study");
    succeed(&["init", "--osm", &word(&extract), "-o", &word(&study)]);
    let out = folder.path().join("network");
    succeed(&["network", &word(&study.join("study.toml")), "-o", &word(&out)]);

    let mut arcs: BTreeMap<String, Vec<(String, u64)>> = BTreeMap::new();
    for edge in rows(&out.join("edges.csv")) {
        let time = edge["time_ms"].parse().expect("whole milliseconds");
        arcs.entry(edge["from"].clone()).or_default().push((edge["to"].clone(), time));
    }
    let mut times: BTreeMap<String, u64> = BTreeMap::new();
    let mut heap = BinaryHeap::new();
    for node in rows(&out.join("nodes.csv")) {
        if let Ok(start) = node["start_ms"].parse::<u64>() {
            heap.push(Reverse((start, node["node_id"].clone())));
        }
    }
    assert!(!heap.is_empty(), "at least one station is a start");
    while let Some(Reverse((time, node))) = heap.pop() {
        if times.get(&node).is_some_and(|&known| known <= time) {
            continue;
        }
        for (to, cost) in arcs.get(&node).into_iter().flatten() {
            heap.push(Reverse((time + cost, to.clone())));
        }
        times.insert(node, time);
    }
    let exported = rows(&out.join("times.csv"));
    assert!(exported.len() > 1000, "{} nodes are reached", exported.len());
    for row in &exported {
        let time: u64 = row["time_ms"].parse().expect("whole milliseconds");
        assert_eq!(times.get(&row["node_id"]), Some(&time), "node {}", row["node_id"]);
    }
}
