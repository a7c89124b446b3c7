package dev.pgmend.operator.controller;

import dev.pgmend.api.v1alpha1.PgCluster;
import io.javaoperatorsdk.operator.processing.event.source.filter.OnUpdateFilter;

/** Lets through what a user changed; our own writes of the status are no news to us. */
public final class ClusterUpdateFilter implements OnUpdateFilter<PgCluster> {
  @Override
  public boolean accept(PgCluster now, PgCluster before) {
    return UserChanges.changed(now, before);
  }
}
