// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.demo.story;

import dev.pgmend.e2e.testbed.operator.OperatorEvent;
import dev.pgmend.e2e.testbed.operator.OperatorEvents;
import dev.pgmend.e2e.testbed.shop.ShopFault;
import dev.pgmend.e2e.testbed.workload.LoadSample;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Keeps the state of the demo and reports every change to the view. */
public final class Story {
  /** Long enough to read it, short enough to see the repair. */
  private static final Duration DIAGNOSIS_SHOWN = Duration.ofSeconds(15);

  private final View view;
  private final InstantSource clock;
  private final Instant began;
  private final Map<ShopFault, FaultProgress> faults = new EnumMap<>(ShopFault.class);
  private final List<OperatorEvent.Finding> others = new ArrayList<>();
  private Instant operatorBegan;
  private Step step = Step.START;
  private String detail = "";
  private Optional<LoadSample> load = Optional.empty();
  private Optional<OperatorEvent.Diagnosis> diagnosis = Optional.empty();
  private Instant diagnosed = Instant.MIN;
  private OptionalInt healthScore = OptionalInt.empty();

  public Story(View view, InstantSource clock) {
    this.view = view;
    this.clock = clock;
    this.began = clock.instant();
    this.operatorBegan = began;
    for (var fault : ShopFault.values()) {
      faults.put(fault, FaultProgress.of(fault));
    }
  }

  public synchronized void begin(Step next) {
    step = next;
    detail = "";
    if (next == Step.HEAL) {
      operatorBegan = clock.instant();
    }
    view.step(snapshot());
  }

  /** Adds a note that the view keeps. */
  public synchronized void note(String text) {
    detail = text;
    view.note(snapshot());
  }

  /** Sets the current detail of the step. */
  public synchronized void detail(String text) {
    detail = text;
    view.detail(snapshot());
  }

  public synchronized void broken(ShopFault fault) {
    change(fault, FaultProgress::withBroken);
  }

  public synchronized void checked(ShopFault fault, boolean gone) {
    change(fault, progress -> progress.withCheckedGone(gone));
  }

  public synchronized void load(LoadSample sample) {
    load = Optional.of(sample);
    view.load(snapshot());
  }

  /** Handles a line that the operator printed. */
  public synchronized void operatorLine(String line) {
    OperatorEvents.parse(line).ifPresent(event -> take(event, line));
  }

  /** Findings that the demo did not cause. */
  public synchronized List<OperatorEvent.Finding> otherFindings() {
    return List.copyOf(others);
  }

  public synchronized OptionalInt healthScore() {
    return healthScore;
  }

  public synchronized Snapshot snapshot() {
    var now = clock.instant();
    return new Snapshot(
        Duration.between(began, now),
        step,
        detail,
        List.copyOf(faults.values()),
        diagnosis.filter(_ -> now.isBefore(diagnosed.plus(DIAGNOSIS_SHOWN))),
        load);
  }

  private void take(OperatorEvent event, String line) {
    switch (event) {
      case OperatorEvent.Started started ->
          note(
              started.metrics().isEmpty()
                  ? "the operator has started"
                  : "metrics: " + started.metrics());
      case OperatorEvent.Finding finding -> take(finding);
      case OperatorEvent.Action action -> {
        view.operatorLine(line);
        faultOf(action.detector(), action.target())
            .ifPresent(fault -> change(fault, p -> p.withAction(action, sinceOperator())));
      }
      case OperatorEvent.Diagnosis news -> {
        view.operatorLine(line);
        take(news);
      }
      case OperatorEvent.Summary summary -> healthScore = summary.healthScore();
    }
  }

  private void take(OperatorEvent.Finding finding) {
    var fault = faultOf(finding.detector(), finding.target());
    if (!finding.found()) {
      return;
    }
    if (fault.isPresent()) {
      change(fault.get(), p -> p.withFinding(sinceOperator(), finding.summary()));
    } else {
      others.add(finding);
      view.otherFinding(snapshot(), finding);
    }
  }

  /** Other diagnoses are about statements that suffer from faults that are found anyway. */
  private void take(OperatorEvent.Diagnosis news) {
    Stream.of(ShopFault.values())
        .filter(fault -> fault.isLearned() && fault.target().equals(news.target()))
        .forEach(fault -> {
          diagnosis = Optional.of(news);
          diagnosed = clock.instant();
          change(fault, p -> p.withDiagnosis(news, sinceOperator()));
        });
  }

  private void change(ShopFault fault, UnaryOperator<FaultProgress> change) {
    var progress = faults.computeIfPresent(fault, (_, old) -> change.apply(old));
    if (progress != null) {
      view.fault(snapshot(), progress);
    }
  }

  private Duration sinceOperator() {
    return Duration.between(operatorBegan, clock.instant());
  }

  private static Optional<ShopFault> faultOf(String detector, String target) {
    return Stream.of(ShopFault.values())
        .filter(fault -> fault.matches(detector, target))
        .findFirst();
  }
}
