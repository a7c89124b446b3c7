package dev.pgmend.operator.policy;

import static dev.pgmend.operator.testing.PolicyBuilder.policy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pgmend.api.v1alpha1.ActionMode;
import dev.pgmend.api.v1alpha1.PolicyMode;
import dev.pgmend.healing.engine.Inspector;
import dev.pgmend.healing.repair.Repairs;
import java.util.List;
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
}
