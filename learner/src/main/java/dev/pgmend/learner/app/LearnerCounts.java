// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.app;

import java.sql.SQLException;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/** The counters of a learner. Thread-safe. */
final class LearnerCounts {
  private final AtomicLong cycles = new AtomicLong();
  private final AtomicLong observed = new AtomicLong();
  private final AtomicLong captured = new AtomicLong();
  private final AtomicLong diagnoses = new AtomicLong();
  private final AtomicLong advised = new AtomicLong();
  private final Map<String, Long> refused = new ConcurrentHashMap<>();
  private final AtomicReference<String> problem = new AtomicReference<>("");

  void cycleEnded() {
    cycles.incrementAndGet();
  }

  void observed() {
    observed.incrementAndGet();
  }

  void captured() {
    captured.incrementAndGet();
  }

  void diagnosed(boolean withAdvice) {
    diagnoses.incrementAndGet();
    if (withAdvice) {
      advised.incrementAndGet();
    }
  }

  /** Counts by SQLSTATE; 22000 stands for a plan that cannot be parsed. */
  void refused(Exception e) {
    var state = e instanceof SQLException sql ? sql.getSQLState() : "22000";
    refused.merge(Objects.requireNonNullElse(state, "unknown"), 1L, Long::sum);
  }

  void problem(String what) {
    problem.set(what);
  }

  long cycleCount() {
    return cycles.get();
  }

  long observedCount() {
    return observed.get();
  }

  long capturedCount() {
    return captured.get();
  }

  long diagnosesCount() {
    return diagnoses.get();
  }

  long advisedCount() {
    return advised.get();
  }

  Map<String, Long> refusedByState() {
    return refused;
  }

  String problem() {
    return String.valueOf(problem.get());
  }
}
