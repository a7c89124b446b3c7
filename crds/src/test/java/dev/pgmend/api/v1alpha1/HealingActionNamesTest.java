// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.api.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HealingActionNamesTest {
  private static final String SUBDOMAIN =
      "[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*";
  private static final HealingActionSpec.Target INDEX =
      HealingActionSpec.Target.index("shop", "public", "orders", "orders_idx");
  private static final List<String> REINDEX =
      List.of("REINDEX INDEX CONCURRENTLY public.orders_idx");

  @Test
  void aNameTellsTheClusterAndTheTypeAndIsTheSameInEveryRelease() {
    assertThat(HealingActionNames.of("shop", "ReindexConcurrently", INDEX, REINDEX))
        .isEqualTo("shop-reindex-concurrently-cfff37c080");
  }

  @Test
  void aNameFollowsFromTheSpec() {
    var spec =
        new HealingActionSpec(
            HealingActionSpec.ClusterRef.named("shop"),
            "ReindexConcurrently",
            INDEX,
            null,
            REINDEX,
            List.of("not part of the name"),
            null,
            Risk.Low,
            Approval.Approved);
    assertThat(HealingActionNames.of(spec))
        .isEqualTo(HealingActionNames.of("shop", "ReindexConcurrently", INDEX, REINDEX));
  }

  @Test
  void repairsThatDifferHaveDifferentNames() {
    var names =
        List.of(
            name(INDEX, REINDEX),
            name(HealingActionSpec.Target.index("shop", "public", "orders", "other"), REINDEX),
            name(HealingActionSpec.Target.relation("shop", "public", "orders"), REINDEX),
            name(HealingActionSpec.Target.relation("shop", "publi", "corders"), REINDEX),
            name(INDEX, List.of("a", "b")),
            name(INDEX, List.of("ab")),
            name(INDEX, List.of()),
            name(HealingActionSpec.Target.NONE, List.of()),
            name(HealingActionSpec.Target.parameter("work_mem"), List.of()));
    assertThat(names).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 63, 190, 200, 202, 203, 204, 220, 253})
  void aNameIsOneThatKubernetesTakes(int length) {
    String cluster = "a.-".repeat(100).substring(0, length - 1) + "z";
    String name = HealingActionNames.of(cluster, "CreateIndexConcurrently", INDEX, REINDEX);
    assertThat(name.substring(name.indexOf("-create"))).matches("-create-index-concurrently-.{10}");
    assertThat(HealingActionNames.next(name)).hasSizeLessThanOrEqualTo(253);
    String plain = HealingActionNames.of("b".repeat(length), "Vacuum", INDEX, REINDEX);
    assertThat(plain).hasSizeLessThanOrEqualTo(253).matches(SUBDOMAIN);
  }

  @Test
  void aTrimmedClusterDoesNotLeaveADotOrADashBeforeTheNext() {
    String name = HealingActionNames.of("a".repeat(200) + ".-.-".repeat(12), "V", INDEX, REINDEX);
    assertThat(name).matches(SUBDOMAIN).startsWith("a".repeat(200) + "-v-");
  }

  @ParameterizedTest
  @CsvSource({
    "ReindexConcurrently, reindex-concurrently",
    "Analyze, analyze",
    "SetParameter, set-parameter",
    "TuneHNSWIndex, tune-hnsw-index",
    "A1B, a1-b"
  })
  void aTypeIsWrittenInKebabCase(String type, String kebab) {
    assertThat(HealingActionNames.of("c", type, INDEX, REINDEX))
        .matches("c-" + kebab + "-[0-9a-f]{10}");
  }

  @Test
  void theSameRepairOnceMoreIsNumbered() {
    String first = name(INDEX, REINDEX);
    assertThat(HealingActionNames.next(first)).isEqualTo(first + "-2");
    assertThat(HealingActionNames.next(first + "-2")).isEqualTo(first + "-3");
    assertThat(HealingActionNames.next(first + "-9")).isEqualTo(first + "-10");
  }

  @Test
  void aHashOfDigitsAloneIsNotTakenForANumber() {
    assertThat(HealingActionNames.next("shop-vacuum-1234567890"))
        .isEqualTo("shop-vacuum-1234567890-2");
  }

  @Test
  void aRepairBearsItsFirstNameOrANumberedOneAndNoOther() {
    var spec = Samples.action().getSpec();
    var first = HealingActionNames.of(spec);
    var successor = HealingActionNames.next(first);

    assertThat(List.of(first, successor, HealingActionNames.next(successor), first + "-12"))
        .allMatch(name -> HealingActionNames.isNameOf(name, spec));
    assertThat(List.of("forged", first + "-", first + "-x", first + "-2-2", "a" + first, ""))
        .noneMatch(name -> HealingActionNames.isNameOf(name, spec));
  }

  private static String name(HealingActionSpec.Target target, List<String> statements) {
    return HealingActionNames.of("shop", "ReindexConcurrently", target, statements);
  }
}
