package dev.pgmend.operator.provider;

import dev.pgmend.healing.postgres.ConnectionSpec;
import java.util.List;
import java.util.OptionalLong;

/**
 * How to reach a Postgres.
 *
 * @param primary where it takes writes
 * @param standbys of the primary that can be read; empty where none is known
 * @param diskCapacityBytes of its data volume, where that is known
 */
public record Access(
    ConnectionSpec primary, List<ConnectionSpec> standbys, OptionalLong diskCapacityBytes) {
  public Access {
    standbys = List.copyOf(standbys);
  }
}
