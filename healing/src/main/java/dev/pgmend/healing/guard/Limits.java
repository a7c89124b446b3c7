// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.guard;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * Resources that a policy lets repairs use.
 *
 * @param minFreeDiskPercent of the disk's size, left free after the repair
 * @param diskCapacityBytes the size of the server's disk, if it is known
 * @param maxTransactionAge a transaction older than this is long
 * @param maxReplicaLag how far a standby may be behind
 * @param maxActiveSessionsPerCore more is busy; empty if there is no bound
 * @param cores of the server, if it is known
 * @param backups how recent a backup must be; empty if it need not be
 * @param ownerBusy why the operator that owns the server is busy, asked whenever it matters; empty
 *     if it is not
 */
public record Limits(
    int minFreeDiskPercent,
    OptionalLong diskCapacityBytes,
    Duration maxTransactionAge,
    Duration maxReplicaLag,
    OptionalDouble maxActiveSessionsPerCore,
    OptionalDouble cores,
    Optional<Backups> backups,
    Supplier<Optional<String>> ownerBusy) {
  public static final Limits DEFAULTS =
      new Limits(20, OptionalLong.empty(), Duration.ofMinutes(1), Duration.ofSeconds(30));

  /**
   * Required backups.
   *
   * @param maxAge of the last
   * @param last when it was taken, if it is known
   */
  public record Backups(Duration maxAge, Optional<Instant> last) {}

  /** Without a bound on load or backups, of a server whose owner is not busy. */
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
        OptionalDouble.empty(),
        Optional.empty(),
        Optional::empty);
  }
}
