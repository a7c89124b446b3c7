// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect;

/** The part of a server that one run of a detector inspects. */
public enum Scope {
  /** One database: it is asked in each. */
  DATABASE,
  /** The server as a whole: it is asked once, in the database that the server is reached by. */
  SERVER
}
