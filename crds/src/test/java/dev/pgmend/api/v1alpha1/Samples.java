// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.api.v1alpha1;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.CustomResource;
import java.util.List;
import java.util.Map;

/** One resource of each kind with every field that can stand beside the others. */
final class Samples {
  private static final String NOW = "2026-01-02T03:04:05Z";
  private static final List<Condition> CONDITIONS =
      List.of(new Condition(Condition.READY, Condition.TRUE, "Inspected", "All well.", NOW, 3L));
  private static final Selector SELECTOR =
      new Selector(
          Map.of("tier", "gold"),
          List.of(
              new Selector.Requirement("region", Selector.Operator.In, List.of("eu", "us")),
              new Selector.Requirement("legacy", Selector.Operator.DoesNotExist, List.of())));

  private Samples() {}

  static List<CustomResource<?, ?>> full() {
    return List.of(cluster(), policy(), action());
  }

  static PgCluster cluster() {
    var cluster = named(new PgCluster(), "shop");
    cluster.setSpec(
        new PgClusterSpec(
            Provider.connection("shop-postgres"),
            new PgClusterSpec.Databases(List.of("shop"), List.of("scratch")),
            true,
            "90s",
            new LearnerSpec(
                true,
                new Resources(Map.of("cpu", "500m"), Map.of("memory", "1Gi")),
                new LearnerSpec.Gpu(true, "amd.com/gpu", 2),
                "20s",
                3,
                new LearnerSpec.Storage("2Gi", "fast"),
                new SecretRef("shop-learner"),
                new LearnerSpec.Advanced(AttentionMode.CriticalPath, 1, 3000)),
            new PgClusterSpec.Machine("16Gi", "4", PgClusterSpec.StorageType.Ssd)));
    cluster.setStatus(
        PgClusterStatus.builder()
            .observedGeneration(3L)
            .conditions(CONDITIONS)
            .serverVersion("17.2")
            .primary("shop-1:5432")
            .healthScore(82)
            .findings(
                List.of(
                    new PgClusterStatus.Finding(
                        "IndexBloat",
                        "shop/orders_idx",
                        Severity.Warning,
                        "60% wasted",
                        NOW,
                        "TableBloat")))
            .findingCounts(new FindingCounts(1, 2, 3, 5))
            .bottleneck(
                new PgClusterStatus.Bottleneck(
                    "-8812345678901234567", List.of("Seq Scan on orders"), 41))
            .lastInspection(NOW)
            .lastAction(
                new PgClusterStatus.LastAction("shop-vacuum-0123456789", HealingPhase.Running, NOW))
            .build());
    return cluster;
  }

  static TuningPolicy policy() {
    var policy = named(new TuningPolicy(), "gold");
    policy.setSpec(
        new TuningPolicySpec(
            SELECTOR,
            10,
            PolicyMode.Auto,
            Map.of("TerminateBackend", ActionMode.Never, "Analyze", ActionMode.Auto),
            Map.of("IndexBloat.minSavingPercent", "60"),
            new TuningPolicySpec.Parameters(
                Map.of("random_page_cost", "1.1"),
                List.of(new TuningPolicySpec.Bounds("work_mem", "4MB", "64MB"))),
            List.of(new TuningPolicySpec.Window("0 2 * * 6", "4h", "Europe/Vienna")),
            new TuningPolicySpec.Budget(2, 8, "10Gi", 25, "10s", "1500m", "24h"),
            new TuningPolicySpec.Verification("5m", 5, false, NotEnoughTraffic.Undo),
            List.of("shop-vacuum-0123456789")));
    policy.setStatus(TuningPolicyStatus.of(3L, CONDITIONS, List.of("shop", "billing")));
    return policy;
  }

  static HealingAction action() {
    var action = named(new HealingAction(), "shop-reindex-concurrently-0123456789");
    action.setSpec(
        new HealingActionSpec(
            new HealingActionSpec.ClusterRef("shop", "0f8e0d1c"),
            "ReindexConcurrently",
            new HealingActionSpec.Target(
                "shop",
                "public",
                "orders",
                "orders_idx",
                List.of("id"),
                "maintenance_work_mem",
                "role app"),
            new HealingActionSpec.Finding(
                "IndexBloat",
                Severity.Warning,
                "60% of orders_idx is wasted",
                Map.of("wastedBytes", "120000000")),
            List.of("REINDEX INDEX CONCURRENTLY public.orders_idx"),
            List.of("SELECT 1"),
            new HealingActionSpec.Expected(12, 5, 20, "rule"),
            Risk.Low,
            Approval.Approved));
    action.setStatus(
        HealingActionStatus.builder()
            .observedGeneration(3L)
            .phase(HealingPhase.Verifying)
            .reason("Measuring")
            .message("Its effect is being measured until 03:14.")
            .progressPercent(100)
            .attempts(1)
            .journal(
                List.of(
                    new HealingActionStatus.JournalEntry(
                        0,
                        0,
                        JournalEvent.Intended,
                        "REINDEX INDEX CONCURRENTLY public.orders_idx",
                        NOW,
                        Map.of("pid", "4711")),
                    new HealingActionStatus.JournalEntry(
                        1, 0, JournalEvent.Done, null, NOW, Map.of())))
            .before(measurement("12.5"))
            .after(measurement("9.25"))
            .verdict(
                new HealingActionStatus.Verdict(
                    26, 20, 31, Decision.Improved, "26% faster (20 to 31)"))
            .approval(
                new HealingActionStatus.Approver("kubectl-patch", ApprovalVia.SpecApproval, NOW))
            .times(
                HealingActionStatus.Times.NONE
                    .entered(HealingPhase.Proposed, NOW)
                    .entered(HealingPhase.Scheduled, NOW)
                    .entered(HealingPhase.Running, NOW)
                    .entered(HealingPhase.Verifying, NOW)
                    .entered(HealingPhase.Succeeded, NOW))
            .conditions(CONDITIONS)
            .build());
    return action;
  }

  private static Measurement measurement(String meanMs) {
    return new Measurement(
        NOW,
        NOW,
        List.of(
            new Measurement.Statement(
                "-8812345678901234567", "SELECT * FROM orders", true, 4_000_000_000L, meanMs)),
        List.of(0.5, 1.5),
        List.of(3.0, 3.5),
        Map.of("indexBytes", "200000000"));
  }

  private static <T extends CustomResource<?, ?>> T named(T resource, String name) {
    resource.setMetadata(new ObjectMetaBuilder().withName(name).withNamespace("default").build());
    return resource;
  }
}
