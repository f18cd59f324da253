//! What the pipeline asks of a feature, whatever layer it belongs to.

use firereach_model::feature::{Building, Hydrant, Main, Obstacle, Road, Site, Station, WaterSource, Zone};
use firereach_model::layers::Layers;
use firereach_model::origin::Origin;
use geo::{CoordsIter, MapCoordsInPlace};
use geo_types::Coord;

/// A feature of some layer.
pub(super) trait Feature {
    /// The layer's name.
    const LAYER: &'static str;

    fn origin(&self) -> &Origin;
    fn id(&self) -> &str;
    fn set_id(&mut self, id: String);
    fn for_each_coord(&self, with: &mut dyn FnMut(Coord<f64>));
    fn map_coords(&mut self, with: &mut dyn FnMut(Coord<f64>) -> Coord<f64>);
}

macro_rules! feature {
    ($type:ty, $layer:literal, [$($shape:ident),*], [$($part:ident),*]) => {
        impl Feature for $type {
            const LAYER: &'static str = $layer;

            fn origin(&self) -> &Origin {
                &self.origin
            }

            fn id(&self) -> &str {
                &self.id
            }

            fn set_id(&mut self, id: String) {
                self.id = id;
            }

            fn for_each_coord(&self, with: &mut dyn FnMut(Coord<f64>)) {
                $(self.$shape.coords_iter().for_each(&mut *with);)*
                $(self.$part.iter().flat_map(|part| part.coords_iter()).for_each(&mut *with);)*
            }

            fn map_coords(&mut self, with: &mut dyn FnMut(Coord<f64>) -> Coord<f64>) {
                // `MapCoordsInPlace` wants a function that can be shared; this one is called in turn.
                let with = std::cell::RefCell::new(with);
                $(self.$shape.map_coords_in_place(|at| (with.borrow_mut())(at));)*
                $(if let Some(part) = &mut self.$part {
                    part.map_coords_in_place(|at| (with.borrow_mut())(at));
                })*
            }
        }
    };
}

feature!(Road, "roads", [line], []);
feature!(Obstacle, "obstacles", [shape], []);
feature!(Building, "buildings", [footprint], []);
feature!(Hydrant, "hydrants", [at], []);
feature!(WaterSource, "water_sources", [at], []);
feature!(Main, "mains", [line], []);
feature!(Station, "stations", [at], [outline]);
// A site's `point` follows from its shape and is made anew in working coordinates.
feature!(Site, "sites", [shape], []);
feature!(Zone, "zones", [area], []);

/// Does the same with every layer of features, in one fixed order.
macro_rules! for_each_layer {
    (ref $layers:expr, |$features:ident| $body:expr) => {{
        {
            let $features = &$layers.roads;
            $body;
        }
        {
            let $features = &$layers.obstacles;
            $body;
        }
        {
            let $features = &$layers.buildings;
            $body;
        }
        {
            let $features = &$layers.hydrants;
            $body;
        }
        {
            let $features = &$layers.water_sources;
            $body;
        }
        {
            let $features = &$layers.mains;
            $body;
        }
        {
            let $features = &$layers.stations;
            $body;
        }
        {
            let $features = &$layers.sites;
            $body;
        }
        {
            let $features = &$layers.zones;
            $body;
        }
    }};
    (mut $layers:expr, |$features:ident| $body:expr) => {{
        {
            let $features = &mut $layers.roads;
            $body;
        }
        {
            let $features = &mut $layers.obstacles;
            $body;
        }
        {
            let $features = &mut $layers.buildings;
            $body;
        }
        {
            let $features = &mut $layers.hydrants;
            $body;
        }
        {
            let $features = &mut $layers.water_sources;
            $body;
        }
        {
            let $features = &mut $layers.mains;
            $body;
        }
        {
            let $features = &mut $layers.stations;
            $body;
        }
        {
            let $features = &mut $layers.sites;
            $body;
        }
        {
            let $features = &mut $layers.zones;
            $body;
        }
    }};
}
pub(super) use for_each_layer;

/// Every coordinate of every feature, in one fixed order.
pub(super) fn coords_of(layers: &Layers) -> Vec<Coord<f64>> {
    let mut coords = Vec::new();
    for_each_layer!(ref layers, |features| for feature in features {
        feature.for_each_coord(&mut |at| coords.push(at));
    });
    coords
}

/// Puts coordinates back in the order of [`coords_of`].
pub(super) fn replace_coords(layers: &mut Layers, coords: Vec<Coord<f64>>) {
    let mut next = coords.into_iter();
    let mut take = |_| next.next().expect("as many coordinates come back as were taken");
    for_each_layer!(mut layers, |features| for feature in features.iter_mut() {
        feature.map_coords(&mut take);
    });
}
