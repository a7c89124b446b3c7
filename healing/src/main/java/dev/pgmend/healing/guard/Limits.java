package dev.pgmend.healing.guard;

import java.time.Duration;
import java.util.OptionalLong;

/**
 * What a policy lets repairs use.
 *
 * @param minFreeDiskPercent of the disk's size, left free after the repair
 * @param diskCapacityBytes the size of the server's disk, where someone told us
 * @param maxTransactionAge a transaction older than this is long
 * @param maxReplicaLag how far a standby may be behind
 */
public record Limits(
    int minFreeDiskPercent,
    OptionalLong diskCapacityBytes,
    Duration maxTransactionAge,
    Duration maxReplicaLag) {
  public static final Limits DEFAULTS =
      new Limits(20, OptionalLong.empty(), Duration.ofMinutes(1), Duration.ofSeconds(30));
}
