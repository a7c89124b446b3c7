package dev.pgmend.operator.provider;

import dev.pgmend.api.v1alpha1.PgCluster;
import dev.pgmend.api.v1alpha1.ProviderKind;

/** Finds the Postgres behind one kind of {@code spec.provider}. */
public interface PostgresProvider {
  ProviderKind kind();

  /**
   * @throws AccessException if what the spec names is not there or not complete
   */
  Access find(PgCluster cluster) throws AccessException;
}
