// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.image;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A Quarkus application that is packaged as an image.
 *
 * @param name last part of the image's name
 * @param title for people, in two or three words
 * @param description for people, in a sentence
 * @param directory its fast-jar, a directory with {@code quarkus-run.jar}
 * @param flags JVM flags in addition to {@link #FLAGS}
 * @param arguments default arguments of the program
 */
public record Application(
    String name,
    String title,
    String description,
    Path directory,
    List<String> flags,
    List<String> arguments) {

  /** JVM flags of the launcher, and those that a container also needs. */
  public static final List<String> FLAGS =
      List.of(
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow",
          "-XX:MaxRAMPercentage=70",
          // After an OutOfMemoryError the process must exit: the kubelet restarts it, and the
          // journal resumes the repairs.
          "-XX:+ExitOnOutOfMemoryError",
          "-Djava.io.tmpdir=/tmp");

  public Application {
    flags = List.copyOf(flags);
    arguments = List.copyOf(arguments);
  }

  /** All applications of a checkout. */
  public static List<Application> of(Path home) {
    return List.of(
        new Application(
            "operator",
            "pgmend operator",
            "Keeps fleets of Postgres healthy and fast, automatically.",
            home.resolve("operator/target/quarkus-app"),
            List.of(),
            List.of("run")),
        new Application(
            "learner",
            "pgmend learner",
            "Learns the workload of a Postgres and proposes changes that make it faster.",
            home.resolve("learner/target/quarkus-app"),
            List.of("--add-modules", "jdk.incubator.vector"),
            List.of()));
  }

  /** Whether the application was built. */
  public boolean isBuilt() {
    return Files.isRegularFile(directory.resolve("quarkus-run.jar"));
  }
}
