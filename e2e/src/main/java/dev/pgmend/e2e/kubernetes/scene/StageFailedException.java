// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.kubernetes.scene;

/** The expected result of a stage did not happen. */
public final class StageFailedException extends Exception {
  private static final long serialVersionUID = 1L;

  public StageFailedException(String message) {
    super(message);
  }

  public StageFailedException(String message, Throwable cause) {
    super(message, cause);
  }
}
