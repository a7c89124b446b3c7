// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.policy;

import static dev.pgmend.operator.testing.PolicyBuilder.policy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.pgmend.api.v1alpha1.ActionMode;
import dev.pgmend.api.v1alpha1.PgCluster;
import dev.pgmend.api.v1alpha1.PgClusterSpec;
import dev.pgmend.api.v1alpha1.PolicyMode;
import dev.pgmend.api.v1alpha1.Provider;
import dev.pgmend.api.v1alpha1.TuningPolicy;
import dev.pgmend.api.v1alpha1.TuningPolicySpec.Bounds;
import dev.pgmend.api.v1alpha1.TuningPolicySpec.Parameters;
import dev.pgmend.healing.detect.SettingPolicy;
import dev.pgmend.healing.repair.Caution;
import dev.pgmend.healing.repair.Repair;
import dev.pgmend.healing.repair.Repairs;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EffectivePolicyTest {
  private static final String ANALYZE = "Analyze";

  @Test
  void settingsOfAPolicyReachTheDetectors() {
    var effective =
        of(
            policy(PolicyMode.Auto)
                .threshold("IndexBloat.minSaving", "1Mi")
                .parameters(
                    new Parameters(
                        Map.of("work_mem", "16MB"),
                        List.of(new Bounds("max_wal_size", "1GB", null))))
                .named("settings"));

    assertThat(effective.thresholds().settings())
        .containsOnly(entry("IndexBloat.minSaving", "1Mi"));
    assertThat(effective.settings())
        .isEqualTo(
            new SettingPolicy(
                Map.of("work_mem", "16MB"),
                Map.of(
                    "max_wal_size",
                    new SettingPolicy.Bounds(Optional.of("1GB"), Optional.empty()))));
  }

  @Test
  void recommendsEverythingIfNoPolicySelectsTheCluster() {
    var effective = of(policy(PolicyMode.Auto).selecting("env", "elsewhere").named("elsewhere"));

    assertThat(effective.name()).startsWith("none");
    assertThat(Repairs.byType())
        .allSatisfy((type, repair) ->
            assertThat(effective.modeOf(type))
                .isEqualTo(
                    repair.caution() == Caution.NEVER_UNLESS_NAMED
                        ? ActionMode.Never
                        : ActionMode.Recommend));
    assertThat(effective.thresholds().settings()).isEmpty();
  }

  @Test
  void aClusterWithoutLabelsIsSelectedOnlyByAPolicyForAll() {
    var cluster = cluster();
    cluster.getMetadata().setLabels(null);

    assertThat(
            EffectivePolicy.of(
                    cluster,
                    List.of(
                        policy(PolicyMode.Auto).selecting("env", "test").priority(9).named("some"),
                        policy(PolicyMode.Auto).named("all")))
                .name())
        .isEqualTo("all");
  }

  @Test
  void theHighestPriorityRules() {
    assertThat(
            of(
                    policy(PolicyMode.Auto).named("a"),
                    policy(PolicyMode.Auto).priority(10).named("z"),
                    policy(PolicyMode.Auto).priority(-10).named("b"))
                .name())
        .isEqualTo("z");
  }

  @Test
  void amongEqualsTheFirstNameRulesInWhicheverOrderTheyCome() {
    var a = policy(PolicyMode.Auto).priority(5).named("a");
    var b = policy(PolicyMode.Recommend).priority(5).named("b");

    assertThat(of(a, b)).isEqualTo(of(b, a));
    assertThat(of(b, a).name()).isEqualTo("a");
  }

  @Test
  void badThresholdKeepsItsDefaultAndTheRestHolds() {
    var effective =
        of(
            policy(PolicyMode.Auto)
                .action(ANALYZE, ActionMode.Never)
                .threshold("IndexBloat.minSavingPercnt", "60")
                .threshold("IndexBloat.minSaving", "1Mi")
                .named("misspelt"));

    assertThat(effective.name()).isEqualTo("misspelt");
    assertThat(effective.modeOf(ANALYZE)).isEqualTo(ActionMode.Never);
    assertThat(effective.thresholds().settings()).isEqualTo(Map.of("IndexBloat.minSaving", "1Mi"));
  }

  @Test
  void modeAndThresholdsAreThoseOfTheRulingPolicyAlone() {
    var effective =
        of(
            policy(PolicyMode.Recommend)
                .priority(1)
                .threshold("IndexBloat.minSavingPercent", "60")
                .named("ruling"),
            policy(PolicyMode.Auto)
                .action(ANALYZE, ActionMode.Auto)
                .threshold("IndexBloat.minSaving", "1Mi")
                .named("other"));

    assertThat(effective.modeOf(ANALYZE)).isEqualTo(ActionMode.Recommend);
    assertThat(effective.thresholds().settings())
        .isEqualTo(Map.of("IndexBloat.minSavingPercent", "60"));
  }

  @Test
  void neverInAnyPolicyThatSelectsTheClusterStaysNever() {
    var effective =
        of(
            policy(PolicyMode.Auto).priority(10).action(ANALYZE, ActionMode.Auto).named("bold"),
            policy(PolicyMode.Auto).action(ANALYZE, ActionMode.Never).named("careful"));

    assertThat(effective.name()).isEqualTo("bold");
    assertThat(effective.modeOf(ANALYZE)).isEqualTo(ActionMode.Never);
    assertThat(effective.modeOf("ReindexConcurrently")).isEqualTo(ActionMode.Auto);
  }

  @Test
  void neverInAPolicyForOtherClustersDoesNotCount() {
    var effective =
        of(
            policy(PolicyMode.Auto).named("ours"),
            policy(PolicyMode.Auto)
                .selecting("env", "elsewhere")
                .action(ANALYZE, ActionMode.Never)
                .named("theirs"));

    assertThat(effective.modeOf(ANALYZE)).isEqualTo(ActionMode.Auto);
  }

  @ParameterizedTest
  @MethodSource("repairs")
  void observeForbidsEvenWhatIsNamed(Repair repair) {
    var effective =
        of(policy(PolicyMode.Observe).action(repair.type(), ActionMode.Auto).named("watch"));

    assertThat(effective.modeOf(repair.type())).isEqualTo(ActionMode.Never);
  }

  @Test
  void observeInAPolicyThatDoesNotRuleForbidsNothing() {
    assertThat(
            of(
                    policy(PolicyMode.Auto).priority(1).named("ruling"),
                    policy(PolicyMode.Observe).named("watch"))
                .modeOf(ANALYZE))
        .isEqualTo(ActionMode.Auto);
  }

  @ParameterizedTest
  @MethodSource("repairs")
  void removalsRunAutomaticallyOnlyIfThePolicyNamesThem(Repair repair) {
    var auto = of(policy(PolicyMode.Auto).named("auto"));
    var named = of(policy(PolicyMode.Auto).action(repair.type(), ActionMode.Auto).named("named"));

    assertThat(auto.modeOf(repair.type()))
        .isEqualTo(
            switch (repair.caution()) {
              case ORDINARY -> ActionMode.Auto;
              case ONLY_WHEN_NAMED -> ActionMode.Recommend;
              case NEVER_UNLESS_NAMED -> ActionMode.Never;
            });
    assertThat(named.modeOf(repair.type())).isEqualTo(ActionMode.Auto);
  }

  @Test
  void unknownTypeNeverRunsAutomatically() {
    assertThat(of(policy(PolicyMode.Auto).named("auto")).modeOf("RebootTheServer"))
        .isEqualTo(ActionMode.Recommend);
  }

  @Test
  void aRulingPolicyThatIsNotValidLetsNothingRunAndDoesNotYieldToTheNext() {
    var effective =
        of(
            policy(PolicyMode.Auto).priority(10).window("never", "1h").named("broken"),
            policy(PolicyMode.Auto).named("next"));

    assertThat(effective.name()).isEqualTo("none: policy broken is not valid");
    assertThat(effective.modeOf(ANALYZE)).isEqualTo(ActionMode.Recommend);
  }

  @Test
  void neverInAPolicyThatIsNotValidStillForbids() {
    var effective =
        of(
            policy(PolicyMode.Auto).priority(10).named("ruling"),
            policy(PolicyMode.Auto)
                .action(ANALYZE, ActionMode.Never)
                .window("never", "1h")
                .named("broken"));

    assertThat(effective.name()).isEqualTo("ruling");
    assertThat(effective.modeOf(ANALYZE)).isEqualTo(ActionMode.Never);
  }

  static Stream<Repair> repairs() {
    return Repairs.byType().values().stream();
  }

  private static EffectivePolicy of(TuningPolicy... policies) {
    return EffectivePolicy.of(cluster(), Arrays.asList(policies));
  }

  private static PgCluster cluster() {
    var cluster = new PgCluster();
    cluster.setMetadata(
        new ObjectMetaBuilder().withName("shop").withLabels(Map.of("env", "test")).build());
    cluster.setSpec(PgClusterSpec.of(Provider.connection("shop")));
    return cluster;
  }
}
