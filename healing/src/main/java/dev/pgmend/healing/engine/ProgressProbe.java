package dev.pgmend.healing.engine;

import java.sql.SQLException;

/** Asks how far a backend has got, and tells the listener. */
@FunctionalInterface
interface ProgressProbe {
  void ask(int backendPid) throws SQLException;
}
