// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.controller;

import dev.pgmend.api.v1alpha1.PgCluster;
import io.javaoperatorsdk.operator.processing.event.source.filter.OnUpdateFilter;

/** Accepts changes by users, and ignores changes of the status. */
public final class ClusterUpdateFilter implements OnUpdateFilter<PgCluster> {
  @Override
  public boolean accept(PgCluster now, PgCluster before) {
    return UserChanges.changed(now, before);
  }
}
