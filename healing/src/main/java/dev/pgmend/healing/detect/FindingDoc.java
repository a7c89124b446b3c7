// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect;

import java.util.ArrayList;
import java.util.List;

/**
 * All that a detector declares about its findings. Policies and command lines are checked by it and
 * the pages of docs/findings are generated from it. Texts are Markdown.
 *
 * @param meaning what it means for the database and its users; the first sentence stands alone in
 *     lists
 * @param measurement how it is measured
 * @param severity when it is information, a warning or critical
 * @param repairs types of the repairs that findings may name
 * @param remedy what fixes it, by a repair or by hand
 * @param reproduction SQL that shows the same on any server
 * @param limits what the detector does not see
 */
public record FindingDoc(
    String meaning,
    String measurement,
    String severity,
    List<Threshold<?>> thresholds,
    List<Evidence> evidence,
    List<String> repairs,
    String remedy,
    String reproduction,
    String limits) {

  public FindingDoc {
    thresholds = List.copyOf(thresholds);
    evidence = List.copyOf(evidence);
    repairs = List.copyOf(repairs);
  }

  /** Begins with what such a finding means. */
  public static Builder meaning(String text) {
    return new Builder(text);
  }

  /** Whether findings may carry evidence of this name. */
  public boolean declares(String evidenceName) {
    return evidence.stream().anyMatch(each -> each.covers(evidenceName));
  }

  /** Collects the parts; all but evidence, thresholds and repairs are required. */
  public static final class Builder {
    private final String meaning;
    private final List<Threshold<?>> thresholds = new ArrayList<>();
    private final List<Evidence> evidence = new ArrayList<>();
    private final List<String> repairs = new ArrayList<>();
    private String measurement = "";
    private String severity = "";
    private String remedy = "";
    private String reproduction = "";
    private String limits = "";

    private Builder(String meaning) {
      this.meaning = meaning;
    }

    public Builder measurement(String text) {
      measurement = text;
      return this;
    }

    public Builder severity(String text) {
      severity = text;
      return this;
    }

    public Builder thresholds(Threshold<?>... declared) {
      thresholds.addAll(List.of(declared));
      return this;
    }

    public Builder evidence(String name, String unit, String text) {
      evidence.add(new Evidence(name, unit, text));
      return this;
    }

    public Builder evidence(List<Evidence> shared) {
      evidence.addAll(shared);
      return this;
    }

    /** Types of the repairs that a finding may name. */
    public Builder repairs(String... types) {
      repairs.addAll(List.of(types));
      return this;
    }

    public Builder remedy(String text) {
      remedy = text;
      return this;
    }

    public Builder reproduction(String sql) {
      reproduction = sql;
      return this;
    }

    public Builder limits(String text) {
      limits = text;
      return this;
    }

    public FindingDoc build() {
      return new FindingDoc(
          meaning,
          measurement,
          severity,
          thresholds,
          evidence,
          repairs,
          remedy,
          reproduction,
          limits);
    }
  }
}
