//! The parameters of the shipped rule pack, for tests.

use firereach_model::parameters::WaterParameters;

/// The water parameters of the pack `cn`.
pub(crate) fn parameters() -> WaterParameters {
    let pack: toml::Table =
        include_str!("../../../../datasets/rules/cn.toml").parse().expect("the shipped pack is TOML");
    pack["parameters"]["water"].clone().try_into().expect("the shipped pack holds every parameter of water")
}
