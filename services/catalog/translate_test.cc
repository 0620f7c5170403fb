// What catalog takes over from the facts of files.
#include "services/catalog/translate.h"

#include <gtest/gtest.h>

namespace millwright::catalog {
namespace {

TEST(MeasuresFrom, TakesHullAndThinnestWall) {
  files::v1::Measurement proto;
  proto.set_volume_thousandth_mm3(6'000'000);
  proto.set_area_thousandth_mm2(2'200'000);
  for (const int64_t edge : {10'000, 20'000, 30'000}) proto.add_box_micrometers(edge);
  proto.set_hull_volume_thousandth_mm3(6'100'000);
  proto.set_thinnest_wall_micrometers(699);
  const PartMeasures measures = MeasuresFrom(proto);
  EXPECT_EQ(measures.volume_e3_mm3, 6'000'000);
  EXPECT_EQ(measures.hull_volume_e3_mm3, 6'100'000);
  EXPECT_EQ(measures.min_wall_um, 699);
  EXPECT_EQ(measures.box_um[2], 30'000);
  // What was not found is not checked: 0.
  EXPECT_EQ(MeasuresFrom({}).min_wall_um, 0);
  EXPECT_EQ(MeasuresFrom({}).hull_volume_e3_mm3, 0);
}

}  // namespace
}  // namespace millwright::catalog
