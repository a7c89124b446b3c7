package dev.pgmend.api.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ValuesTest {
  @Test
  void anEmptySelectorSelectsAll() {
    assertThat(Selector.ALL.matches(Map.of())).isTrue();
    assertThat(Selector.ALL.matches(Map.of("a", "b"))).isTrue();
  }

  @Test
  void aSelectorWantsEveryLabel() {
    var selector = Selector.label("tier", "gold");
    assertThat(selector.matches(Map.of("tier", "gold", "region", "eu"))).isTrue();
    assertThat(selector.matches(Map.of("tier", "silver"))).isFalse();
    assertThat(selector.matches(Map.of())).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "In, gold, true",
    "In, bronze, false",
    "In, , false",
    "NotIn, gold, false",
    "NotIn, bronze, true",
    "NotIn, , true",
    "Exists, gold, true",
    "Exists, , false",
    "DoesNotExist, gold, false",
    "DoesNotExist, , true"
  })
  void aRequirementMeansWhatKubernetesMeans(
      Selector.Operator operator, @Nullable String tier, boolean selected) {
    var requirement = new Selector.Requirement("tier", operator, List.of("gold", "silver"));
    var selector = new Selector(Map.of(), List.of(requirement));
    assertThat(selector.matches(tier == null ? Map.of() : Map.of("tier", tier)))
        .isEqualTo(selected);
  }

  @Test
  void anExcludedDatabaseIsOutEvenWhereItIsIncluded() {
    var some = new PgClusterSpec.Databases(List.of("a", "b"), List.of("b"));
    assertThat(some.covers("a")).isTrue();
    assertThat(some.covers("b")).isFalse();
    assertThat(some.covers("c")).isFalse();
    assertThat(PgClusterSpec.Databases.ALL.covers("c")).isTrue();
  }

  @Test
  void aProviderWithNoneOrSeveralIsRefusedWithTheMend() {
    var none = new Provider(null, null, null, null, null, null, null, null, null);
    assertThat(none.kinds()).isEmpty();
    assertThatThrownBy(none::kind).hasMessageContaining("exactly one provider");
    var two =
        new Provider(
            null,
            Provider.OwnedByOperator.named("a"),
            Provider.OwnedByOperator.named("b"),
            null,
            null,
            null,
            null,
            null,
            null);
    assertThat(two.kinds()).containsExactly(ProviderKind.CloudNativePG, ProviderKind.Zalando);
    assertThatThrownBy(two::kind).hasMessageContaining("[CloudNativePG, Zalando]: keep one");
  }

  @ParameterizedTest
  @EnumSource(ProviderKind.class)
  void everyKindOfProviderIsAFieldOfTheSpec(ProviderKind kind) {
    assertThat(Provider.class.getRecordComponents())
        .extracting(component -> component.getName())
        .hasSameSizeAs(ProviderKind.values())
        .contains(kind.field());
  }

  @Test
  void findingsAddUp() {
    assertThat(new FindingCounts(1, 2, 3).plus(new FindingCounts(10, 20, 30)))
        .isEqualTo(new FindingCounts(11, 22, 33));
    assertThat(new PgClusterStatus.Findings(1, 2, 3, List.of()).counts())
        .isEqualTo(new FindingCounts(1, 2, 3));
  }

  @Test
  void aPolicyCountsAllItsClustersAndNamesTwentyOfThem() {
    var names = IntStream.range(0, 30).mapToObj("c%02d"::formatted).toList().reversed();
    var status = TuningPolicyStatus.of(1L, List.of(), names);
    assertThat(status.selectedClusters()).isEqualTo(30);
    assertThat(status.clusters()).hasSize(20).startsWith("c00", "c01").endsWith("c19");
  }

  @Test
  void anActionThatNobodyLookedAtIsProposed() {
    assertThat(HealingActionStatus.EMPTY.phaseOrDefault()).isEqualTo(HealingPhase.Proposed);
    assertThat(HealingActionStatus.EMPTY.attemptsOrDefault()).isZero();
    assertThat(HealingActionStatus.EMPTY.timesOrDefault())
        .isEqualTo(HealingActionStatus.Times.NONE);
  }

  @Test
  void anActionThatIsUndoneHasNotEndedYet() {
    var undone =
        HealingActionStatus.Times.NONE
            .entered(HealingPhase.Succeeded, "a")
            .entered(HealingPhase.RollingBack, "b");
    assertThat(undone.endedAt()).isNull();
    assertThat(undone.entered(HealingPhase.RolledBack, "c").endedAt()).isEqualTo("c");
  }

  @Test
  void aBuiltStatusKeepsWhatWasNotChanged() {
    HealingActionStatus status = Samples.action().getStatus();
    assertThat(status).isNotNull();
    assertThat(status.toBuilder().build()).isEqualTo(status);
    assertThat(status.toBuilder().phase(HealingPhase.Succeeded).build().journal())
        .isEqualTo(status.journal());
    PgClusterStatus cluster = Samples.cluster().getStatus();
    assertThat(cluster).isNotNull();
    assertThat(cluster.toBuilder().build()).isEqualTo(cluster);
  }
}
