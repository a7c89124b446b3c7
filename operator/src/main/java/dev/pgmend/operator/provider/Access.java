// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.provider;

import dev.pgmend.healing.postgres.ConnectionSpec;
import java.util.List;
import java.util.OptionalLong;

/**
 * Connections to a Postgres.
 *
 * @param primary the server that accepts writes
 * @param standbys of the primary that can be read; empty if none is known
 * @param diskCapacityBytes of its data volume, if known
 */
public record Access(
    ConnectionSpec primary, List<ConnectionSpec> standbys, OptionalLong diskCapacityBytes) {
  public Access {
    standbys = List.copyOf(standbys);
  }
}
