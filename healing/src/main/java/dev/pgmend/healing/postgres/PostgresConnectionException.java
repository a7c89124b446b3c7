// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.postgres;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** A Postgres cannot be reached or used; the message shows how to fix it. */
public final class PostgresConnectionException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Why. */
  public enum Kind {
    BAD_URL,
    UNREACHABLE,
    AUTHENTICATION,
    NO_SUCH_DATABASE,
    UNSUPPORTED_VERSION,
    MISSING_RIGHTS,
    /** Something between us and the server shares its sessions among clients. */
    POOLER
  }

  private final Kind kind;

  public PostgresConnectionException(Kind kind, String message) {
    this(kind, message, null);
  }

  private PostgresConnectionException(Kind kind, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }

  /** Derives the kind from the driver's error, and adds what to do about it. */
  static PostgresConnectionException of(ConnectionSpec spec, SQLException e) {
    var state = e.getSQLState() == null ? "" : e.getSQLState();
    if (String.valueOf(e.getMessage()).contains("unsupported startup parameter")) {
      // PgBouncer, unless ignore_startup_parameters names it.
      return pooler(spec, firstLine(e));
    }
    return switch (state) {
      case "28P01", "28000" ->
          new PostgresConnectionException(
              Kind.AUTHENTICATION,
              "%s: the server refused the user or password (%s). Check the credentials and pg_hba.conf."
                  .formatted(spec, firstLine(e)),
              e);
      case "3D000" ->
          new PostgresConnectionException(
              Kind.NO_SUCH_DATABASE,
              "%s: there is no database of that name. List them with: psql -l".formatted(spec),
              e);
      case "42501" ->
          new PostgresConnectionException(
              Kind.MISSING_RIGHTS,
              "%s: the role cannot connect (%s). Run: GRANT CONNECT ON DATABASE %s TO %s"
                  .formatted(
                      spec,
                      firstLine(e),
                      Identifiers.quote(spec.database()),
                      Identifiers.quote(spec.user())),
              e);
      default ->
          new PostgresConnectionException(
              Kind.UNREACHABLE,
              "%s: no connection (%s). Check host, port, firewall and that the server runs."
                  .formatted(spec, withRoot(e)),
              e);
    };
  }

  /**
   * @param why what shows that there is one
   */
  static PostgresConnectionException pooler(ConnectionSpec spec, String why) {
    return new PostgresConnectionException(
        Kind.POOLER,
        "%s: a connection pooler is between pgmend and the server (%s). Connect to the server itself."
            .formatted(spec, why));
  }

  /**
   * The driver reports only a failure; the reason, such as an unknown host, is in the root cause.
   */
  private static String withRoot(SQLException e) {
    var cause = e.getCause();
    if (cause == null) {
      return firstLine(e);
    }
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return "%s %s: %s"
        .formatted(firstLine(e), cause.getClass().getSimpleName(), cause.getMessage());
  }

  private static String firstLine(SQLException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("no message");
  }
}
