package dev.pgmend.e2e.image;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A Quarkus application that becomes an image.
 *
 * @param name last part of the image's name
 * @param title for people, in two or three words
 * @param description for people, in a sentence
 * @param directory its fast-jar, a folder with {@code quarkus-run.jar}
 * @param flags for its virtual machine, on top of {@link #FLAGS}
 * @param arguments of the program where the container is given none
 */
public record Application(
    String name,
    String title,
    String description,
    Path directory,
    List<String> flags,
    List<String> arguments) {

  /** What the launcher gives to every JVM, and what a container needs on top. */
  public static final List<String> FLAGS =
      List.of(
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow",
          "-XX:MaxRAMPercentage=70",
          // Half alive is worse than dead: the kubelet starts it again, and the journal resumes.
          "-XX:+ExitOnOutOfMemoryError",
          "-Djava.io.tmpdir=/tmp");

  public Application {
    flags = List.copyOf(flags);
    arguments = List.copyOf(arguments);
  }

  /** Every application of a checkout. */
  public static List<Application> of(Path home) {
    return List.of(
        new Application(
            "operator",
            "pgmend operator",
            "Keeps fleets of Postgres healthy and fast by itself.",
            home.resolve("operator/target/quarkus-app"),
            List.of(),
            List.of("run")),
        new Application(
            "learner",
            "pgmend learner",
            "Learns the workload of one Postgres and proposes what would make it faster.",
            home.resolve("learner/target/quarkus-app"),
            List.of("--add-modules", "jdk.incubator.vector"),
            List.of()));
  }

  /** Whether it was built. */
  public boolean isBuilt() {
    return Files.isRegularFile(directory.resolve("quarkus-run.jar"));
  }
}
