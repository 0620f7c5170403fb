// Prometheus metrics of the process, served on 127.0.0.1:PORT/metrics.
//
// Thread-safety: all functions may be called from any thread.
#ifndef MILLWRIGHT_COMMON_METRICS_METRICS_H_
#define MILLWRIGHT_COMMON_METRICS_METRICS_H_

#include <map>
#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace prometheus {
class Counter;
class Gauge;
class Histogram;
}  // namespace prometheus

namespace millwright {

using MetricLabels = std::map<std::string, std::string>;

// A counter, gauge or histogram of the process-wide registry; made at the first call, the same at every later one with
// the same name and labels. Keep the reference in hot code: the look-up takes a lock. Label values come from code, never
// from input: each distinct one is a time series for ever.
prometheus::Counter& CounterMetric(const std::string& name, const std::string& help, const MetricLabels& labels = {});
prometheus::Gauge& GaugeMetric(const std::string& name, const std::string& help, const MetricLabels& labels = {});
// Seconds, with buckets from 0.5 ms to 30 s.
prometheus::Histogram& LatencyMetric(const std::string& name, const std::string& help,
                                     const MetricLabels& labels = {});

void Increment(prometheus::Counter& counter, double by = 1);
void SetGauge(prometheus::Gauge& gauge, double value);
void Observe(prometheus::Histogram& histogram, absl::Duration duration);

// The registry in Prometheus text format, for tests and for a terminal.
std::string MetricsText();

// Serves the registry until it is destroyed.
class MetricsServer {
 public:
  // Null if `port` is 0 or taken (the service runs on without metrics and logs it).
  static std::unique_ptr<MetricsServer> Start(int port);
  ~MetricsServer();

 private:
  struct Impl;
  explicit MetricsServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace millwright

#endif  // MILLWRIGHT_COMMON_METRICS_METRICS_H_
