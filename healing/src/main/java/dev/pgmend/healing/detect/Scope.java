package dev.pgmend.healing.detect;

/** What a detector looks at in one go. */
public enum Scope {
  /** One database: it is asked in each. */
  DATABASE,
  /** The server as a whole: it is asked once, in the database that the server is reached by. */
  SERVER
}
