package dev.pgmend.healing.guard;

import java.time.Duration;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What a policy lets repairs use.
 *
 * @param minFreeDiskPercent of the disk's size, left free after the repair
 * @param diskCapacityBytes the size of the server's disk, where someone told us
 * @param maxTransactionAge a transaction older than this is long
 * @param maxReplicaLag how far a standby may be behind
 * @param maxActiveSessionsPerCore more is busy; empty if there is no bound
 * @param cores of the server, where someone told us
 */
public record Limits(
    int minFreeDiskPercent,
    OptionalLong diskCapacityBytes,
    Duration maxTransactionAge,
    Duration maxReplicaLag,
    OptionalDouble maxActiveSessionsPerCore,
    OptionalDouble cores) {
  public static final Limits DEFAULTS =
      new Limits(20, OptionalLong.empty(), Duration.ofMinutes(1), Duration.ofSeconds(30));

  /** Without a bound on load. */
  public Limits(
      int minFreeDiskPercent,
      OptionalLong diskCapacityBytes,
      Duration maxTransactionAge,
      Duration maxReplicaLag) {
    this(
        minFreeDiskPercent,
        diskCapacityBytes,
        maxTransactionAge,
        maxReplicaLag,
        OptionalDouble.empty(),
        OptionalDouble.empty());
  }
}
