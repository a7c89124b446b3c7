// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.engine;

import dev.pgmend.healing.guard.Guards;

/** A run ends here, for a reason that is not an error of the statement that runs. */
final class RunEndedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient RunResult result;

  private RunEndedException(RunResult result, String message, Throwable cause) {
    super(message, cause);
    this.result = result;
  }

  private RunEndedException(RunResult result, String message) {
    super(message);
    this.result = result;
  }

  /** A guard holds, before a statement or while it runs. */
  static RunEndedException held(Guards.Held held) {
    return new RunEndedException(new RunResult.Held(held.guard(), held.why()), held.why());
  }

  /** The statement ended the server or this process too often. */
  static RunEndedException refused(String message) {
    return new RunEndedException(new RunResult.Failed("TooManyCrashes", message), message);
  }

  /** The leftovers of a statement are not removed yet; the run is not over until they are. */
  static RunEndedException notCleanedUp(Exception cause) {
    var message = "not cleaned up yet: " + cause.getMessage();
    return new RunEndedException(new RunResult.Interrupted(message), message, cause);
  }

  /** Result of the run. */
  RunResult result() {
    return result;
  }
}
