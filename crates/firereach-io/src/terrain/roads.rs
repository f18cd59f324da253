//! Heights along roads: the ground's where they lie on it, a straight grade where they leave it.

use std::collections::HashMap;

use firereach_model::feature::{Road, Structure};
use firereach_model::terrain::Terrain;
use geo_types::Coord;

/// Gives every road without heights of its own a height at each vertex.
///
/// On the ground it is the terrain's. Bridges and tunnels that follow each other form a run; where a run meets roads on
/// the ground it has the ground's height, and between those ends it has an even grade, whatever lies below or above. Where
/// a run forks, the height of the fork is the one at which the grades of its branches balance, as electric potentials do.
/// A run that meets no road on the ground takes the ground's height at its dead ends, for want of anything better.
///
/// Returns the number of vertices that remain without a height because the terrain does not cover them.
pub fn give_heights(roads: &mut [Road], terrain: &Terrain) -> usize {
    if terrain.grids.is_empty() {
        return 0;
    }
    let ground = |at: Coord<f64>| terrain.height_at(at).map(|height| height.height_m);
    let is_mine: Vec<bool> = roads.iter().map(|road| road.heights_m.iter().all(Option::is_none)).collect();
    for (road, is_mine) in roads.iter_mut().zip(&is_mine) {
        if *is_mine {
            road.heights_m = road.line.0.iter().map(|at| ground(*at)).collect();
        }
    }
    let heights = heights_of_runs(roads, &is_mine);
    for (road, vertex, height) in heights {
        roads[road].heights_m[vertex] = height;
    }
    roads.iter().flat_map(|road| &road.heights_m).filter(|height| height.is_none()).count()
}

fn leaves_the_ground(road: &Road) -> bool {
    matches!(road.structure, Structure::Bridge | Structure::Tunnel)
}

/// Where roads meet: a shared node of the source, or the same end point to the centimetre.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Joint {
    Node(i64),
    Place(i64, i64),
}

fn joint_of(road: &Road, vertex: usize) -> Option<Joint> {
    if let Some(node) = road.nodes.get(vertex) {
        return Some(Joint::Node(*node));
    }
    let is_end = vertex == 0 || vertex + 1 == road.line.0.len();
    #[expect(clippy::cast_possible_truncation, reason = "working coordinates in centimetres are far below 2^63")]
    is_end.then(|| {
        let at = road.line.0[vertex];
        Joint::Place((at.x * 100.0).round() as i64, (at.y * 100.0).round() as i64)
    })
}

/// One stretch of a run between two joints of it.
struct Stretch {
    road: usize,
    from: usize,
    to: usize,
    ends: [usize; 2],
    length_m: f64,
}

/// The heights of every vertex of every bridge and tunnel, as (road, vertex, height).
fn heights_of_runs(roads: &[Road], is_mine: &[bool]) -> Vec<(usize, usize, Option<f64>)> {
    // How often a joint is used by bridges and tunnels, and the ground's height where a road on the ground has it.
    let mut uses: HashMap<Joint, u32> = HashMap::new();
    for road in roads.iter().filter(|road| leaves_the_ground(road)) {
        for vertex in 0..road.line.0.len() {
            if let Some(joint) = joint_of(road, vertex) {
                *uses.entry(joint).or_default() += 1;
            }
        }
    }
    let mut anchors: HashMap<Joint, Option<f64>> = HashMap::new();
    for (index, road) in roads.iter().enumerate() {
        let has_own = !is_mine[index];
        if leaves_the_ground(road) && !has_own {
            continue;
        }
        for (vertex, height) in road.heights_m.iter().enumerate() {
            if let Some(joint) = joint_of(road, vertex).filter(|joint| uses.contains_key(joint)) {
                anchors.entry(joint).or_insert(*height);
            }
        }
    }
    // Knots are the joints at which something can change: ends, forks, anchors.
    let mut knots: HashMap<Joint, usize> = HashMap::new();
    let mut fixed: Vec<Option<f64>> = Vec::new();
    let mut is_anchor: Vec<bool> = Vec::new();
    let mut ground_at: Vec<Option<f64>> = Vec::new();
    let mut stretches: Vec<Stretch> = Vec::new();
    for (index, road) in roads.iter().enumerate().filter(|(index, road)| leaves_the_ground(road) && is_mine[*index]) {
        let last = road.line.0.len() - 1;
        let mut start: Option<(usize, usize)> = None;
        let mut length_m = 0.0;
        for vertex in 0..=last {
            if vertex > 0 {
                let (a, b) = (road.line.0[vertex - 1], road.line.0[vertex]);
                length_m += (a.x - b.x).hypot(a.y - b.y);
            }
            let Some(joint) = joint_of(road, vertex) else { continue };
            let is_knot = vertex == 0 || vertex == last || uses[&joint] > 1 || anchors.contains_key(&joint);
            if !is_knot {
                continue;
            }
            let knot = *knots.entry(joint).or_insert_with(|| {
                let anchor = anchors.get(&joint).copied();
                fixed.push(anchor.flatten());
                is_anchor.push(anchor.is_some());
                ground_at.push(road.heights_m[vertex]);
                fixed.len() - 1
            });
            if let Some((from, from_knot)) = start {
                stretches.push(Stretch { road: index, from, to: vertex, ends: [from_knot, knot], length_m });
            }
            start = Some((vertex, knot));
            length_m = 0.0;
        }
    }
    let solved = balance(&stretches, &fixed, &is_anchor, &ground_at);
    let mut heights = Vec::new();
    for stretch in &stretches {
        let [a, b] = stretch.ends.map(|knot| solved[knot]);
        let line = &roads[stretch.road].line.0;
        let mut along_m = 0.0;
        for vertex in stretch.from..=stretch.to {
            if vertex > stretch.from {
                along_m += (line[vertex].x - line[vertex - 1].x).hypot(line[vertex].y - line[vertex - 1].y);
            }
            let share = if stretch.length_m > 0.0 { along_m / stretch.length_m } else { 0.0 };
            heights.push((stretch.road, vertex, a.zip(b).map(|(a, b)| a + (b - a) * share)));
        }
    }
    heights
}

/// The height of every knot: fixed ones keep theirs, the others balance the grades of their stretches.
fn balance(
    stretches: &[Stretch],
    fixed: &[Option<f64>],
    is_anchor: &[bool],
    ground: &[Option<f64>],
) -> Vec<Option<f64>> {
    /// Where the balancing stops: a millimetre's tenth.
    const STILL_M: f64 = 1e-4;
    const MOST_ROUNDS: usize = 20_000;
    /// Zero-length stretches would conduct without limit.
    const SHORTEST_M: f64 = 0.01;
    let knots = fixed.len();
    let mut neighbours: Vec<Vec<(usize, f64)>> = vec![Vec::new(); knots];
    for stretch in stretches {
        let [a, b] = stretch.ends;
        if a != b {
            let conductance = 1.0 / stretch.length_m.max(SHORTEST_M);
            neighbours[a].push((b, conductance));
            neighbours[b].push((a, conductance));
        }
    }
    let mut heights = fixed.to_vec();
    let mut seen = vec![false; knots];
    for first in 0..knots {
        if seen[first] {
            continue;
        }
        // One run: everything connected to its first knot.
        let mut run = vec![first];
        seen[first] = true;
        let mut next = 0;
        while next < run.len() {
            for (neighbour, _) in &neighbours[run[next]] {
                if !seen[*neighbour] {
                    seen[*neighbour] = true;
                    run.push(*neighbour);
                }
            }
            next += 1;
        }
        run.sort_unstable();
        // Without a meeting with the ground, the dead ends stand in.
        if run.iter().all(|knot| !is_anchor[*knot]) {
            for knot in &run {
                if neighbours[*knot].len() <= 1 {
                    heights[*knot] = ground[*knot];
                }
            }
        }
        let known: Vec<f64> = run.iter().filter_map(|knot| heights[*knot]).collect();
        if known.is_empty() {
            continue;
        }
        let free: Vec<usize> = run.iter().copied().filter(|knot| heights[*knot].is_none()).collect();
        let mean = known.iter().sum::<f64>() / known.len() as f64;
        let mut value: HashMap<usize, f64> = run.iter().map(|knot| (*knot, heights[*knot].unwrap_or(mean))).collect();
        for _ in 0..MOST_ROUNDS {
            let mut largest: f64 = 0.0;
            for knot in &free {
                let (mut sum, mut weight) = (0.0, 0.0);
                for (neighbour, conductance) in &neighbours[*knot] {
                    sum += conductance * value[neighbour];
                    weight += conductance;
                }
                let balanced = if weight > 0.0 { sum / weight } else { mean };
                largest = largest.max((balanced - value[knot]).abs());
                value.insert(*knot, balanced);
            }
            if largest < STILL_M {
                break;
            }
        }
        for knot in free {
            heights[knot] = Some(value[&knot]);
        }
    }
    heights
}
