package dev.pgmend.e2e.gauntlet;

/** Tries nothing. */
record NoTrial() implements SafetyTrial {
  @Override
  public String name() {
    return "NoTrial";
  }

  @Override
  public String tried() {
    return "to do nothing";
  }

  @Override
  public TrialResult attempt(TrialEnvironment ground) {
    return TrialResult.of("nothing");
  }
}
