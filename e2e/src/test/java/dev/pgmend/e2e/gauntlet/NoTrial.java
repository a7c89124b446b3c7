package dev.pgmend.e2e.gauntlet;

/** Tries nothing. */
record NoTrial() implements Trial {
  @Override
  public String name() {
    return "NoTrial";
  }

  @Override
  public String tried() {
    return "to do nothing";
  }

  @Override
  public Proof attempt(Ground ground) {
    return Proof.of("nothing");
  }
}
