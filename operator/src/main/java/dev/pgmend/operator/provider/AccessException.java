package dev.pgmend.operator.provider;

/** A PgCluster's Postgres can't be found; the reason and the message go to its conditions. */
public final class AccessException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String reason;

  /**
   * @param reason one word in CamelCase, for programs
   * @param message what is wrong, where, and how to mend it
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
