package dev.pgmend.e2e.kubernetes;

/** What a stage had to show did not come about. */
public final class StageFailedException extends Exception {
  private static final long serialVersionUID = 1L;

  public StageFailedException(String message) {
    super(message);
  }

  public StageFailedException(String message, Throwable cause) {
    super(message, cause);
  }
}
