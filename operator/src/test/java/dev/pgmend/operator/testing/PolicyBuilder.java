// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.testing;

import dev.pgmend.api.v1alpha1.ActionMode;
import dev.pgmend.api.v1alpha1.PolicyMode;
import dev.pgmend.api.v1alpha1.Selector;
import dev.pgmend.api.v1alpha1.TuningPolicy;
import dev.pgmend.api.v1alpha1.TuningPolicySpec;
import dev.pgmend.api.v1alpha1.TuningPolicySpec.Budget;
import dev.pgmend.api.v1alpha1.TuningPolicySpec.Parameters;
import dev.pgmend.api.v1alpha1.TuningPolicySpec.Window;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A policy of which a test says only what matters to it. */
public final class PolicyBuilder {
  private final PolicyMode mode;
  private final Map<String, ActionMode> actions = new LinkedHashMap<>();
  private final Map<String, String> thresholds = new LinkedHashMap<>();
  private final List<Window> windows = new ArrayList<>();
  private final List<String> approvals = new ArrayList<>();
  private Selector selector = Selector.ALL;
  private Integer priority;
  private Parameters parameters;
  private Budget budget;

  private PolicyBuilder(PolicyMode mode) {
    this.mode = mode;
  }

  public static PolicyBuilder policy(PolicyMode mode) {
    return new PolicyBuilder(mode);
  }

  public PolicyBuilder selecting(String label, String value) {
    selector = Selector.label(label, value);
    return this;
  }

  public PolicyBuilder priority(int value) {
    priority = value;
    return this;
  }

  public PolicyBuilder action(String type, ActionMode itsMode) {
    actions.put(type, itsMode);
    return this;
  }

  public PolicyBuilder threshold(String name, String value) {
    thresholds.put(name, value);
    return this;
  }

  /** A window in UTC. */
  public PolicyBuilder window(String schedule, String duration) {
    return window(schedule, duration, null);
  }

  public PolicyBuilder window(String schedule, String duration, String timeZone) {
    windows.add(new Window(schedule, duration, timeZone));
    return this;
  }

  public PolicyBuilder approving(String name) {
    approvals.add(name);
    return this;
  }

  public PolicyBuilder parameters(Parameters value) {
    parameters = value;
    return this;
  }

  public PolicyBuilder budget(Budget value) {
    budget = value;
    return this;
  }

  public PolicyBuilder maxIndexSize(String quantity) {
    return budget(new Budget(null, null, quantity, null, null, null, null));
  }

  public TuningPolicySpec spec() {
    return new TuningPolicySpec(
        selector,
        priority,
        mode,
        actions,
        thresholds,
        parameters,
        windows,
        budget,
        null,
        approvals);
  }

  public TuningPolicy named(String name) {
    var policy = new TuningPolicy();
    policy.setMetadata(new ObjectMetaBuilder().withName(name).withNamespace("default").build());
    policy.setSpec(spec());
    return policy;
  }
}
