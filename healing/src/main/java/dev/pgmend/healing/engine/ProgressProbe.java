// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.engine;

import java.sql.SQLException;

/** Reads the progress of a backend, and reports it to the listener. */
@FunctionalInterface
interface ProgressProbe {
  void ask(int backendPid) throws SQLException;
}
