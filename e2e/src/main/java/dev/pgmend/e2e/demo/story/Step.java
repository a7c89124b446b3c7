package dev.pgmend.e2e.demo.story;

/** What the demo does, one after the other. */
public enum Step {
  START("start", "Starting Postgres 18"),
  LOAD("load", "Loading a shop"),
  HEALTHY("healthy", "Measuring the healthy shop"),
  BREAK("break", "Breaking five things"),
  BROKEN("broken", "Measuring the broken shop"),
  HEAL("heal", "pgmend at work"),
  MENDED("mended", "Measuring the mended shop"),
  PROVE("prove", "Holding every row against the ledger");

  private final String id;
  private final String title;

  Step(String id, String title) {
    this.id = id;
    this.title = title;
  }

  /** For machines. */
  public String id() {
    return id;
  }

  /** For people. */
  public String title() {
    return title;
  }
}
