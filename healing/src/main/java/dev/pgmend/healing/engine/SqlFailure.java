// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.engine;

import java.sql.SQLException;

/** Classifies an SQLException for a repair. */
enum SqlFailure {
  /** A lock was not free in time: worth another try. */
  BUSY("LockTimeout"),
  /** The connection or the server went away. */
  CONNECTION_LOST("ConnectionLost"),
  /** Someone, or we ourselves, cancelled the statement. */
  CANCELLED("Cancelled"),
  DISK_FULL("DiskFull"),
  MISSING_RIGHTS("MissingRights"),
  TARGET_GONE("TargetGone"),
  DUPLICATE_KEYS("DuplicateKeys"),
  OTHER("SqlError");

  private final String reason;

  SqlFailure(String reason) {
    this.reason = reason;
  }

  static SqlFailure of(SQLException e) {
    var state = e.getSQLState() == null ? "" : e.getSQLState();
    if (state.startsWith("08")) {
      return CONNECTION_LOST;
    }
    return switch (state) {
      case "55P03", "40P01" -> BUSY;
      case "57P01", "57P02", "57P03", "57P05", "25P04" -> CONNECTION_LOST;
      case "57014" -> CANCELLED;
      case "53100" -> DISK_FULL;
      case "42501" -> MISSING_RIGHTS;
      case "42704", "42P01", "3F000" -> TARGET_GONE;
      case "23505" -> DUPLICATE_KEYS;
      default -> OTHER;
    };
  }

  /** What a user can do about it; empty if the server's own message is enough. */
  private String advice() {
    return switch (this) {
      case BUSY -> "Other sessions kept the object locked; it is tried again later.";
      case CANCELLED -> "Someone cancelled it on the server; it is proposed again after a day.";
      case DISK_FULL -> "Free disk space on the server.";
      case MISSING_RIGHTS -> "The role must own the table, or be a member of the role that does.";
      case DUPLICATE_KEYS -> "Remove the duplicate rows first; the index can't be built with them.";
      case CONNECTION_LOST, TARGET_GONE, OTHER -> "";
    };
  }

  /** Result of a run that ends with this exception. */
  RunResult asResult(SQLException e) {
    var message = (e.getMessage() + " " + advice()).strip();
    return switch (this) {
      case CONNECTION_LOST -> new RunResult.Interrupted(message);
      case BUSY -> new RunResult.Held("LockQueueClear", message);
      case CANCELLED, DISK_FULL, MISSING_RIGHTS, TARGET_GONE, DUPLICATE_KEYS, OTHER ->
          new RunResult.Failed(reason, message);
    };
  }
}
