// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.policy;

import static dev.pgmend.operator.testing.PolicyBuilder.policy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pgmend.api.v1alpha1.ActionMode;
import dev.pgmend.api.v1alpha1.PolicyMode;
import dev.pgmend.api.v1alpha1.TuningPolicySpec.Budget;
import dev.pgmend.healing.detect.Detectors;
import dev.pgmend.healing.repair.Repairs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyCheckTest {
  @Test
  void aPolicyWithEverythingKnownHasNoProblem() {
    var policy = policy(PolicyMode.Auto).window("0 2 * * *", "4h", "Europe/Vienna");
    Repairs.byType().keySet().forEach(type -> policy.action(type, ActionMode.Auto));
    Detectors.all().stream()
        .flatMap(detector -> detector.documentation().thresholds().stream())
        .forEach(threshold -> policy.threshold(threshold.key(), threshold.defaultText()));

    assertThat(PolicyCheck.problems(policy.spec())).isEmpty();
    assertThat(PolicyCheck.thresholdProblems(policy.spec())).isEmpty();
  }

  /** API servers before 1.25 store such a policy. */
  @Test
  void evaluatesTheRulesOfTheCrd() {
    var budget = new Budget(5, 2, null, null, null, null, null);

    assertThat(PolicyCheck.problems(policy(PolicyMode.Auto).budget(budget).spec()))
        .singleElement()
        .asString()
        .startsWith("spec.budget: ");
  }

  @Test
  void aMisspeltActionIsNamedBesideThoseThatThereAre() {
    assertThat(
            PolicyCheck.problems(
                policy(PolicyMode.Auto).action("ReindexConcurently", ActionMode.Never).spec()))
        .singleElement()
        .asString()
        .startsWith("spec.actions names the unknown action ReindexConcurently")
        .contains("Analyze, CreateIndexConcurrently")
        .contains("ReindexConcurrently");
  }

  @Test
  void misspeltThresholdIsNamedWithNearestOneAndTheRestIsValid() {
    var spec = policy(PolicyMode.Auto).threshold("IndexBloat.minSavingPercnt", "60").spec();

    assertThat(PolicyCheck.problems(spec)).isEmpty();
    assertThat(PolicyCheck.thresholdProblems(spec))
        .containsExactly(
            "spec.thresholds: no threshold IndexBloat.minSavingPercnt; did you mean"
                + " IndexBloat.minSavingPercent?");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "lots", "-5", "10MB", "1e3"})
  void thresholdWithBadValueIsNamed(String value) {
    assertThat(
            PolicyCheck.thresholdProblems(
                policy(PolicyMode.Auto).threshold("IndexBloat.minSaving", value).spec()))
        .singleElement()
        .asString()
        .startsWith("spec.thresholds: IndexBloat.minSaving is '" + value + "'");
  }

  @Test
  void aWindowThatCannotBeReadIsNamed() {
    assertThat(PolicyCheck.problems(policy(PolicyMode.Auto).window("nightly", "1h").spec()))
        .singleElement()
        .asString()
        .startsWith("spec.windows: window 'nightly'");
  }

  @Test
  void reportsAllProblemsAtOnce() {
    assertThat(
            PolicyCheck.problems(
                policy(PolicyMode.Auto)
                    .action("Foo", ActionMode.Auto)
                    .action("Bar", ActionMode.Never)
                    .window("nightly", "1h")
                    .spec()))
        .hasSize(3);
  }
}
