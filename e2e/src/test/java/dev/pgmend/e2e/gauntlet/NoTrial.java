// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.gauntlet;

/** A trial that does nothing. */
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
  public TrialResult attempt(TrialEnvironment environment) {
    return TrialResult.of("nothing");
  }
}
