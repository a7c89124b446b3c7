// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.provider;

/** The Postgres of a PgCluster cannot be found. Reason and message go to the conditions. */
public final class AccessException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String reason;

  /**
   * @param reason one word in CamelCase
   * @param message what is wrong, where, and what to do
   */
  public AccessException(String reason, String message) {
    super(message);
    this.reason = reason;
  }

  public String reason() {
    return reason;
  }

  /** Never null, unlike what the base class promises. */
  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
