//! A whole synthetic town, built from a seed.

use crate::courts;
use crate::ground::{Ground, HeightGrid};
use crate::houses::{self, House};
use crate::pinches::{self, Pinch, TownObstacle};
use crate::places::{self, TownSite, TownZone};
use crate::plan::{Plan, Size};
use crate::plane::TakenGround;
use crate::streets::{self, Bed, Role, Street};
use crate::supply::{self, TownHydrant, TownMain, TownStation, TownWater};

/// A ridge town between two rivers: terraces joined by switchbacks and stairs, with everything a study needs.
///
/// All shapes are in working coordinates, metres in [`crate::ZONE`]. The same seed and size give the same town.
#[derive(Clone, Debug)]
pub struct HillTown {
    /// How large it is.
    pub size: Size,
    /// Streets, paths and stairs between junctions; they meet where their end points are equal.
    pub streets: Vec<Street>,
    /// Buildings.
    pub houses: Vec<House>,
    /// What stands in or beside the streets, the planted ones included.
    pub obstacles: Vec<TownObstacle>,
    /// What was planted.
    pub pinches: Vec<Pinch>,
    /// Hydrants.
    pub hydrants: Vec<TownHydrant>,
    /// Ponds, tanks, jars and intakes.
    pub waters: Vec<TownWater>,
    /// Water mains.
    pub mains: Vec<TownMain>,
    /// Existing stations.
    pub stations: Vec<TownStation>,
    /// Proposed small stations: code, name and place in working coordinates.
    pub proposals: Vec<(&'static str, &'static str, geo_types::Coord<f64>)>,
    /// Protected places.
    pub sites: Vec<TownSite>,
    /// Areas.
    pub zones: Vec<TownZone>,
    /// The ground, every five metres.
    pub terrain: HeightGrid,
}

impl HillTown {
    /// The town of the mission's size.
    pub fn new(seed: u64) -> Self {
        Self::of_size(seed, Size::mission())
    }

    /// A town of another size, for small tests and large benches.
    pub fn of_size(seed: u64, size: Size) -> Self {
        let plan = Plan::new(seed, size);
        let (mut streets, lanes) = streets::build_streets(seed, &plan);
        let mut relief = Ground::new(&plan);
        for street in &streets {
            if let Role::Switchback(strip) = street.role {
                relief.grade(strip, &street.line);
            }
        }

        // The order matters: what is planted and walled in takes its ground first, houses take what is left.
        let mut ground = TakenGround::default();
        let planted = pinches::plant(seed, size.pinches, &mut streets, &mut ground);
        let courts = courts::build(seed, &plan, &lanes, planted.pinches.len(), &mut ground);
        streets.extend(courts.streets);
        for street in streets.iter().filter(|s| matches!(s.bed, Bed::Ground | Bed::Bridge)) {
            ground.add_line(&street.line, street.half_gap_m);
        }
        let mut obstacles = houses::wall_narrow_lanes(&streets, &mut ground);
        obstacles.extend(houses::hold_terraces(seed, &streets, &mut ground));
        for is_north in [false, true] {
            let bank: Vec<_> =
                (0..=(size.length_m / 25.0) as usize).map(|i| plan.bank(is_north, i as f64 * 25.0)).collect();
            ground.add_line(&bank, 3.0);
        }
        let squares = houses::leave_squares(seed, &plan, &mut ground);
        let mut houses = houses::build_houses(seed, &plan, &streets, &planted, courts.relics, &mut ground);
        obstacles.extend(houses::scatter(seed, &streets, &mut ground));
        obstacles.extend(planted.obstacles);
        obstacles.extend(courts.obstacles);
        obstacles.sort_by(|a, b| a.id.cmp(&b.id));

        let (mains, main_of) = supply::lay_mains(seed, &plan, &streets);
        let hydrants = supply::set_hydrants(seed, size.hydrants, &streets, &mains, &main_of);
        let waters = supply::dig_ponds(seed, &plan, &relief, &streets, &mut ground);
        let stations = supply::found_stations(seed, &plan, &streets);
        let gate = |row, fraction: f64| supply::gate_on_row(&plan, &streets, row, size.length_m * fraction);
        let proposals = vec![
            ("N1", "叠云台小型站（拟建）", gate(7, 0.20)),
            ("N2", "筠石坡小型站（拟建）", gate(16, 0.48)),
            ("N3", "霁井巷小型站（拟建）", gate(4, 0.79)),
        ];
        let relics = places::choose_relics(seed, &plan, &mut houses);
        let mut zones = places::draw_zones(seed, &plan, &houses, &squares);
        let sites = places::protect(seed, &relics, &houses, &mut zones);
        let mut pinches = planted.pinches;
        pinches.extend(courts.pinches);
        places::name_freed(&mut pinches, &houses, &sites);
        let terrain = relief.grid(5.0);
        Self {
            size,
            streets,
            houses,
            obstacles,
            pinches,
            hydrants,
            waters,
            mains,
            stations,
            proposals,
            sites,
            zones,
            terrain,
        }
    }
}
