// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect;

/** A detector could not complete its inspection, for a reason that is not an SQL error. */
public final class InspectionException extends Exception {
  private static final long serialVersionUID = 1L;

  public InspectionException(String message) {
    super(message);
  }

  /** The time allowed was used up. */
  public static InspectionException outOfTime(String before) {
    return new InspectionException("the inspection ran out of time before " + before);
  }
}
