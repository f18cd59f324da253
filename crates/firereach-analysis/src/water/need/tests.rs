use firereach_model::feature::BuildingStructure::{BrickTimber, Concrete, Timber};
use proptest::prelude::*;

use super::*;
use crate::water::fixture::parameters;

fn relic(volume: f64, structure: Option<BuildingStructure>) -> Subject {
    let body = Body { volume: Some(CubicMetres::of(volume)), structure, ..Body::default() };
    Subject::of_building(&body, None, Standing::Protected, &parameters())
}

fn show_need(need: &Need) -> String {
    format!(
        "{}, {}",
        show(need.flow.low.map(LitresPerSecond::get), need.flow.high.map(LitresPerSecond::get), 0, "L/s"),
        show(need.volume.low.map(CubicMetres::get), need.volume.high.map(CubicMetres::get), 0, "m3"),
    )
}

#[track_caller]
fn check(subject: &Subject, hours: f64, expected: &str) {
    let parameters = WaterParameters { duration_h: hours, ..parameters() };
    assert_eq!(show_need(&measure_need(subject, NeedModel::FlowTable, &parameters)), expected);
}

#[test]
fn a_timber_relic_takes_the_row_of_grade_3_for_two_hours_or_three() {
    check(&relic(3000.0, Some(Timber)), 2.0, "15 L/s, 108 m3");
    check(&relic(3000.0, Some(Timber)), 3.0, "15 L/s, 162 m3");
    check(&relic(5000.0, Some(BrickTimber)), 2.0, "20 L/s, 144 m3");
    check(&relic(5000.0, Some(BrickTimber)), 3.0, "20 L/s, 216 m3");
    check(&relic(20_000.0, Some(Timber)), 2.0, "25 L/s, 180 m3");
    check(&relic(20_000.0, Some(Timber)), 3.0, "25 L/s, 270 m3");
    check(&relic(50_000.0, Some(Timber)), 2.0, "30 L/s, 216 m3");
    check(&relic(50_000.0, Some(Timber)), 3.0, "30 L/s, 324 m3");
}

#[test]
fn beyond_the_end_of_its_row_a_relic_needs_at_least_the_last_entry() {
    check(&relic(60_000.0, Some(Timber)), 2.0, "at least 30 L/s, at least 216 m3");
}

#[test]
fn beyond_the_ends_of_two_rows_a_building_needs_no_less_than_beyond_the_end_of_one() {
    let of_grade_3_or_4 = |volume: f64| Subject { grades: vec![3, 4], ..relic(volume, None) };
    check(&of_grade_3_or_4(45_000.0), 2.0, "at least 30 L/s, at least 216 m3");
    check(&of_grade_3_or_4(55_000.0), 2.0, "at least 30 L/s, at least 216 m3");
}

#[test]
fn an_unknown_structure_gives_an_interval_over_the_grades_it_may_have() {
    // Grades 1 and 2 ask for 15 L/s at 5000 m3, grade 3 for 20.
    check(&relic(5000.0, None), 2.0, "15 to 20 L/s, 108 to 144 m3");
}

#[test]
fn an_unknown_height_gives_an_interval_over_the_storeys_it_may_have() {
    // 600 m2 x 1 storey of 2.8 m = 1680 m3; x 3 storeys of 4 m = 7200 m3.
    let body = Body { structure: Some(Timber), ..Body::default() };
    let subject = Subject::of_building(&body, Some(600.0), Standing::Protected, &parameters());
    assert_eq!(subject.volume, Bounds::between(CubicMetres::of(1680.0), CubicMetres::of(7200.0)));
    check(&subject, 2.0, "15 to 25 L/s, 108 to 180 m3");
}

#[test]
fn without_a_footprint_anything_in_the_row_may_be_needed() {
    let body = Body { structure: Some(Timber), ..Body::default() };
    check(&Subject::of_building(&body, None, Standing::Protected, &parameters()), 2.0, "15 to 30 L/s, 108 to 216 m3");
}

#[test]
fn two_adjacent_buildings_add_their_volumes() {
    // 2000 + 2000 m3 lie beyond the 3000 m3 that either alone stays below.
    let one = relic(2000.0, Some(Timber));
    check(&one, 2.0, "15 L/s, 108 m3");
    check(&one.with_neighbour(&one, "12"), 2.0, "20 L/s, 144 m3");
}

#[test]
fn an_unprotected_building_keeps_its_own_grade_and_a_dwelling_its_own_row() {
    let body = Body {
        volume: Some(CubicMetres::of(30_000.0)),
        structure: Some(Concrete),
        usage: Some(BuildingUse::Dwelling),
        ..Body::default()
    };
    check(&Subject::of_building(&body, None, Standing::Other, &parameters()), 2.0, "15 L/s, 108 m3");
    let shop = Body { usage: Some(BuildingUse::Shop), ..body };
    check(&Subject::of_building(&shop, None, Standing::Other, &parameters()), 2.0, "30 L/s, 216 m3");
}

#[track_caller]
fn check_model(model: NeedModel, expected: &str) {
    // A timber relic of 10 m by 10 m and two storeys of 3 m, exposed: 600 m3 or 21 189 cubic feet.
    let body =
        Body { height: Bounds::exactly(Metres::of(6.0)), storeys: Some(2), structure: Some(Timber), ..Body::default() };
    let mut subject = Subject::of_building(&body, Some(100.0), Standing::Protected, &parameters());
    subject.is_exposed = Some(true);
    assert_eq!(show_need(&measure_need(&subject, model, &parameters())), expected);
}

#[test]
fn every_model_can_be_worked_by_hand() {
    check_model(NeedModel::FlowTable, "15 L/s, 108 m3");
    // 21 189 / 7 x 1.5 x 1.5 = 6811 gal, / 5 = 9535 gal: both 500 gal/min.
    check_model(NeedModel::Nfpa1142, "32 L/s, 26 to 36 m3");
    // 18 x 1.5 x sqrt(1076.4 x 1.5) = 1085 -> 1000 gal/min; x 1.6 = 1736 -> 1750 gal/min; two hours.
    check_model(NeedModel::IsoNff, "63 to 110 L/s, 454 to 795 m3");
    // 2153 square feet: 1500 gal/min for two hours, or 1000 for one where it is a dwelling.
    check_model(NeedModel::IfcB, "63 to 95 L/s, 227 to 681 m3");
    // 0.15 x 100.
    check_model(NeedModel::Intensity, "15 L/s, 108 m3");
    check_model(NeedModel::Japan, "17 L/s, 40 m3");
}

/// The need by IFC of a building of timber with two storeys.
#[track_caller]
fn check_ifc(area_m2: Option<f64>, usage: BuildingUse, expected: &str) {
    let body = Body { storeys: Some(2), structure: Some(Timber), usage: Some(usage), ..Body::default() };
    let subject = Subject::of_building(&body, area_m2, Standing::Protected, &parameters());
    assert_eq!(show_need(&measure_need(&subject, NeedModel::IfcB, &parameters())), expected);
}

#[test]
fn a_small_dwelling_has_its_own_row_of_the_ifc() {
    // 3229 square feet: 1000 gal/min for one hour; 3875: 1750 for two.
    check_ifc(Some(150.0), BuildingUse::Dwelling, "63 L/s, 227 m3");
    check_ifc(Some(150.0), BuildingUse::Shop, "95 L/s, 681 m3");
    check_ifc(Some(180.0), BuildingUse::Dwelling, "110 L/s, 795 m3");
}

#[test]
fn beyond_the_end_of_the_ifc_s_table_nothing_is_an_upper_limit() {
    // 13 347 square feet are 3000 gal/min for three hours; 15 069 lie beyond, and what has no footprint may.
    check_ifc(Some(620.0), BuildingUse::Shop, "189 L/s, 2044 m3");
    check_ifc(Some(700.0), BuildingUse::Shop, "at least 189 L/s, at least 2044 m3");
    check_ifc(None, BuildingUse::Shop, "at least 95 L/s, at least 681 m3");
    check_ifc(None, BuildingUse::Dwelling, "at least 63 L/s, at least 227 m3");
}

proptest! {
    #[test]
    fn knowing_more_never_widens_the_need(
        area in 10.0_f64..20_000.0, storeys in 1_u16..4, model in 0_usize..6,
    ) {
        let parameters = parameters();
        let vague = Body::default();
        let known = Body { storeys: Some(storeys), structure: Some(BrickTimber), ..Body::default() };
        let need = |body: &Body| {
            measure_need(&Subject::of_building(body, Some(area), Standing::Protected, &parameters), NeedModel::ALL[model], &parameters)
        };
        let (vague, known) = (need(&vague).flow, need(&known).flow);
        prop_assert!(vague.low <= known.low);
        prop_assert!(vague.high.is_none() || known.high.is_some_and(|k| vague.high.is_some_and(|v| k <= v)));
    }

    #[test]
    fn a_larger_building_never_needs_less(area in 10.0_f64..10_000.0, more in 0.0_f64..5000.0, model in 0_usize..6) {
        let parameters = parameters();
        let body = Body { storeys: Some(2), structure: Some(Timber), ..Body::default() };
        let need = |area: f64| {
            measure_need(&Subject::of_building(&body, Some(area), Standing::Protected, &parameters), NeedModel::ALL[model], &parameters)
        };
        let (small, large) = (need(area).flow, need(area + more).flow);
        prop_assert!(small.low <= large.low);
        prop_assert!(large.high.is_none() || small.high <= large.high);
    }
}

/// The need of a relic of 3000 m3 with hydrants indoors counted, or jets for neighbours.
#[track_caller]
fn check_further(structure: Option<BuildingStructure>, is_exposed: Option<bool>, grade: Grade, expected: &str) {
    let mut parameters = parameters();
    parameters.need.further.counts_indoor = true;
    parameters.need.further.counts_exposure = true;
    let subject = Subject { is_exposed, grades: vec![3], ..relic(3000.0, structure) };
    let need = measure_need(&subject, NeedModel::FlowTable, &parameters);
    assert_eq!(show_need(&with_further(need, &subject, Some(grade), &parameters)), expected);
}

#[test]
fn hydrants_indoors_add_to_the_volume_and_jets_for_neighbours_to_both() {
    // 15 L/s for 2 h are 108 m3; 20 L/s indoors are 144 m3 more, 6.5 L/s for neighbours 46.8 m3.
    check_further(Some(Timber), Some(false), Grade::National, "15 L/s, 252 m3");
    check_further(Some(Timber), Some(true), Grade::National, "22 L/s, 299 m3");
    check_further(Some(Timber), Some(false), Grade::District, "15 L/s, 108 m3");
    check_further(Some(Concrete), Some(false), Grade::National, "15 L/s, 108 m3");
    check_further(None, None, Grade::National, "15 to 22 L/s, 108 to 299 m3");
}

#[test]
fn nothing_further_is_counted_unless_the_study_says_so() {
    let subject = Subject { is_exposed: Some(true), ..relic(3000.0, Some(Timber)) };
    let need = measure_need(&subject, NeedModel::FlowTable, &parameters());
    assert_eq!(with_further(need.clone(), &subject, Some(Grade::National), &parameters()), need);
}

/// A site of which the source says these things, as the shipped pack sees it.
fn open_air(details: &[(&str, &str)], change: impl FnOnce(&mut Site)) -> Option<(String, bool)> {
    let mut site = crate::reach::tests::site("S", 0.0, 10.0);
    site.details = details.iter().map(|(key, text)| ((*key).to_owned(), (*text).to_owned())).collect();
    change(&mut site);
    OpenAir::of(&site, &parameters()).map(|open_air| (open_air.word, open_air.is_certain))
}

#[test]
fn a_statue_is_no_building_and_a_memorial_may_be_one() {
    let memorial = ("historic", "memorial");
    assert_eq!(open_air(&[memorial, ("memorial", "statue")], |_| {}), Some(("memorial=statue".to_owned(), true)));
    assert_eq!(open_air(&[memorial], |_| {}), Some(("historic=memorial".to_owned(), false)));
    assert_eq!(open_air(&[("文物类别", "摩崖石刻")], |_| {}), Some(("文物类别=摩崖石刻".to_owned(), true)));
    assert_eq!(open_air(&[("historic", "manor")], |_| {}), None);
    assert_eq!(open_air(&[memorial], |site| site.building = Some("B".to_owned())), None, "it took a footprint");
    assert_eq!(open_air(&[memorial], |site| site.body.storeys = Some(2)), None, "it has storeys");
}

#[test]
fn what_is_no_building_asks_for_nothing_and_what_may_be_none_for_anything_from_nothing() {
    let found = |text: &str| {
        let mut layers = crate::water::tests::street(vec![]);
        layers.sites[0].details.insert("historic".to_owned(), text.to_owned());
        crate::water::tests::assess(&layers).sites[0].clone()
    };
    let shown = |site: &firereach_model::findings::water::SiteWater| {
        let flow = site.flow_required;
        let flow = show(flow.low.map(LitresPerSecond::get), flow.high.map(LitresPerSecond::get), 0, "L/s");
        format!("{flow}, {}", site.class.code())
    };
    let (stone, memorial, manor) = (found("boundary_stone"), found("memorial"), found("manor"));
    assert_eq!([&stone, &memorial, &manor].map(shown), ["0 L/s, green", "0 to 40 L/s, unknown", "15 to 40 L/s, red"]);
    // Nothing is built before somebody looked whether there is a building at all.
    assert!(stone.remedies.is_empty() && memorial.remedies.is_empty() && !manor.remedies.is_empty());
    assert!(memorial.surveys.iter().any(|survey| survey.contains("whether a building stands there")));
    assert_eq!(memorial.cheapest_remedy, memorial.survey_first);
}

#[test]
fn without_roads_no_source_is_known_to_be_out_of_reach_of_hose() {
    let mut layers = crate::water::tests::street(vec![crate::water::tests::hydrant("1", 50.0, 0.0, Some(15.0))]);
    layers.roads.clear();
    let found = &crate::water::tests::assess(&layers).sites[0];
    assert_eq!((found.sources[0].counts_in_plan, found.sources[0].counts_by_hose), (true, None));
    assert_eq!(found.disagreement, None);
    assert!(found.remedies.is_empty() && found.surveys.iter().any(|survey| survey.starts_with("draw the roads")));
}
