//! The study that runs on a town, and the text that explains its files.

use std::fmt::Write as _;

use super::lon_lat;
use crate::plan::ZONE_CODE;
use crate::town::HillTown;

/// [`crate::ZONE`] as ESRI's well-known text, for the grid of heights.
pub(super) const PROJECTION: &str = "PROJCS[\"CGCS2000_3_Degree_GK_CM_105E\",GEOGCS[\"GCS_China_Geodetic_Coordinate_System_2000\",\
DATUM[\"D_China_2000\",SPHEROID[\"CGCS2000\",6378137.0,298.257222101]],PRIMEM[\"Greenwich\",0.0],\
UNIT[\"Degree\",0.0174532925199433]],PROJECTION[\"Gauss_Kruger\"],PARAMETER[\"False_Easting\",500000.0],\
PARAMETER[\"False_Northing\",0.0],PARAMETER[\"Central_Meridian\",105.0],PARAMETER[\"Scale_Factor\",1.0],\
PARAMETER[\"Latitude_Of_Origin\",0.0],UNIT[\"Meter\",1.0]]\n";

const SOURCES: [&str; 9] =
    ["roads", "obstacles", "buildings", "hydrants", "water_sources", "mains", "stations", "sites", "zones"];

/// `study.toml`.
pub(super) fn study(town: &HillTown) -> String {
    let mut text = String::from(
        "# Study of the synthetic district hill-town. Everything in it is invented: 虚构街区，并非真实地点。\n\
         # Paths are relative to this file.\n\n[base]\n\
         title = \"岚叠区（虚构）消防救援覆盖研究 · hill-town\"\n\
         banner = \"虚构街区，仅供演示 · Synthetic district: no real place, no real data\"\n",
    );
    let mut add = |line: &str| {
        text.push_str(line);
        text.push('\n');
    };
    add(&format!("crs = \"{ZONE_CODE}\"                       # CGCS2000, three-degree zone, central meridian 105 E"));
    add("rules = \"cn\"\nrules_as_of = 2023-06-01\ndata_date = 2023-03-09\nterrain = [\"terrain.asc\"]");
    add(
        "complete = [\"roads\", \"hydrants\", \"water_sources\", \"stations\", \"buildings\"]   # nothing of these is missing\n",
    );
    add("# With this table a run writes a policy sheet (PDF) for every site, in the language of [base], or in both.\n\
         [base.sheets]\npaper = \"A3\"\noffice = \"岚叠区文物消防工作专班（虚构）\"\ncost_unit = \"千元\"\n");
    for name in SOURCES {
        add(&format!("[base.sources.{name}]\npath = \"{name}.geojson\"\n"));
    }
    let count = |kind: &str| town.sites.iter().filter(|s| s.kind == kind).count();
    add("[base.expected_counts]                  # as the invented notice states them; compared with what is read");
    for kind in ["relic", "historic_block", "character_area"] {
        add(&format!("{kind} = {}", count(kind)));
    }
    add("");
    add(
        "# A kind of measure finds the entry of its own name, else that of its group: water, lane, station or heritage.",
    );
    for (key, lead, support) in [
        ("water", "区住建委", &["区消防救援支队"][..]),
        ("pond", "区住建委", &["区规资局"]),
        ("lane", "区住建委", &["区城管局", "各街道办事处"]),
        ("remove_obstacle", "区城管局", &["各街道办事处", "区公安分局"]),
        ("prune", "区城管局", &["各街道办事处"]),
        ("marking", "区城管局", &["区消防救援支队"]),
        ("parking", "区公安分局", &["各街道办事处"]),
        ("station", "区消防救援支队", &["各街道办事处", "区规资局"]),
        ("micro_station", "各街道办事处", &["区应急局", "区消防救援支队"]),
        ("heritage", "区文旅委", &["区消防救援支队", "各街道办事处"]),
    ] {
        let support: Vec<String> = support.iter().map(|s| format!("\"{s}\"")).collect();
        add(&format!(
            "[base.responsibilities.{key}]\nlead = \"{lead}\"\nsupport = [{}]\ndue = \"2025-12-31\"\n",
            support.join(", ")
        ));
    }
    add(
        "# Costs of one piece, of a pond for each 10 m3, in thousand yuan, and heritage impact from 0 to 1; invented, to be",
    );
    add("# replaced by a study's own.");
    for (key, cost, impact) in [
        ("hydrant", 18.0, 0.05),
        ("loop", 260.0, 0.10),
        ("valve", 8.0, 0.0),
        ("booster", 180.0, 0.10),
        ("pond", 40.0, 0.25),
        ("jars", 6.0, 0.05),
        ("dry_riser", 75.0, 0.15),
        ("intake", 600.0, 0.05),
        ("fire_point", 45.0, 0.05),
        ("hand_pump", 12.0, 0.0),
        ("motorcycle", 25.0, 0.0),
        ("widen_lane", 900.0, 0.60),
    ] {
        add(&format!("[base.remedies.{key}]\ncost = {cost:.1}\nheritage_impact = {impact:.2}\n"));
    }

    let proposal = |index: usize| {
        let (id, name, at) = &town.proposals[index];
        format!(
            "{{ add-station = {{ id = \"{id}\", name = \"{name}\", kind = \"small\", at = [{}], vehicles = [\"V3\", \"V4\", \"V7\"], turnout_s = 60.0 }} }}",
            lon_lat(*at)
        )
    };
    let all: Vec<String> = (0..town.proposals.len()).map(proposal).collect();
    let mut scenario = |name: &str, hour: Option<u32>, changes: &[String]| {
        write!(text, "[[scenario]]\nname = \"{name}\"\n").expect("a string takes any text");
        if let Some(hour) = hour {
            writeln!(text, "hour = {hour}").expect("a string takes any text");
        }
        if !changes.is_empty() {
            writeln!(text, "change = [\n  {},\n]", changes.join(",\n  ")).expect("a string takes any text");
        }
        text.push('\n');
    };
    scenario("today", None, &[]);
    for (index, change) in all.iter().enumerate() {
        scenario(&format!("station {} alone", town.proposals[index].0), None, std::slice::from_ref(change));
    }
    scenario("three small stations", None, &all);
    scenario("three small stations, evening", Some(20), &all);
    scenario("removable obstacles gone", None, &["{ remove-removable = true }".to_owned()]);
    let low = |gauge: &str| format!("{{ water-level = {{ gauge = \"{gauge}\", level_m = 160.5 }} }}");
    scenario("low river", None, &[low("south-river"), low("north-river")]);
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

/// `README.txt`.
pub(super) fn readme(town: &HillTown, seed: u64) -> String {
    let narrow = town.streets.iter().filter(|s| s.narrow_m.is_some()).count();
    let checked = town.streets.iter().filter(|s| s.is_checked).count();
    format!(
        "hill-town: a synthetic district (seed {seed})
虚构街区：地点、名称、人口、文物均为虚构，不对应任何真实地点。

Everything here is invented: the place, the names, the people, the relics. The coordinates lie somewhere inland so that
a real coordinate system applies; what really is there has nothing to do with it.

A ridge between two rivers, {length:.0} m by 2000 m, about 200 m of relief. Eight terraces of three rows of streets, joined by
switchbacks and stairs; bridges over alleys; a tunnel through the ridge.

  roads.geojson          {roads} ways; they meet where their end points are equal; level 1 on bridges, -1 in the tunnel
  buildings.geojson      {houses} footprints
  obstacles.geojson      {obstacles} walls, gates, bollards, trees, sheds, stalls, cars, arches, wires
  sites.geojson          {sites} protected places: relics (WW-), historic blocks (JQ-), character areas (FM-)
  zones.geojson          {zones} areas: district, subdistricts, communities, blocks, core and control zones, parks, water
  hydrants.geojson       {hydrants} hydrants; most were tested in the year before the study's day
  mains.geojson          water mains; none in the quarter at the western edge
  water_sources.geojson, stations.geojson
  terrain.asc, .prj      heights every 5 m in the working system
  study.toml             the study; `firereach run study.toml -o out`

Geometry is longitude and latitude, to be read as WGS 84 and as CGCS2000 alike, without a shift between them; the working
system is {ZONE_CODE}.

The truth
  truth.csv              {pinches} planted pinch points: middle of the gap in working coordinates, clear width and height
                         where limited, cause. An empty width or height means that it is not limited there. Those that
                         close the lane of a rear court say what clearing them frees: site, people, the points that have
                         to go with it, the clear width then, and the passability class before and after.
  truth_objects.csv      the road of each and the obstacles that make it: one on each side, or the one that states it
  checked_lanes.csv      {checked} lanes on which nothing but the planted points is narrow: every other obstacle stands at
                         least half of `other_gaps_at_least_m` from the centre line, so that every other gap across the
                         lane is at least that, and always above 4.5 m
  narrow_lanes.csv       {narrow} lanes narrow throughout: walls at half the clear width on both sides of the centre line

Gates, arches and wires state their width or height; the others are geometry: the distance between the two obstacles
(less the radii of trunks, poles and bollards) is the clear width. Widths hold at every hour; parked cars that are planted
stand there always. The place in the truth is that of the narrowest gap; what makes it may narrow the lane for up to
six metres from there, and never below the stated width. Roads with parking are not among the checked lanes.
",
        length = town.size.length_m,
        roads = town.streets.len(),
        houses = town.houses.len(),
        obstacles = town.obstacles.len(),
        sites = town.sites.len(),
        zones = town.zones.len(),
        hydrants = town.hydrants.len(),
        pinches = town.pinches.len(),
    )
}
