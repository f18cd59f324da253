//! The schedule of lane marking: lines, boxes, hatches and signs.

use std::collections::BTreeMap;

use firereach_model::findings::lanes::Marking;
use firereach_model::layers::Layers;
use firereach_model::study::Study;
use geo_types::{Coord, LineString};

use crate::network::{EdgeId, Network};

/// What has to be painted and put up along the lanes that ways to sites use, by road.
///
/// One line on each side, boxes at the spacing of the rulebook and at least one, a hatch where the lane leaves a main
/// road, and a sign on either side of each such entrance.
///
/// # Source
///
/// RULES 1.3, MK-01 to MK-05: circular 应急消〔2019〕334号; the spacing is the rule pack's.
pub(crate) fn schedule(network: &Network, layers: &Layers, study: &Study, used: &[bool]) -> Vec<Marking> {
    let Some(spacing_m) = study.rulebook.limit("marking_box_spacing").filter(|m| *m > 0.0) else { return Vec::new() };
    let main = &study.rulebook.parameters.lanes.main_classes;
    let is_main = |e: usize| main.contains(&layers.roads[network.edges()[e].road as usize].class);
    let mut roads: BTreeMap<u32, (f64, u32, Vec<Coord<f64>>)> = BTreeMap::new();
    for (e, edge) in network.edges().iter().enumerate() {
        if !used[e] || is_main(e) {
            continue;
        }
        let id = EdgeId(u32::try_from(e).expect("edges are counted by a u32"));
        let (lane_m, entrances, line) = roads.entry(edge.road).or_default();
        *lane_m += edge.length_m;
        for node in [edge.from, edge.to] {
            *entrances += u32::from(network.arcs_out(node).any(|arc| is_main(arc.edge().index())));
        }
        let part = network.edge_line(layers, id).0;
        let skip = usize::from(line.last().is_some_and(|last| part.first() == Some(last)));
        line.extend(part.into_iter().skip(skip));
    }
    roads
        .into_iter()
        .map(|(road, (lane_m, entrances, line))| {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a lane has few boxes")]
            let boxes = (lane_m / spacing_m).floor().max(1.0) as u32;
            Marking {
                road: road as usize,
                lane_m,
                line_m: 2.0 * lane_m,
                boxes,
                entrances,
                signs: 2 * entrances,
                line: LineString(line),
            }
        })
        .collect()
}
