package dev.pgmend.operator.provider;

import dev.pgmend.api.v1alpha1.Annotations;
import dev.pgmend.api.v1alpha1.PgCluster;
import dev.pgmend.api.v1alpha1.ProviderKind;
import java.util.Optional;

/** Finds the Postgres behind one kind of {@code spec.provider}. */
public interface PostgresProvider {
  ProviderKind kind();

  /**
   * @throws AccessException if what the spec names is not there or not complete
   */
  Access find(PgCluster cluster) throws AccessException;

  /**
   * Why whoever runs the Postgres must not be disturbed now, such as a switchover; empty if nothing
   * stands against a repair. Asked often, while repairs run: it must not wait for anybody.
   */
  default Optional<String> busy(PgCluster cluster) {
    return Optional.ofNullable(cluster.getMetadata().getAnnotations())
        .map(annotations -> annotations.get(Annotations.OWNER_BUSY))
        .filter(why -> !why.isBlank());
  }
}
