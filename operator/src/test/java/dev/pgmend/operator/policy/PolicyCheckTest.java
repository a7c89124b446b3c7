package dev.pgmend.operator.policy;

import static dev.pgmend.operator.testing.PolicyBuilder.policy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pgmend.api.v1alpha1.ActionMode;
import dev.pgmend.api.v1alpha1.PolicyMode;
import dev.pgmend.api.v1alpha1.Rollout;
import dev.pgmend.api.v1alpha1.TuningPolicySpec.Budget;
import dev.pgmend.api.v1alpha1.TuningPolicySpec.Parameters;
import dev.pgmend.healing.engine.Inspector;
import dev.pgmend.healing.repair.Repairs;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyCheckTest {
  @Test
  void aPolicyWithEverythingKnownHasNoProblem() {
    var policy = policy(PolicyMode.Auto).window("0 2 * * *", "4h", "Europe/Vienna");
    Repairs.byType().keySet().forEach(type -> policy.action(type, ActionMode.Auto));
    Inspector.detectors().forEach(detector -> policy.threshold(detector + ".some", "1"));

    assertThat(PolicyCheck.problems(policy.spec())).isEmpty();
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

  @ParameterizedTest
  @ValueSource(strings = {"minSavingPercent", "IndexBlot.minSavingPercent", ".minSavingPercent"})
  void aThresholdOfNoDetectorIsNamedBesideTheDetectorsThereAre(String name) {
    assertThat(PolicyCheck.problems(policy(PolicyMode.Auto).threshold(name, "60").spec()))
        .singleElement()
        .asString()
        .startsWith("spec.thresholds names " + name)
        .contains("Detector.name", "IndexBloat");
  }

  @ParameterizedTest
  @ValueSource(strings = {"60", "12.5", "10MB", "2 GB"})
  void aThresholdIsANumberOrASize(String value) {
    assertThat(problemsOfThreshold(value)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "lots", "-5", "10 monkeys", "1e3"})
  void aThresholdThatIsNeitherNumberNorSizeIsNamed(String value) {
    assertThat(problemsOfThreshold(value))
        .singleElement()
        .asString()
        .startsWith("spec.thresholds: IndexBloat.minSavingBytes is '" + value + "'");
  }

  private static List<String> problemsOfThreshold(String value) {
    return PolicyCheck.problems(
        policy(PolicyMode.Auto).threshold("IndexBloat.minSavingBytes", value).spec());
  }

  @Test
  void aWindowThatCannotBeReadIsNamed() {
    assertThat(PolicyCheck.problems(policy(PolicyMode.Auto).window("nightly", "1h").spec()))
        .singleElement()
        .asString()
        .startsWith("spec.windows: window 'nightly'");
  }

  @Test
  void allProblemsAreToldAtOnce() {
    assertThat(
            PolicyCheck.problems(
                policy(PolicyMode.Auto)
                    .action("Foo", ActionMode.Auto)
                    .action("Bar", ActionMode.Never)
                    .threshold("Baz.x", "1")
                    .window("nightly", "1h")
                    .spec()))
        .hasSize(4);
  }

  @Test
  void wishesThatThisVersionDoesNothingAboutAreTold() {
    var spec =
        policy(PolicyMode.Auto)
            .rollout(new Rollout(List.of("100%"), null, null))
            .parameters(new Parameters(Map.of("work_mem", "16MB"), Map.of(), true))
            .budget(new Budget(null, null, null, null, null, 2.0, null))
            .spec();

    assertThat(PolicyCheck.problems(spec)).isEmpty();
    assertThat(PolicyCheck.notYetEnforced(spec))
        .containsExactly("spec.rollout", "spec.parameters.allowRestart");
  }

  @Test
  void aPolicyThatIsActedOnInFullIsSilent() {
    assertThat(
            PolicyCheck.notYetEnforced(
                policy(PolicyMode.Auto).window("0 2 * * *", "1h").maxIndexBytes(1).spec()))
        .isEmpty();
  }
}
