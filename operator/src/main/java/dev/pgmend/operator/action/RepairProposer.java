// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.action;

import dev.pgmend.action.ClusterIdentity;
import dev.pgmend.action.Proposals;
import dev.pgmend.api.v1alpha1.HealingAction;
import dev.pgmend.api.v1alpha1.PgCluster;
import dev.pgmend.healing.detect.index.MissingIndex;
import dev.pgmend.healing.engine.RootCauses;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.repair.Repairs;
import dev.pgmend.operator.cluster.ManagedCluster;
import java.util.List;

/** Proposes repairs for the findings of an inspection. */
public final class RepairProposer {
  private final Proposals proposals;

  public RepairProposer(Proposals proposals) {
    this.proposals = proposals;
  }

  /**
   * @param existing the actions of the cluster
   */
  public void propose(
      PgCluster cluster,
      ManagedCluster.Inspected inspected,
      Gate gate,
      List<HealingAction> existing) {
    var causes = RootCauses.among(inspected.findings());
    for (var finding : inspected.findings()) {
      // The learner proposes repairs for its own findings.
      if (finding.severity() != Severity.INFO
          && !finding.detector().equals(MissingIndex.NAME)
          && !UnderRepair.is(finding, existing, inspected.begun())) {
        Repairs.planFor(finding)
            .filter(plan -> gate.proposes(plan.type()))
            // The repair of the cause can fix this finding too.
            .filter(_ -> causes.of(finding).filter(cause -> isRepaired(cause, gate)).isEmpty())
            .ifPresent(
                plan -> proposals.propose(ClusterIdentity.of(cluster), finding, plan, existing));
      }
    }
  }

  private static boolean isRepaired(Finding cause, Gate gate) {
    return Repairs.planFor(cause).filter(plan -> gate.runsAutomatically(plan.type())).isPresent();
  }
}
