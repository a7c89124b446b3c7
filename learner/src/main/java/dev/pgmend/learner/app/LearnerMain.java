// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.app;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;

/** The main class of the learner pod. */
@QuarkusMain
public final class LearnerMain {
  private LearnerMain() {}

  public static void main(String[] args) {
    try {
      LearnerApp.prepare(PodEnvironment.read(System.getenv()));
    } catch (IllegalArgumentException e) {
      System.err.println("pgmend-learner: " + e.getMessage());
      System.exit(2);
    }
    Quarkus.run(LearnerApp.class, args);
  }
}
