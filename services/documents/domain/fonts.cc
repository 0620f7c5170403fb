#include "services/documents/domain/fonts.h"

#include <fontconfig/fontconfig.h>
#include <pango/pangofc-fontmap.h>

#include "absl/strings/str_cat.h"

namespace millwright::documents {
namespace {

// Only the two faces that are used: a directory scan would add twenty more and could pick another width.
FcConfig* NewFontConfig() {
  FcConfig* config = FcConfigCreate();
  for (const char* face : {"DejaVuSans.ttf", "DejaVuSans-Bold.ttf"}) {
    std::string path = absl::StrCat(kFontDirectory, "/", face);
    if (!FcConfigAppFontAddFile(config, reinterpret_cast<const FcChar8*>(path.c_str()))) {
      FcConfigDestroy(config);
      return nullptr;
    }
  }
  return config;
}

GObjectPtr<PangoFontMap> NewFontMap() {
  FcConfig* config = NewFontConfig();
  if (config == nullptr) return nullptr;
  GObjectPtr<PangoFontMap> map(pango_cairo_font_map_new_for_font_type(CAIRO_FONT_TYPE_FT));
  pango_fc_font_map_set_config(PANGO_FC_FONT_MAP(map.get()), config);
  FcConfigDestroy(config);  // the map holds its own reference
  pango_cairo_font_map_set_resolution(PANGO_CAIRO_FONT_MAP(map.get()), 72);
  return map;
}

}  // namespace

PangoFontMap* ThreadFontMap() {
  thread_local GObjectPtr<PangoFontMap> map = NewFontMap();
  return map.get();
}

GObjectPtr<PangoContext> NewPdfContext(PangoFontMap* map) {
  GObjectPtr<PangoContext> context(pango_font_map_create_context(map));
  cairo_font_options_t* options = cairo_font_options_create();
  cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
  cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
  pango_cairo_context_set_font_options(context.get(), options);
  cairo_font_options_destroy(options);
  pango_context_set_round_glyph_positions(context.get(), FALSE);
  return context;
}

}  // namespace millwright::documents
