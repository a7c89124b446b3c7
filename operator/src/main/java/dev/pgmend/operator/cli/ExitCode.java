// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.cli;

import dev.pgmend.healing.postgres.PostgresConnectionException;

/** Exit codes of the commands; listed in docs/reference/cli.md. */
final class ExitCode {
  static final int OK = 0;
  static final int FAILED = 1;
  static final int USAGE = 2;
  static final int UNREACHABLE = 3;
  static final int AUTHENTICATION = 4;
  static final int NO_SUCH_DATABASE = 5;
  static final int UNSUPPORTED_VERSION = 6;
  static final int MISSING_RIGHTS = 7;
  static final int BAD_MANIFESTS = 8;
  static final int TIMED_OUT = 9;
  static final int FINDINGS = 10;

  private ExitCode() {}

  static int of(PostgresConnectionException.Kind kind) {
    return switch (kind) {
      case BAD_URL -> USAGE;
      case UNREACHABLE, POOLER -> UNREACHABLE;
      case AUTHENTICATION -> AUTHENTICATION;
      case NO_SUCH_DATABASE -> NO_SUCH_DATABASE;
      case UNSUPPORTED_VERSION -> UNSUPPORTED_VERSION;
      case MISSING_RIGHTS -> MISSING_RIGHTS;
    };
  }
}
