package dev.pgmend.operator.provider;

import dev.pgmend.healing.postgres.ConnectionSpec;
import java.util.OptionalLong;

/**
 * How to reach a Postgres.
 *
 * @param primary where it takes writes
 * @param diskCapacityBytes of its data volume, where that is known
 */
public record Access(ConnectionSpec primary, OptionalLong diskCapacityBytes) {}
