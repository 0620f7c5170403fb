#include "common/metrics/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/exposer.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include "absl/strings/str_cat.h"

namespace millwright {
namespace {

const std::shared_ptr<prometheus::Registry>& Registry() {
  static const auto* const registry =
      new std::shared_ptr<prometheus::Registry>(std::make_shared<prometheus::Registry>());
  return *registry;
}

}  // namespace

prometheus::Counter& CounterMetric(const std::string& name, const std::string& help, const MetricLabels& labels) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(*Registry()).Add(labels);
}
prometheus::Gauge& GaugeMetric(const std::string& name, const std::string& help, const MetricLabels& labels) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(*Registry()).Add(labels);
}
prometheus::Histogram& LatencyMetric(const std::string& name, const std::string& help, const MetricLabels& labels) {
  static const prometheus::Histogram::BucketBoundaries buckets = {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                                                                  0.1,    0.25,  0.5,    1,     2.5,  5,     10, 30};
  return prometheus::BuildHistogram().Name(name).Help(help).Register(*Registry()).Add(labels, buckets);
}

void Increment(prometheus::Counter& counter, double by) { counter.Increment(by); }
void SetGauge(prometheus::Gauge& gauge, double value) { gauge.Set(value); }
void Observe(prometheus::Histogram& histogram, absl::Duration duration) {
  histogram.Observe(absl::ToDoubleSeconds(duration));
}

std::string MetricsText() { return prometheus::TextSerializer().Serialize(Registry()->Collect()); }

struct MetricsServer::Impl {
  explicit Impl(int port) : exposer(absl::StrCat("127.0.0.1:", port), 1) { exposer.RegisterCollectable(Registry()); }
  prometheus::Exposer exposer;
};

MetricsServer::MetricsServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
MetricsServer::~MetricsServer() = default;

std::unique_ptr<MetricsServer> MetricsServer::Start(int port) {
  if (port == 0) return nullptr;
  try {  // the library throws when the port is taken
    return std::unique_ptr<MetricsServer>(new MetricsServer(std::make_unique<Impl>(port)));
  } catch (const std::exception&) {
    return nullptr;
  }
}

}  // namespace millwright
