// The font map of this thread: DejaVu Sans only. pango's font maps may not be shared between threads.
#ifndef MILLWRIGHT_SERVICES_DOCUMENTS_DOMAIN_FONTS_H_
#define MILLWRIGHT_SERVICES_DOCUMENTS_DOMAIN_FONTS_H_

#include <pango/pangocairo.h>

#include <memory>

namespace millwright::documents {

inline constexpr char kFontDirectory[] = "/usr/share/fonts/truetype/dejavu";  // Debian: fonts-dejavu-core

struct GObjectUnref {
  void operator()(gpointer object) const { g_object_unref(object); }
};
template <typename T>
using GObjectPtr = std::unique_ptr<T, GObjectUnref>;

// Null if DejaVu Sans and its bold face are not installed. Lives as long as the thread.
PangoFontMap* ThreadFontMap();

// A context at 72 dpi (one pango unit of size is one PDF point), without hinting, for ThreadFontMap().
GObjectPtr<PangoContext> NewPdfContext(PangoFontMap* map);

}  // namespace millwright::documents

#endif  // MILLWRIGHT_SERVICES_DOCUMENTS_DOMAIN_FONTS_H_
