//! The vocabulary of measures: one name, one unit, shared by rule packs, kernels and reports.

/// One measure that rules may rule on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MeasureName {
    /// The name, which is also the name of the rule pack's table.
    pub name: &'static str,
    /// The unit as it is written in the key of a limit (`at_least_m`).
    pub unit: &'static str,
    /// What is measured, and the words its rules may be limited to, if any.
    pub what: &'static str,
}

const fn measure(name: &'static str, unit: &'static str, what: &'static str) -> MeasureName {
    MeasureName { name, unit, what }
}

/// Every measure, by topic. Not all of them are computed yet; a rule on one that is not is carried, not judged.
pub const MEASURES: &[MeasureName] = &[
    // Lanes.
    measure("lane_clear_width", "m", "free width of a lane at its narrowest place"),
    measure("lane_clear_height", "m", "free height above a lane at its lowest place"),
    measure("lane_slope", "percent", "steepest slope along a lane"),
    measure("working_slope", "percent", "steepest slope where an appliance stands and works"),
    measure("dead_end_length", "m", "length of a dead end without a turnaround"),
    measure("turnaround_side", "m", "shorter side of a turnaround; words: ordinary, high_rise, heavy"),
    measure("turning_radius", "m", "outer radius of a bend; words: vehicle codes"),
    measure("lane_wall_distance", "m", "from the edge of a lane to the wall of the building it serves"),
    measure("passage_width", "m", "free width of an arch, gateway or passage through a building"),
    measure("street_spacing", "m", "between the centre lines of neighbouring through streets"),
    measure(
        "ring_lane",
        "count",
        "1 where a ring of lanes runs around a building, or lanes along both its long sides, else 0; words: high_rise, large_public",
    ),
    measure(
        "lane_long_sides",
        "count",
        "long sides of a building along which a lane runs; words: high_rise_public, large_public, high_rise_dwelling, dwelling",
    ),
    measure("ring_connections", "count", "places where a ring lane meets other roads"),
    measure("building_frontage", "m", "length of a building along the street without a lane through it"),
    measure("building_length", "m", "length of a building without a lane through it"),
    measure("courtyard_side", "m", "shorter side of a courtyard that no lane leads into"),
    measure("courtyard_link_spacing", "m", "between links on foot from the street to a courtyard"),
    measure("lane_bearing", "t", "load that a lane carries"),
    measure("lane_wall_reach", "m", "way from the lane to the farthest part of a building's ground floor wall"),
    measure("hydrant_lane_width", "m", "free width of a lane beside a hydrant"),
    measure("gate_clear_width", "m", "free width of a gate"),
    measure("main_inlet_distance", "m", "from where an appliance stands to the inlet of a building's fire main"),
    // Places where aerial appliances work.
    measure("aerial_site_length", "m", "length of an aerial operating site; words: up_to_50_m, above_50_m"),
    measure(
        "aerial_site_share",
        "share",
        "part of a long side, or of a quarter of the outline if that is no less, along which aerial operating sites run; words: high_rise",
    ),
    measure("aerial_site_slope", "percent", "steepest slope of an aerial operating site"),
    measure("aerial_site_width", "m", "width of an aerial operating site"),
    measure("aerial_site_distance", "m", "from an aerial operating site to the wall"),
    measure("aerial_site_gap", "m", "gap between intermittent aerial operating sites; words: up_to_50_m"),
    measure("podium_depth", "m", "depth of a podium in front of an aerial operating site"),
    // Separation.
    measure(
        "separation",
        "m",
        "between facing walls; words: PAIR such as low_12-grade_3 from high_12, low_12, grade_3, grade_4",
    ),
    // Time.
    measure("response_time", "s", "from the dispatch order to arrival; words: site kinds, station kinds"),
    measure("micro_response_time", "s", "from the alarm to the arrival of a micro-station"),
    measure("travel_time", "s", "driving only, first appliance"),
    measure("second_travel_time", "s", "driving only, second appliance"),
    measure(
        "full_alarm_travel_time",
        "s",
        "driving only, last appliance of the full alarm; words: ordinary, high_rise",
    ),
    measure("turnout_time", "s", "from the alert to leaving the station"),
    measure("call_time", "s", "from the call to the alert"),
    measure("station_road_distance", "m", "way along roads from the nearest station; words: engine, ladder"),
    // Water.
    measure("hydrant_plan_distance", "m", "plan distance to the nearest usable hydrant"),
    measure("hydrant_spacing", "m", "between neighbouring hydrants along a road"),
    measure("hydrant_flow", "lps", "flow of a hydrant during a fire"),
    measure("hydrant_pressure", "mpa", "pressure of a hydrant during a fire"),
    measure("hydrant_static_pressure", "mpa", "pressure of a main in normal service"),
    measure("hydrant_kerb_distance", "m", "from a hydrant to the edge of the road"),
    measure("hydrant_wall_distance", "m", "from a hydrant to the nearest outer wall"),
    measure("hydrant_count_distance", "m", "from a building to a hydrant that counts for it"),
    measure("hydrant_connection_distance", "m", "from a hydrant to a pump connection"),
    measure("hydrants_on_operating_side", "count", "hydrants on the operating side of a building"),
    measure("one_side_road_width", "m", "width of a road with hydrants on one side only"),
    measure("main_diameter", "mm", "diameter of a main that feeds hydrants; words: ring, branch, outdoor"),
    measure("segment_hydrants", "count", "hydrants that one closed segment puts out of service"),
    measure("hose_way_length", "m", "hose laid from a usable source, stairs, curves and handling included"),
    measure("suction_lift", "m", "height from the water to the pump"),
    measure("source_plan_distance", "m", "plan distance to the nearest pond or tank"),
    measure(
        "any_source_plan_distance",
        "m",
        "plan distance to the nearest usable hydrant, pond or tank; words: commercial, industrial, outside_urban, windy, large_source",
    ),
    measure("pond_volume", "m3", "usable volume of a pond; words: general, hydrants_only"),
    measure("pond_compartment", "m3", "volume of one undivided pond; words: compartment, pond"),
    measure("pond_refill_time", "h", "time to refill a pond"),
    measure("intake_lane_distance", "m", "from the edge of the lane to the place where water is drawn"),
    measure("intake_wall_distance", "m", "from an intake to a building"),
    measure("intake_hazard_distance", "m", "from an intake to a store of dangerous goods; words: liquid, gas"),
    measure("intake_depth", "m", "depth of water at an intake"),
    measure("intake_opening", "m", "side or diameter of the opening through which water is drawn"),
    measure("source_yield_volume", "m3", "volume that one source can give"),
    measure("source_yield_flow", "lps", "flow that one source can give"),
    measure("working_pressure", "mpa", "working pressure of a low-pressure system"),
    measure("flow_gap", "share", "part of the required flow that is missing, 0 to 1"),
    measure("volume_gap", "share", "part of the required volume that is missing, 0 to 1"),
    // Stations.
    measure("station_area", "km2", "area a station serves; words: station kinds"),
    measure(
        "station_adjoins_larger",
        "count",
        "1 where a station's area touches a first, second or special one's, else 0",
    ),
    measure(
        "station_barriers",
        "count",
        "expressways, railways and large rivers that the area of a station lies across; words: station kinds",
    ),
    measure("station_main_frontage", "count", "1 where a station fronts a main or secondary road, else 0"),
    measure(
        "station_street_front",
        "count",
        "1 where the way for vehicles nearest to a station is a public street, else 0; words: station kinds",
    ),
    measure(
        "station_centrality",
        "share",
        "how central a station lies in its area, 1 in the centre and 0 at the edge; words: station kinds",
    ),
    measure(
        "station_corridor_distance",
        "m",
        "plan distance from a station to the nearest emergency corridor; words: station kinds",
    ),
    measure("station_own_building", "count", "1 where a station has a building of its own, else 0"),
    measure("station_exit_distance", "m", "from a station's exit to the main exits of places of assembly"),
    measure("station_hazard_distance", "m", "from a station to dangerous goods"),
    measure(
        "station_setback",
        "m",
        "from the bay doors to the red line; words: station kinds, small_alone for a small station not built into another",
    ),
    measure("station_floor_area", "m2", "floor area of a station; words: station kinds"),
    measure("station_site_area", "m2", "site area of a station; words: station kinds"),
    measure("station_bays", "count", "bays of a station; words: station kinds"),
    measure("station_vehicles", "count", "vehicles of a station; words: station kinds"),
    measure("station_crew", "count", "people on duty at a station; words: station kinds"),
    measure("micro_room_area", "m2", "room of a micro-station"),
    measure("micro_members", "count", "members of a micro-station beside its head and deputy"),
    // Heritage.
    measure("fire_subzone_area", "m2", "area of one fire sub-zone"),
    measure("safe_exits", "count", "independent ways out"),
    measure("fire_point_area", "m2", "floor area of a fire point"),
    measure("pump_hose_length", "m", "hose kept with a hand pump"),
    // Marking.
    measure("marking_line_width", "m", "width of the yellow line along a lane without a kerb"),
    measure("marking_box_spacing", "m", "between the painted boxes along a lane"),
];

/// The measure with this name.
pub fn find(name: &str) -> Option<&'static MeasureName> {
    MEASURES.iter().find(|measure| measure.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_means_one_measure() {
        for measure in MEASURES {
            assert_eq!(MEASURES.iter().filter(|other| other.name == measure.name).count(), 1, "{}", measure.name);
        }
    }
}
