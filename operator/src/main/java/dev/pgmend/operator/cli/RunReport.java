// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.cli;

import dev.pgmend.api.v1alpha1.HealingAction;
import dev.pgmend.api.v1alpha1.PgCluster;
import dev.pgmend.healing.finding.Finding;
import dev.pgmend.learner.advice.Diagnosis;
import dev.pgmend.operator.action.Actions;
import dev.pgmend.operator.cluster.ClusterKey;
import dev.pgmend.operator.cluster.ClusterListener;
import dev.pgmend.operator.cluster.ManagedCluster;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Prints one line for each change of a finding or an action, and a summary at the end. */
public final class RunReport implements ClusterListener, AutoCloseable {
  private final PrintWriter out;
  private final boolean json;
  private final Map<ClusterKey, Map<Finding.Key, Finding>> known = new HashMap<>();
  private final Map<String, RunEvent.Action> lastOf = new HashMap<>();
  private final Set<String> namespaces;
  private final List<SharedIndexInformer<HealingAction>> informers = new ArrayList<>();

  RunReport(PrintWriter out, boolean json, Set<String> namespaces) {
    this.namespaces = namespaces;
    this.out = out;
    this.json = json;
  }

  void started(String metricsUrl, KubernetesClient client) {
    print(new RunEvent.Started(metricsUrl, client.getMasterUrl().toString()));
    var actions = client.resources(HealingAction.class);
    if (namespaces.isEmpty()) {
      informers.add(actions.inAnyNamespace().inform(new Changes()));
    }
    for (var namespace : namespaces) {
      informers.add(actions.inNamespace(namespace).inform(new Changes()));
    }
  }

  @Override
  public synchronized void inspected(ClusterKey cluster, ManagedCluster.Inspected inspected) {
    var now =
        inspected.findings().stream()
            .collect(Collectors.toMap(Finding::key, finding -> finding, (a, _) -> a));
    var before = known.put(cluster, now);
    if (before != null) {
      before.forEach((key, finding) -> {
        if (!now.containsKey(key)) {
          print(RunEvent.FindingChange.of(cluster, "gone", finding));
        }
      });
    }
    for (var finding : inspected.findings()) {
      if (before == null || !before.containsKey(finding.key())) {
        print(RunEvent.FindingChange.of(cluster, "found", finding));
      }
    }
  }

  @Override
  public synchronized void diagnosed(ClusterKey cluster, String database, Diagnosis diagnosis) {
    print(RunEvent.StatementDiagnosis.of(cluster, database, diagnosis));
  }

  public void summary(List<PgCluster> clusters, List<HealingAction> actions) {
    actions.forEach(this::changed);
    print(RunEvent.Summary.of(clusters, actions));
  }

  @Override
  public void close() {
    informers.forEach(SharedIndexInformer::close);
    out.flush();
  }

  private synchronized void changed(HealingAction action) {
    if (action.getStatus() == null) {
      return;
    }
    var event = RunEvent.Action.of(action);
    var before = lastOf.put(action.getMetadata().getUid(), event);
    if (!event.equals(before)
        && (before == null
            || !Actions.phaseOf(action).ended()
            || !before.phase().equals(event.phase()))) {
      print(event);
    }
  }

  private synchronized void print(RunEvent event) {
    out.println(json ? Json.line(event) : event.text());
    out.flush();
  }

  private final class Changes implements ResourceEventHandler<HealingAction> {
    @Override
    public void onAdd(HealingAction action) {
      changed(action);
    }

    @Override
    public void onUpdate(HealingAction before, HealingAction action) {
      changed(action);
    }

    @Override
    public void onDelete(HealingAction action, boolean unknownFinalState) {}
  }
}
