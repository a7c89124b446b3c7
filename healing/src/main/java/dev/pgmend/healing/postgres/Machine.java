// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.postgres;

import java.sql.SQLException;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * The machine under a server, as far as it is known. SQL cannot show it: it is declared, or the
 * server runs on this machine and Linux reports it.
 *
 * @param memoryBytes of the machine, or of the control group that holds the server if that has less
 * @param cores likewise; a control group may allow a fraction of one
 */
public record Machine(OptionalLong memoryBytes, OptionalDouble cores, Optional<Storage> storage) {
  public static final Machine UNKNOWN =
      new Machine(OptionalLong.empty(), OptionalDouble.empty(), Optional.empty());

  /** Storage of the data. */
  public enum Storage {
    SSD,
    HDD
  }

  /** Fills unknown values from another one. */
  public Machine or(Machine other) {
    return new Machine(
        memoryBytes.isPresent() ? memoryBytes : other.memoryBytes,
        cores.isPresent() ? cores : other.cores,
        storage.or(() -> other.storage));
  }

  /** The machine that the server shares with us; nothing is known if it runs elsewhere. */
  public static Machine ofLocal(Session session) throws SQLException {
    var directory = DataDirectory.onThisMachine(session);
    return directory.isEmpty() ? UNKNOWN : LinuxMachine.ofThis().read(directory.get());
  }
}
